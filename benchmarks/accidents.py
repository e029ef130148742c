"""`python -m benchmarks.accidents`: what a cloud or a file can do to a daemon that watches another project as well.

Each row says what one accident cost: the daemon's memory at its peak, the longest time in which `/-/healthy` did not
answer, the bytes of its log, how often the other project was polled meanwhile, and how it ended. `--tree DIR` runs
another checkout's code.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import yaml
from aiohttp import web

from benchmarks.hostile import PROGRAM, Target, settled
from drs_exporter.simulator import SimulatedCloud

LASTS: Final = 20.0
"""Seconds that are watched."""

Body = Callable[[int], bytes]
"""The compressed answer to the request of this number."""


@dataclass
class Scene:
    """A daemon, its files, and the two clouds it watches."""

    target: Target
    folder: Path
    other: SimulatedCloud
    bodies: list[Body]
    """What the first project's cloud answers; nothing while there are none."""

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

    def reload(self) -> None:
        """Ask for it."""
        self.target.process.send_signal(signal.SIGHUP)


def packed(head: bytes, unit: bytes, count: int, tail: bytes) -> Body:
    """The same over and over, compressed piece by piece."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(head), *(packer.compress(unit * 1000) for _ in range(count // 1000))]
    body = b"".join([*parts, packer.compress(tail), packer.flush()])
    return lambda _: body


def listing(job: Callable[[int, int], dict[str, Any]], jobs: int = 100) -> Body:
    """A page of jobs, each made from the number of the request and its own."""

    def body(number: int) -> bytes:
        made = [{"id": f"job-{place}", "db_use_type": "sync", **job(number, place)} for place in range(jobs)]
        return zlib.compress(json.dumps({"total_record": jobs, "jobs": made}).encode(), 1, 31)

    return body


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
    "names of 300 kB": turns(listing(lambda number, _: {"name": chr(97 + number) * 300_000, "status": "CREATING"})),
    "a new status of each job at every poll": listing(lambda *one: {"name": "n", "status": "S{}_{}".format(*one)}),
}
FILES: Final[dict[str, Callable[[Scene], None]]] = {
    "the token's file is rotated to two lines": lambda scene: scene.write("token", b"a-token\nanother"),
    "the token's file is rotated to a NUL": lambda scene: scene.write("token", b"a\0token"),
    "the token's file becomes a pipe": lambda scene: scene.become("token", like="pipe"),
    "the token's file becomes `/dev/zero`": lambda scene: scene.become("token", like="/dev/zero"),
    "a reload finds `secrets_dir:` empty": lambda scene: scene.write("exporter.yml", b"secrets_dir:\n"),
    "a reload finds a configuration that is a pipe": lambda scene: scene.become("exporter.yml", like="pipe"),
    "a reload finds a configuration that is `/dev/zero`": lambda scene: scene.become("exporter.yml", like="/dev/zero"),
}


@asynccontextmanager
async def watching(tree: Path) -> AsyncIterator[Scene]:
    """A daemon that has polled once, every two seconds from then on."""
    bodies: list[Body] = []
    asked = 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if not bodies:
            return web.json_response({"total_record": 0, "jobs": []})
        return web.Response(
            body=bodies[0](asked), content_type="application/json", headers={"Content-Encoding": "gzip"}
        )

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token").write_bytes(b"a-token")
        async with SimulatedCloud(jobs=50) as cloud:
            common = {"collectors": ["jobs"], "request_timeout": "10s"}
            first = common | {
                "name": "first",
                "project_id": "p",
                "region": "r",
                "endpoint": f"http://127.0.0.1:{runner.addresses[0][1]}",
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
            settings = {"web_listen_address": ["127.0.0.1:0"], "poll_interval": "2s", "projects": [first, other]}
            (folder / "exporter.yml").write_text(yaml.safe_dump(settings))
            with (folder / "log").open("wb") as log:
                process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
                    (sys.executable, "-c", PROGRAM, "serve", "--config.file", str(folder / "exporter.yml")),
                    stderr=log,
                    cwd=tree,
                )
            target = Target(process, 0, tls=False, log=folder / "log")
            try:
                await asyncio.wait_for(settled(target), 60)
                yield Scene(target, folder, cloud, bodies)
            finally:
                target.notes.append(await ended(process))
                await runner.cleanup()


async def ended(process: "subprocess.Popen[bytes]") -> str:
    """How it ended, by itself or told to."""
    if process.poll() is not None:
        return f"it had ended with {process.returncode}"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = await asyncio.to_thread(process.wait, 60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "it had to be killed after a minute"
    return f"exit {code} after {time.monotonic() - began:.1f} s"


async def row(name: str, tree: Path) -> str:
    """One accident; what came of it."""
    async with watching(tree) as scene:
        target = scene.target
        before, began = target.memory(), psutil.Process(target.process.pid).cpu_times()
        size, polls = target.log.stat().st_size if target.log else 0, scene.other.calls["list_jobs"]
        watch = asyncio.create_task(target.watch())
        if name in BOMBS:
            scene.bodies.append(BOMBS[name])
        else:
            FILES[name](scene)
            if "reload" in name:
                scene.reload()
        await asyncio.sleep(LASTS)
        watch.cancel()
        await asyncio.wait([watch])
        spent = 0.0
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(target.process.pid).cpu_times()
            spent = times.user + times.system - began.user - began.system
        told = (target.log.stat().st_size if target.log else 0) - size
        polled = (scene.other.calls["list_jobs"] - polls) // 3
    return (
        f"| {name} | {before:.0f} → {target.peak:.0f} MiB | {target.silence:.1f} s | {told:,} | {spent:.1f} s "
        f"| {polled} | {'; '.join(target.notes)} |"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=Path.cwd())
    parser.add_argument("--only", default="")
    chosen = parser.parse_args(arguments)
    print("| accident | memory | longest silence | log | CPU | polls of the other | end |\n" + "| --- " * 7 + "|")
    for name in (*BOMBS, *FILES):
        if chosen.only in name:
            print(asyncio.run(row(name, chosen.tree)), flush=True)


if __name__ == "__main__":
    main()
