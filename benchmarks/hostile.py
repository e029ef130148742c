"""`python -m benchmarks.hostile`: clients that mean harm, one attack at a time, on a daemon of its own.

Each row says what the attack cost: the daemon's memory at its peak and after it, the longest time in which `/-/healthy`
did not answer, the bytes of its log, and whether a scraper got through. `--tree DIR` runs another checkout's code.
"""

import argparse
import asyncio
import base64
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import bcrypt
import trustme
import yaml

from benchmarks.watched import PROGRAM, SCRAPER, Target, ended, settled
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import entry

JOBS: Final = 2000
LASTS: Final = 12.0
"""Seconds an attack is kept up."""

Attack = Callable[[Target], Awaitable[None]]


@asynccontextmanager
async def serving(
    tree: Path,
    *,
    tls: bool = False,
    users: bool = False,
    descriptors: int | None = None,
    unread: bool = False,
    lifecycle: bool = False,
) -> AsyncIterator[Target]:
    """A daemon that has polled once; `unread` makes its log a pipe that nobody reads."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        web: dict[str, object] = {}
        if tls:
            leaf = trustme.CA().issue_cert("127.0.0.1")
            leaf.cert_chain_pems[0].write_to_path(str(folder / "c.pem"))
            leaf.private_key_pem.write_to_path(str(folder / "k.pem"))
            web["tls_server_config"] = {"cert_file": "c.pem", "key_file": "k.pem"}
        if users:
            web["basic_auth_users"] = {
                "prometheus": bcrypt.hashpw(b"sesame", bcrypt.gensalt(10)).decode(),
                "cheap": bcrypt.hashpw(b"open", bcrypt.gensalt(4)).decode(),
            }
        (folder / "web.yml").write_text(yaml.safe_dump(web))
        async with SimulatedCloud(jobs=JOBS) as cloud:
            project = entry(cloud)
            if not (tree / "drs_exporter" / "cloud_eye").exists():  # of a version that knows no such service
                del project["cloud_eye_endpoint"]
            settings = {
                "web_listen_address": ["127.0.0.1:0"],
                "web_config_file": str(folder / "web.yml"),
                "web_enable_lifecycle": lifecycle,
                "poll_interval": "1h",
                "projects": [project],
            }
            (folder / "exporter.yml").write_text(yaml.safe_dump(settings))
            log = folder / "log"
            process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
                (sys.executable, "-c", PROGRAM, "serve", "--config.file", str(folder / "exporter.yml")),
                stderr=subprocess.PIPE if unread else stack.enter_context(log.open("wb")),
                cwd=tree,
                preexec_fn=None  # noqa: PLW1509 - no thread runs yet
                if descriptors is None
                else lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors,) * 2),
            )
            target = Target(process, 0, tls, None if unread else log)
            try:
                await asyncio.wait_for(settled(target), 60)
                yield target
            finally:
                target.notes.append(await ended(process, within=20))


async def many(target: Target, count: int, *, tls: bool, send: bytes, lasts: float = LASTS) -> None:
    """Connections that send this and then neither read nor write."""
    writers: list[asyncio.StreamWriter] = []
    ends = time.monotonic() + lasts

    async def one() -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(10):
                _, writer = await target.open(tls=tls, window=4096)
            writers.append(writer)
            writer.write(send)

    for start in range(0, count, 100):
        await asyncio.gather(*(one() for _ in range(min(100, count - start))))
    await asyncio.sleep(max(0.0, ends - time.monotonic()))
    scraped = await target.get("/metrics", f"Authorization: Basic {SCRAPER}")
    target.notes.append(f"scrape {scraped or 'fails'}")
    for writer in writers:
        writer.transport.abort()


HELLO: Final = bytes.fromhex("16030100f8010000f40303")
BODY: Final = b"POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"


async def bodies(target: Target) -> None:
    """Requests with a compressed body that is none, without a password."""
    for _ in range(20):
        await asyncio.gather(*(_body(target, BODY) for _ in range(50)))


async def _body(target: Target, request: bytes) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(5):
            reader, writer = await target.open()
            writer.write(request)
            while await reader.read(65536):
                pass
            writer.close()


async def guesses(target: Target) -> None:
    """Sixty-four connections that guess, and a scraper that comes anew."""
    ended = time.monotonic() + LASTS

    async def guess(number: int) -> None:
        tried = 0
        while time.monotonic() < ended:
            tried += 1
            word = base64.b64encode(f"prometheus:{number}-{tried}".encode()).decode()
            await target.get("/metrics", f"Authorization: Basic {word}")

    async with asyncio.TaskGroup() as tasks:
        for number in range(64):
            tasks.create_task(guess(number))
        await asyncio.sleep(1)
        other = base64.b64encode(b"cheap:open").decode()
        tries, began, status = 0, time.monotonic(), -1
        while status != 200 and time.monotonic() < ended:
            tries += 1
            status = await target.get("/metrics", f"Authorization: Basic {other}")
        target.notes.append(f"a new scraper: {status} at try {tries}, {time.monotonic() - began:.1f} s")


async def half_closing(target: Target) -> None:
    """Clients that say they are done once they have asked, and then read."""
    answered, asked = 0, 400
    for _ in range(asked):
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(5):
                reader, writer = await target.open()
                writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                writer.write_eof()
                answered += (await reader.read(64)).startswith(b"HTTP/1.1 200")
                writer.close()
    target.notes.append(f"{answered} of {asked} answered")


async def other_sites(target: Target) -> None:
    """Forms on pages of others, sent by the browser of somebody who may reach the exporter."""
    accepted, asked = 0, 400
    for _ in range(asked):
        accepted += await target.get("/-/reload", "Origin: http://evil.example", method="POST") == 200
    target.notes.append(f"{accepted} of {asked} reloads accepted")


async def timing(target: Target) -> None:
    """How long a wrong password takes, by the name given."""
    for name in ("cheap", "prometheus", "nobody"):
        seconds = []
        for number in range(7):
            word = base64.b64encode(f"{name}:{number}".encode()).decode()
            began = time.monotonic()
            await target.get("/", f"Authorization: Basic {word}")
            seconds.append(time.monotonic() - began)
        target.notes.append(f"{name} {sorted(seconds)[3] * 1000:.1f} ms")


ATTACKS: Final[dict[str, tuple[Attack, dict[str, object]]]] = {
    "1,500 TLS handshakes that stall": (lambda t: many(t, 1500, tls=False, send=HELLO), {"tls": True}),
    "1,500 TLS connections that ask for nothing": (lambda t: many(t, 1500, tls=True, send=b""), {"tls": True}),
    "245 idle connections, 256 descriptors": (
        lambda t: many(t, 300, tls=False, send=b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"),
        {"descriptors": 256},
    ),
    "1,000 compressed bodies, no password": (bodies, {"users": True}),
    "the same, the log a pipe nobody reads": (bodies, {"users": True, "unread": True}),
    "1,000 readers of /jobs that do not read": (
        lambda t: many(t, 1000, tls=False, send=b"GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n", lasts=35),
        {},
    ),
    "40 scrapers that do not read": (
        lambda t: many(t, 40, tls=False, send=b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 30),
        {},
    ),
    "400 clients that end their half after the request": (half_closing, {}),
    "400 reloads by a page of another site": (other_sites, {"lifecycle": True}),
    "64 that guess passwords": (guesses, {"users": True}),
    "a wrong password, by user": (timing, {"users": True}),
}


async def row(name: str, tree: Path) -> str:
    """Run one attack; what came of it."""
    attack, options = ATTACKS[name]
    async with serving(tree, **options) as target:  # type: ignore[arg-type] # its own keywords
        before = target.memory()
        watching = asyncio.create_task(target.watch())
        await attack(target)
        watching.cancel()
        await asyncio.wait([watching])
        await asyncio.sleep(3)
        target.after = target.memory()
        size = None if target.log is None else target.log.stat().st_size
    told = "not read" if size is None else f"{size:,} B"
    memory = f"{before:.0f} → {target.peak:.0f}, then {target.after:.0f} MiB"
    return f"| {name} | {memory} | {target.silence:.1f} s | {told} | {'; '.join(target.notes)} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=Path.cwd())
    parser.add_argument("--only", default="")
    chosen = parser.parse_args(arguments)
    print("| attack | memory | longest silence | log | seen |\n| --- | --- | --- | --- | --- |")
    for name in ATTACKS:
        if chosen.only in name:
            print(asyncio.run(row(name, chosen.tree)), flush=True)


if __name__ == "__main__":
    main()
