"""Clients in every state a connection can be in; blocking ones, each for a thread of its own."""

import random
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

HELLO: Final = bytes.fromhex("16030100f8010000f40303")
READY: Final = b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE: Final = 5.0


class Client:
    """One connection."""

    def __init__(self, port: int, trust: ssl.SSLContext | None) -> None:
        """Prepare to connect; with `trust` by TLS."""
        self._raw = socket.socket()
        self._raw.settimeout(PATIENCE)
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._port = port
        self._trust = trust
        self._stream: socket.socket = self._raw

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End it, from whichever thread."""
        self._stream.close()
        self._raw.close()

    def enter(self, state: str) -> None:
        """Come into a state; that the server may be gone meanwhile is no failure."""
        with suppress(OSError, ValueError):
            STATES[state](self)

    def connect(self) -> None:
        """Only that."""
        self._raw.connect(("127.0.0.1", self._port))

    def greet(self) -> None:
        """Connect, and shake hands where that is the custom."""
        self.connect()
        if self._trust is not None:
            self._stream = self._trust.wrap_socket(self._raw, server_hostname="127.0.0.1")

    def say(self, text: bytes) -> None:
        """Send it, after greeting."""
        self.greet()
        self._stream.sendall(text)

    def ask(self, text: bytes) -> None:
        """Send it, and read the beginning of the answer."""
        self.say(text)
        self._stream.recv(64)

    def shout(self, text: bytes) -> None:
        """Send it without a greeting."""
        self.connect()
        self._raw.sendall(text)

    def half_close(self) -> None:
        """Say that nothing more comes, and read on."""
        self.ask(READY)
        self._raw.shutdown(socket.SHUT_WR)

    def goodbye(self) -> None:
        """End TLS, and keep the connection."""
        self.ask(READY)
        if isinstance(self._stream, ssl.SSLSocket):
            self._stream.settimeout(0.05)
            self._stream.unwrap()

    def slam(self) -> None:
        """Ask for much, and reset the connection in the middle."""
        self.ask(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


STATES: Final[dict[str, Callable[[Client], None]]] = {
    "connected": Client.connect,
    "half a hello": lambda client: client.shout(HELLO),
    "plain HTTP": lambda client: client.shout(READY),
    "greeted": Client.greet,
    "half a request": lambda client: client.say(b"GET /-/ready HTTP/1.1\r\nHos"),
    "idle": lambda client: client.ask(READY),
    "Connection: close": lambda client: client.ask(READY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")),
    "HTTP/1.0": lambda client: client.ask(b"GET /-/ready HTTP/1.0\r\n\r\n"),
    "no HTTP": lambda client: client.ask(b"GET /\r\n\r\n"),
    "unread": lambda client: client.say(READY),
    "stalled": lambda client: client.ask(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
    "stalled with more behind": lambda client: client.ask(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" + READY * 40),
    "stalled and done": lambda client: client.ask(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    "a body on its way": lambda client: client.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx"),
    "half closed": Client.half_close,
    "TLS ended": Client.goodbye,
    "reset": Client.slam,
}


def chosen(generator: random.Random, count: int) -> list[str]:
    """So many states."""
    return generator.choices([*STATES], k=count)
