"""A scraper over one kept connection, as plain as can be, so that what is measured is the server."""

import asyncio
import time
from typing import Final

_GZIP: Final = "Accept-Encoding: gzip\r\n"


class Scraper:
    """Asks for one page again and again."""

    def __init__(self, port: int, *, path: str = "/metrics", gzip: bool = True) -> None:
        """Ask this port of the loopback."""
        self._port = port
        self._request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{_GZIP if gzip else ''}\r\n".encode()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def scrape(self) -> tuple[float, bytes]:
        """Seconds until the whole answer was there, and its body."""
        begun = time.perf_counter()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
        self._writer.write(self._request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if b"connection: close" in head or head.startswith(b"http/1.0"):
            self.close()
        return time.perf_counter() - begun, body

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def latencies(scraper: Scraper, *, seconds: float, per_second: float) -> list[float]:
    """Durations of scrapes at a fixed pace, sorted."""
    found = []
    begun = time.perf_counter()
    number = 0
    while (now := time.perf_counter() - begun) < seconds:
        due = number / per_second
        if due > now:
            await asyncio.sleep(due - now)
        number += 1
        duration, _ = await scraper.scrape()
        found.append(duration)
    return sorted(found)


def quantile(values: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]
