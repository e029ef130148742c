"""The settings of a process that must answer while it polls."""

import gc
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from drs_exporter import process


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Whatever a test sets is taken back."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_was_imported_is_left_out_of_collections() -> None:
    process.prepare()
    assert gc.get_freeze_count() > 1000


def test_threads_take_turns_far_more_often_than_a_scrape_would_notice() -> None:
    process.prepare()
    assert sys.getswitchinterval() <= 0.001


def test_a_c_library_that_cannot_be_told_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as musl's, which gives large blocks back anyway."""
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    process.prepare()


def test_threads_share_one_heap_that_is_given_back_when_we_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the numbers of glibc's malloc.h: M_ARENA_MAX is -8, M_MMAP_THRESHOLD -3, M_TRIM_THRESHOLD -1."""
    told: dict[int, int] = {}
    monkeypatch.setattr("ctypes.CDLL", lambda _: SimpleNamespace(mallopt=told.__setitem__))
    process.prepare()
    assert told == {-8: 1, -3: 512 * 1024, -1: 16 * 1024 * 1024}
