"""A daemon that runs, as whoever harms it or watches it sees it."""

import asyncio
import base64
import contextlib
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

MIB: Final = 1024 * 1024

PROGRAM: Final = "import sys; sys.modules['uvloop'] = None; from drs_exporter.cli import main; main()"
"""The daemon on asyncio's own loop, whose TLS takes more memory than uvloop's."""

SCRAPER: Final = base64.b64encode(b"prometheus:sesame").decode()


@dataclass
class Target:
    """A running daemon, and what is seen of it."""

    process: subprocess.Popen[bytes]
    port: int
    tls: bool
    log: Path | None
    peak: float = 0.0
    after: float = 0.0
    silence: float = 0.0
    notes: list[str] = field(default_factory=list)

    async def open(
        self, *, tls: bool | None = None, window: int | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection of our own."""
        context = ssl._create_unverified_context() if (self.tls if tls is None else tls) else None  # noqa: SLF001, S323 - its own certificate
        raw = socket.socket()
        raw.setblocking(False)  # noqa: FBT003 - the library's own signature
        if window is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", self.port))
        return await asyncio.open_connection(sock=raw, ssl=context, server_hostname="x" if context else None, limit=64)

    async def get(self, path: str, *headers: str, method: str = "GET", within: float = 10.0) -> int:
        """The status of a whole answer; 0 if none came in time."""
        return (await self.fetch(path, *headers, method=method, within=within))[0]

    async def fetch(self, path: str, *headers: str, method: str = "GET", within: float = 10.0) -> tuple[int, bytes]:
        """Status and bytes of a whole answer, its head among them; 0 if none came in time."""
        try:
            async with asyncio.timeout(within):
                reader, writer = await self.open()
                lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                whole = await reader.read()
                writer.close()
                return int(whole.split(maxsplit=2)[1]), whole
        except (OSError, TimeoutError, IndexError, ValueError):
            return 0, b""

    def memory(self) -> float:
        """Resident, in MiB."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.process.pid).memory_info().rss / MIB
        return 0.0

    async def watch(self) -> None:
        """Look at it all the time."""
        last = time.monotonic()
        while True:
            self.peak = max(self.peak, self.memory())
            status = await self.get("/-/healthy", f"Authorization: Basic {SCRAPER}", within=5.0)
            now = time.monotonic()
            if status == 200:
                last, self.silence = now, max(self.silence, now - last)
            else:
                self.silence = max(self.silence, now - last)
            await asyncio.sleep(0.05)


async def settled(target: Target) -> None:
    """Wait until it serves, and has polled once."""
    while not target.port:
        await asyncio.sleep(0.1)
        listening = [c for c in psutil.Process(target.process.pid).net_connections() if c.status == "LISTEN"]
        target.port = listening[0].laddr.port if listening else 0
    while await target.get("/-/ready", f"Authorization: Basic {SCRAPER}") != 200:  # noqa: ASYNC110 - of another process
        await asyncio.sleep(0.1)


async def ended(process: "subprocess.Popen[bytes]", *, within: float) -> str:
    """How it ended, by itself or told to."""
    if process.poll() is not None:
        return f"it had ended with {process.returncode}"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = await asyncio.to_thread(process.wait, within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return f"it had to be killed after {within:.0f} s"
    return f"exit {code} after {time.monotonic() - began:.1f} s"
