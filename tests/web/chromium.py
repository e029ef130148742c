"""A real Chromium that opens pages, driven over its own protocol."""

import asyncio
import base64
import itertools
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
PATIENCE = 60.0
"""Seconds for anything a browser does."""


class Tab:
    """One page of the browser."""

    def __init__(self, channel: aiohttp.ClientWebSocketResponse) -> None:
        self._channel = channel
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self._loaded = False

    async def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events on the way are looked at."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        await self._channel.send_json(message | ({"sessionId": self._session} if self._session else {}))
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._channel.receive_json()
                self._loaded = self._loaded or answer.get("method") == "Page.loadEventFired"
                if answer.get("id") == number:
                    assert "error" not in answer, answer
                    result: dict[str, Any] = answer["result"]
                    return result

    async def attach(self) -> None:
        """Open an empty page, whose policy does not bind what a test runs in it."""
        target = await self.call("Target.createTarget", url="about:blank")
        self._session = (await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True))[
            "sessionId"
        ]
        await self.call("Page.enable")
        await self.call("Page.setBypassCSP", enabled=True)

    async def look_like(self, *, width: int, theme: str, height: int = 900) -> None:
        """A window of so many CSS pixels, for somebody who wants it `dark` or `light`."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    async def open(self, url: str) -> None:
        """Go there and wait until everything is loaded."""
        self._loaded = False
        await self.call("Page.navigate", url=url)
        async with asyncio.timeout(PATIENCE):
            while not self._loaded:
                await self.call("Runtime.evaluate", expression="0")

    async def run(self, script: str) -> Any:
        """What a script in the page evaluates to."""
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def picture(self) -> bytes:
        """What is seen of it, as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])


@asynccontextmanager
async def browser(program: str, folder: Path) -> AsyncIterator[Tab]:
    """One with nothing open but an empty page; its profile and home are in the folder."""
    process = await asyncio.create_subprocess_exec(
        *(program, *QUIET, "--remote-debugging-port=0", f"--user-data-dir={folder}/profile", "about:blank"),
        env={**os.environ, "HOME": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        address = None
        async with asyncio.timeout(PATIENCE):
            while address is None:
                line = await process.stderr.readline()
                assert line, "Chromium ended"
                address = re.match(rb"DevTools listening on (ws://\S+)", line)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(address[1].decode(), max_msg_size=0) as channel,
        ):
            tab = Tab(channel)
            await tab.attach()
            yield tab
    finally:
        process.terminate()
        await process.communicate()
