"""What systemd is told of a service of `Type=notify`: ready, stopping, and that it lives."""

import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

_MICROSECOND: Final = 1e-6


class ServiceManager:
    """Sends datagrams to the socket that systemd names; says nothing where there is none, and never waits."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Learn from the environment whom to tell, and how often it wants to hear."""
        address = environ.get("NOTIFY_SOCKET", "")
        # A name that begins with @ is abstract: of the kernel, not of a file system.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        ours = environ.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
        limit = environ.get("WATCHDOG_USEC", "")
        self.watchdog: Final = int(limit) * _MICROSECOND if limit.isdigit() and int(limit) and ours else None
        """Seconds after which a service that was not heard of is ended; `None` where nobody listens for it."""

    def ready(self) -> None:
        """The service is up."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The service goes down by itself."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """The service does what it should."""
        self._tell("WATCHDOG=1")

    async def attend(self, healthy: Callable[[], bool], sleep: Callable[[float], Awaitable[None]]) -> None:
        """Say for ever that the service lives, as long as it is healthy, twice as often as is wanted."""
        while self.watchdog is not None:
            if healthy():
                self.alive()
            await sleep(self.watchdog / 2)

    def _tell(self, line: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as channel:
            try:
                channel.sendto(line.encode(), self._address)
            except OSError:
                return  # nobody listens, or cannot keep up: the service goes on
