"""What systemd is told."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from drs_exporter.service_manager import ServiceManager


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket that a service manager listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def test_every_state_is_one_datagram(systemd: socket.socket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.getsockname()})
    manager.ready()
    assert systemd.recv(100) == b"READY=1"
    manager.alive()
    assert systemd.recv(100) == b"WATCHDOG=1"
    manager.stopping()
    assert systemd.recv(100) == b"STOPPING=1"


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0drs-exporter-test-{os.getpid()}")
        listening.settimeout(5)
        ServiceManager({"NOTIFY_SOCKET": f"@drs-exporter-test-{os.getpid()}"}).ready()
        assert listening.recv(100) == b"READY=1"


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    manager = ServiceManager(environ)
    manager.ready()
    assert manager.watchdog is None


def test_a_service_that_is_not_listened_to_is_not_held_up(systemd: socket.socket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.getsockname()})
    for _ in range(2000):
        manager.alive()


async def test_a_healthy_service_is_heard_of_twice_in_its_time_and_a_sick_one_is_not(systemd: socket.socket) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise asyncio.CancelledError

    manager = ServiceManager({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "30000000"})
    with pytest.raises(asyncio.CancelledError):
        await manager.attend(lambda: len(slept) < 2, sleep)
    assert slept == [15, 15, 15, 15]
    assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2
    systemd.setblocking(False)  # noqa: FBT003 - the method's own shape
    with pytest.raises(BlockingIOError):
        systemd.recv(100)


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_the_one_that_was_set_for_this_process(environ: dict[str, str], seconds: float | None) -> None:
    assert ServiceManager(environ).watchdog == seconds
