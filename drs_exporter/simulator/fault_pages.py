"""Faults of paging: listings that change while they are read, and totals that lie."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Params = Mapping[str, object]


def overlap(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """New items came in front: some of the page before come again, and the total has grown."""
    by = _items(params) if offset else 0
    return items[max(0, offset - by) : max(0, offset - by) + limit], len(items) + by


def shift(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """Items in front went away: some are never seen, and the total has shrunk."""
    by = _items(params) if offset else 0
    return items[offset + by : offset + by + limit], len(items) - by


def shrink(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """Pages after the first are short, though there is more."""
    return items[offset : offset + limit - (_items(params) if offset else 0)], len(items)


def repeat(items: Sequence[T], _offset: int, limit: int, _params: Params) -> tuple[Sequence[T], object]:
    """The page asked for is ignored."""
    return items[:limit], len(items)


def endless(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """There is always one more full page; with `fresh`, whoever writes the items gives them new ids."""
    del params
    if not items:
        return items, 0
    return [items[(offset + index) % len(items)] for index in range(limit)], offset + 2 * limit


def empty(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """The total promises pages that do not come."""
    return [] if offset or params.get("first") else items[:limit], len(items)


def total(items: Sequence[T], offset: int, limit: int, params: Params) -> tuple[Sequence[T], object]:
    """The total is wrong; it may even be no number."""
    return items[offset : offset + limit], params.get("total", 10 * len(items) + 7)


def _items(params: Params) -> int:
    return int(str(params.get("items", 3)))
