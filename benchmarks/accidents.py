"""`python -m benchmarks.accidents`: what a cloud or a file can do to a daemon that watches another project as well.

Each row says what one accident cost: the daemon's memory at its peak, the longest time in which `/-/healthy` did not
answer, the bytes of its log, how often the other project was polled meanwhile, the series of the page, and how it
ended. `--tree DIR` runs another checkout's code.
"""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
import yaml
from aiohttp import web

from benchmarks.excess import EXCESSES, Answers, answered, listing
from benchmarks.watched import PROGRAM, Target, ended, settled
from drs_exporter.simulator import SimulatedCloud

LASTS: Final = 20.0
"""Seconds that are watched."""

Body = Callable[[int], bytes]
"""The compressed answer to the request of this number."""

Respond = Callable[[web.Request, int], web.Response]
"""The answer to any request, the so-manyth."""


@dataclass
class Scene:
    """A daemon, its files, and the two clouds it watches."""

    target: Target
    folder: Path
    other: SimulatedCloud
    respond: Respond
    """What the first project's cloud answers."""
    paths: Counter[str] = field(default_factory=Counter)
    """What it was asked for."""

    def write(self, name: str, content: bytes) -> None:
        """Replace one of its files."""
        (self.folder / f"{name}.new").write_bytes(content)
        (self.folder / f"{name}.new").replace(self.folder / name)

    def become(self, name: str, *, like: str) -> None:
        """Make one of its files a pipe that nobody writes to, or a link to a device."""
        path = self.folder / name
        path.unlink()
        if like == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(like)

    def reload(self, content: bytes = b"", *, like: str = "") -> None:
        """Ask for it, once the configuration is this."""
        if like:
            self.become("exporter.yml", like=like)
        else:
            self.write("exporter.yml", content)
        self.target.process.send_signal(signal.SIGHUP)


@dataclass(frozen=True)
class Accident:
    """What befalls the first project: from the beginning what its cloud is, then what happens."""

    respond: Respond | None = None
    happens: Callable[[Scene], None] = lambda _: None
    project: Mapping[str, object] = field(default_factory=dict)
    """Settings of it."""
    from_start: bool = False
    """Whether its cloud is so before the daemon has polled once."""
    closed: bool = False
    """Whether the daemon is started with standard error closed."""


def nothing(_request: web.Request, _number: int) -> web.Response:
    """A cloud without jobs."""
    return web.json_response({"total_record": 0, "jobs": []})


def bomb(body: Body) -> Accident:
    """Every answer is this, compressed."""

    def respond(_: web.Request, number: int) -> web.Response:
        return web.Response(body=body(number), content_type="application/json", headers={"Content-Encoding": "gzip"})

    return Accident(respond)


def told(answers: Answers) -> Respond:
    """Answers by path."""
    return lambda request, number: web.Response(
        body=answered(answers, request.path, number), content_type="application/json"
    )


def packed(head: bytes, unit: bytes, count: int, tail: bytes) -> Body:
    """The same over and over, compressed piece by piece."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(head), *(packer.compress(unit * 1000) for _ in range(count // 1000))]
    body = b"".join([*parts, packer.compress(tail), packer.flush()])
    return lambda _: body


def squeezed(answers: Answers, path: str) -> Body:
    """One of those answers, compressed."""
    return lambda number: zlib.compress(answered(answers, path, number), 1, 31)


def turns(body: Body, among: int = 4) -> Body:
    """Some of them in turn, made before anything is measured."""
    made = [body(number) for number in range(among)]
    return lambda number: made[number % among]


HEAD: Final = b'{"total_record":1,"jobs":['
BOMBS: Final[dict[str, Body]] = {
    "57 kB of gzip, 30 million zeros": packed(HEAD, b"0,", 30_000_000, b"0]}"),
    "5 kB of gzip, 3 million zeros": packed(HEAD, b"0,", 3_000_000, b"0]}"),
    "5 kB of gzip, 3 million zeros and a `NaN`": packed(b'{"x":NaN,' + HEAD[1:], b"0,", 3_000_000, b"0]}"),
    "8 kB of gzip, 3 million empty objects": packed(HEAD, b"{},", 3_000_000, b"{}]}"),
    "57 kB of gzip, one word of 60 MB": packed(HEAD + b'{"id":"a","name":"', b"x", 60_000_000, b'"}]}'),
    "names of 300 kB": turns(
        squeezed(listing(100, name=lambda number, _: chr(97 + number) * 300_000), "/jobs"),
    ),
    "a new status of each job at every poll": squeezed(listing(100, status="S{}_{}".format), "/jobs"),
}


def short_lived(request: web.Request, _number: int) -> web.Response:
    """An IAM whose tokens end after a second, before a service without jobs."""
    if not request.path.endswith("/auth/tokens"):
        return web.json_response({"total_record": 0, "jobs": []})
    ends = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return web.json_response(
        {"token": {"expires_at": ends, "catalog": []}}, status=201, headers={"X-Subject-Token": "a-token"}
    )


def elsewhere(_request: web.Request, _number: int) -> web.Response:
    """A redirect to a file."""
    return web.Response(status=302, headers={"Location": "file:///etc/passwd"})


STEPS_UP: Final = (".", "..", "../..", "%2e%2e", "a/../../b")
SMALL: Final[dict[str, Accident]] = {
    "ids that are `..` and the like": Accident(
        told(listing(len(STEPS_UP), id=lambda _, place: STEPS_UP[place])),
        project={"collectors": ["jobs", "job_detail"], "collector_intervals": {"job_detail": "2s"}},
    ),
    "every call is answered with `Location: file:///…`": Accident(elsewhere),
    "its tokens end after a second": Accident(
        short_lived,
        project={"token_file": None, "username": "u", "password": "p", "domain_name": "d"},
        from_start=True,
    ),
    "standard error is closed at the start": Accident(closed=True),
}
FILES: Final[dict[str, Callable[[Scene], None]]] = {
    "the token's file is rotated to two lines": lambda scene: scene.write("token", b"a-token\nanother"),
    "the token's file is rotated to a NUL": lambda scene: scene.write("token", b"a\0token"),
    "the token's file becomes a pipe": lambda scene: scene.become("token", like="pipe"),
    "the token's file becomes `/dev/zero`": lambda scene: scene.become("token", like="/dev/zero"),
    "a reload finds `secrets_dir:` empty": lambda scene: scene.reload(b"secrets_dir:\n"),
    "a reload finds a configuration that is a pipe": lambda scene: scene.reload(like="pipe"),
    "a reload finds a configuration that is `/dev/zero`": lambda scene: scene.reload(like="/dev/zero"),
}


ACCIDENTS: Final[dict[str, Accident]] = (
    {name: bomb(body) for name, body in BOMBS.items()}
    | {name: Accident(told(excess.answers), project=excess.project) for name, excess in EXCESSES.items()}
    | {name: Accident(happens=happens) for name, happens in FILES.items()}
    | SMALL
)


@asynccontextmanager
async def watching(tree: Path, accident: Accident) -> AsyncIterator[Scene]:
    """A daemon that has polled once, every two seconds from then on."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        scene.paths[request.path] += 1
        return scene.respond(request, scene.paths.total())

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token").write_bytes(b"a-token")
        async with SimulatedCloud(jobs=50) as cloud:
            (folder / "exporter.yml").write_text(
                yaml.safe_dump(configuration(folder, cloud, runner.addresses[0][1], accident.project))
            )
            with (folder / "log").open("wb") as log:
                process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
                    (sys.executable, "-c", PROGRAM, "serve", "--config.file", str(folder / "exporter.yml")),
                    stderr=log,
                    cwd=tree,
                    preexec_fn=(lambda: os.close(2)) if accident.closed else None,  # noqa: PLW1509 - no thread runs yet
                )
            scene = Scene(Target(process, 0, tls=False, log=folder / "log"), folder, cloud, nothing)
            if accident.from_start:
                scene.respond = accident.respond or nothing
            try:
                await asyncio.wait_for(settled(scene.target), 60)
                yield scene
            finally:
                scene.target.notes.append(await ended(process, within=60))
                await runner.cleanup()


def configuration(
    folder: Path, cloud: SimulatedCloud, port: int, changes: Mapping[str, object]
) -> Mapping[str, object]:
    """The file that names both projects."""
    common: dict[str, object] = {"collectors": ["jobs"], "request_timeout": "10s"}
    first = common | {
        "name": "first",
        "project_id": "p",
        "region": "r",
        "endpoint": f"http://127.0.0.1:{port}",
        "iam_endpoint": f"http://127.0.0.1:{port}",
        "token_file": str(folder / "token"),
    }
    other = common | {
        "name": "other",
        "project_id": cloud.project_id,
        "region": cloud.region,
        "endpoint": cloud.url,
        "iam_endpoint": cloud.url,
        "username": cloud.username,
        "password": cloud.password,
        "domain_name": cloud.domain_name,
    }
    first = {name: value for name, value in (first | dict(changes)).items() if value is not None}
    return {"web_listen_address": ["127.0.0.1:0"], "poll_interval": "2s", "projects": [first, other]}


async def row(name: str, tree: Path) -> str:
    """One accident; what came of it."""
    accident = ACCIDENTS[name]
    try:
        async with watching(tree, accident) as scene:
            figures = await suffered(scene, accident)
            target = scene.target
    except (psutil.Error, TimeoutError) as exc:
        return f"| {name} | it never served: {exc!r} |"
    return f"| {name} | {figures} | {'; '.join(target.notes)} |"


async def suffered(scene: Scene, accident: Accident) -> str:
    """Let it happen, and watch."""
    target = scene.target
    before, began = target.memory(), psutil.Process(target.process.pid).cpu_times()
    size, polls = target.log.stat().st_size if target.log else 0, scene.other.calls["list_jobs"]
    watch = asyncio.create_task(target.watch())
    scene.respond = accident.respond or nothing
    accident.happens(scene)
    await asyncio.sleep(LASTS)
    watch.cancel()
    await asyncio.wait([watch])
    spent = 0.0
    with contextlib.suppress(psutil.Error):
        times = psutil.Process(target.process.pid).cpu_times()
        spent = times.user + times.system - began.user - began.system
    said = target.log.read_bytes()[size:] if target.log else b""
    polled = (scene.other.calls["list_jobs"] - polls) // 3
    _, page = await target.fetch("/metrics")
    _, jobs = await target.fetch("/jobs")
    series = sum(line[:1] not in (b"#", b"") for line in page.splitlines())
    signed = re.findall(rb'^drs_exporter_sign_ins_total\{.*"first".*\} (\S+)$', page, re.MULTILINE)
    up = re.findall(rb'href="jobs/[^"]*\.\.(?=["%/])', jobs)
    target.notes += [f"{float(signed[0]):.0f} sign-ins"] if accident.project.get("username") and signed else []
    astray = [path for path in scene.paths if "/jobs" not in path and "/auth/" not in path]
    target.notes += [f"{len(up)} links step up"] if up else []
    target.notes += [f"asked for {', '.join(sorted(astray))}"] if astray else []
    target.notes += [found.decode() for found in re.findall(rb'"error": "([^"]*points to[^"]*)', said)[:1]]
    return (
        f"{before:.0f} → {target.peak:.0f} MiB | {target.silence:.1f} s | {len(said):,} | {spent:.1f} s "
        f"| {polled} | {series:,}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=Path.cwd())
    parser.add_argument("--only", default="", metavar="REGEX")
    chosen = parser.parse_args(arguments)
    print(
        "| accident | memory | longest silence | log | CPU | polls of the other | series | end |\n" + "| --- " * 8 + "|"
    )
    for name in ACCIDENTS:
        if re.search(chosen.only, name):
            print(asyncio.run(row(name, chosen.tree)), flush=True)


if __name__ == "__main__":
    main()
