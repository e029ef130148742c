"""Snapshots of a fleet as the exporter's own poll makes them."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import msgspec

from benchmarks.upstream import cloud
from benchmarks.watching import watching
from drs_exporter.snapshot import Job, Progress, Project

Part = TypeVar("Part")

_NOTHING: Final = Job(id="", name="")


async def snapshot(url: str) -> Project:
    """What one poll of this upstream makes."""
    async with watching(url) as watched:
        await watched.poll()
        return watched.watch.snapshot


@contextmanager
def kept(jobs: int) -> Iterator[Path]:
    """A file with the snapshot of so many jobs, for processes that need it."""
    with cloud(jobs) as upstream, tempfile.NamedTemporaryFile() as file:
        file.write(msgspec.msgpack.encode(asyncio.run(snapshot(upstream.url))))
        file.flush()
        yield Path(file.name)


def read(file: Path) -> Project:
    """The snapshot that was kept, in which jobs share what they share in a snapshot of a poll."""
    project = msgspec.msgpack.decode(file.read_bytes(), type=Project)
    return msgspec.structs.replace(project, jobs=tuple(map(_shared, project.jobs or ())))


def _shared(job: Job) -> Job:
    """As the poll makes it: empty parts are one object, and so are those that say the same of few things."""
    parts = {name: getattr(job, name) for name in job.__struct_fields__}
    empty = {name: getattr(_NOTHING, name) for name, part in parts.items() if part == getattr(_NOTHING, name)}
    return msgspec.structs.replace(
        job, **{**empty, "info": _one(job.info), "state": _one(job.state), "thresholds": _one(job.thresholds)}
    )


@lru_cache(maxsize=4096)
def _one(part: Part) -> Part:
    return part


def changed(project: Project, share: float, random: Random) -> Project:
    """The same fleet after a poll in which this share of the jobs made progress."""
    jobs = list(project.jobs or ())
    moving = [place for place, job in enumerate(jobs) if job.progress != Progress()]
    for place in random.sample(moving, min(len(moving), round(share * len(jobs)))):
        jobs[place] = _moved(jobs[place], random)
    return msgspec.structs.replace(project, jobs=tuple(jobs))


def _moved(job: Job, random: Random) -> Job:
    progress = msgspec.structs.replace(
        job.progress,
        updated=(job.progress.updated or 0.0) + 60,
        delay=random.random(),
        apply_rows=float(random.randrange(1000)),
        apply_bytes=float(random.randrange(10**6)),
    )
    return msgspec.structs.replace(job, progress=progress)
