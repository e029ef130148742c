"""What Alertmanager sends to a webhook, and waiting for it."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from aiohttp import web


class Notice(msgspec.Struct, frozen=True):
    """One alert in a message."""

    status: str
    """`firing` or `resolved`."""
    labels: dict[str, str]
    annotations: dict[str, str]


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """One message about a group of alerts; names as Alertmanager spells them."""

    status: str
    receiver: str
    group_labels: dict[str, str]
    common_labels: dict[str, str]
    common_annotations: dict[str, str]
    alerts: tuple[Notice, ...]

    def about(self, alertname: str, status: str, **labels: str) -> Notice | None:
        """The first alert in it of this name and status that has these labels."""
        wanted = {"alertname": alertname, **labels}.items()
        return next((one for one in self.alerts if one.status == status and one.labels.items() >= wanted), None)


_DECODER: Final = msgspec.json.Decoder(Message)


class Inbox:
    """A webhook on loopback that keeps every message."""

    def __init__(self, *, arrived: Callable[[Message], object] = lambda _message: None) -> None:
        """Tell `arrived` of every message."""
        self.messages: list[Message] = []
        self.url = ""
        self._arrived = arrived
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def until(self, found: Callable[[Message], Any], *, timeout: float = 60) -> Message:  # noqa: ASYNC109 - the error tells what came instead
        """The first message, already here or still to come, that is the one looked for."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                seen = 0
                while True:
                    for message in self.messages[seen:]:
                        if found(message):
                            return message
                    seen = len(self.messages)
                    await self._changed.wait()
        except TimeoutError:
            came = "\n".join(f"{message.status} {message.group_labels}" for message in self.messages)
            raise TimeoutError(f"no such message within {timeout:g} s; what came:\n{came}") from None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/alerts", self._receive)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/alerts"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        message = _DECODER.decode(await request.read())
        async with self._changed:
            self.messages.append(message)
            self._changed.notify_all()
        self._arrived(message)
        return web.Response()
