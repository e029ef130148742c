"""Reading a listing to its end, although it changes while it is read and its numbers can be wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from drs_exporter.drs.wire import Scalar
from drs_exporter.errors import ApiSchemaError

T = TypeVar("T")

PAGE_SIZE: Final = 100
"""The most every paged operation gives at once."""

SLACK: Final = 10
"""Pages a listing may have beyond the total that its first page reports."""

STANDSTILL: Final = 3
"""Pages in a row that bring the end no nearer, after which there is none: what they hold is not gathered any longer."""

MOST_PAGES: Final = 1000
"""No listing has more, whatever total it reports."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a listing."""

    items: list[T]
    total: int | None = None
    """How many there are in all, if the service says so readably."""

    def __len__(self) -> int:
        return len(self.items)


def count(value: Scalar) -> int | None:
    """A total as a whole number, which services also send as text; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None  # noqa: PLR2004 - a total
    if isinstance(value, int | float) and 0 <= value < 1e15:  # noqa: PLR2004 - a total
        return int(value)
    return None


class Listing(Generic[T]):
    """The pages of one listing as they come in: what was seen, and whether that was the end."""

    def __init__(self, key: Callable[[T], Hashable | None], *, operation: str) -> None:
        """Know items by `key`; one without a key is kept and is never the same as another."""
        self.items: list[T] = []
        """Of every page that had any that was not seen before."""
        self.received = 0
        self.pages = 0
        self.ended = False
        self.shrank = False
        self.total: int | None = None
        self._first_total: int | None = None
        self._full = False
        self._key = key
        self._operation = operation
        self._seen: set[Hashable] = set()
        self._without_key = 0
        self._longest = 1
        self._lacking: int | None = None
        self._standing_still = 0

    @property
    def reached(self) -> bool:
        """As many different items were seen as the service says there are."""
        return self.total is None or self._different >= self.total

    @property
    def complete(self) -> bool:
        """Nothing was left out, as far as one can tell: what is not in here does not exist."""
        return self.reached and not self.shrank

    @property
    def pages_left(self) -> int:
        """Pages that the total still promises after full ones, at least the one that shows the end."""
        if self.total is None or self.received < self.pages * PAGE_SIZE:
            return 1
        return max(1, -(-self.total // PAGE_SIZE) - self.pages)

    @property
    def _different(self) -> int:
        """Items that were seen, each once."""
        return len(self._seen) + self._without_key

    def lacks(self, item: T) -> bool:
        """Whether the item has a key that was not seen."""
        key = self._key(item)
        return key is not None and key not in self._seen

    def add(self, page: Page[T]) -> None:
        """Take in the next page; ApiSchemaError once there are more than any honest listing has."""
        self.pages += 1
        self._longest = max(self._longest, len(page.items))
        if page.total is not None:
            self.shrank |= self.total is not None and page.total < self.total
            self.total = page.total
            self._first_total = page.total if self._first_total is None else self._first_total
        keys = [self._key(item) for item in page.items]
        new = {key for key in keys if key is not None} - self._seen
        self._seen |= new
        self._without_key += keys.count(None)
        self.received += len(page.items)
        if new or None in keys:
            self.items += page.items
        short = len(page.items) < PAGE_SIZE
        self.ended = not page.items or ((short or not new) and self.reached)
        if not page.items and self._full and not self.reached:
            # After a short page, nothing more is what a total too high looks like; after a full one, a broken listing.
            raise ApiSchemaError("the listing breaks off before its total", operation=self._operation)
        self._full = not short
        lacking = None if self.total is None else self.total - self._different
        nearer = lacking is None or self._lacking is None or lacking < self._lacking
        self._standing_still = 0 if nearer else self._standing_still + 1
        self._lacking = lacking
        if not self.ended and (self.pages >= self._most_pages() or self._standing_still >= STANDSTILL):
            raise ApiSchemaError("the listing does not end where its total says", operation=self._operation)

    def _most_pages(self) -> int:
        """Pages after which a listing is never-ending; a total that grows with every page allows no more of them."""
        if self._first_total is None:
            return MOST_PAGES
        return min(MOST_PAGES, -(-self._first_total // self._longest) + SLACK)


async def numbered(
    fetch: Callable[[int], Coroutine[Any, Any, Page[T]]],
    key: Callable[[T], Hashable | None],
    *,
    operation: str,
    width: int,
) -> Listing[T]:
    """Every item of a listing paged by number from 1, at most `width` pages at once; any page failing fails it.

    When the total falls while pages are read, an item may have moved to a page already read: the listing is then
    read once more, and what either reading saw is there.
    """

    async def once() -> Listing[T]:
        listing = Listing(key, operation=operation)
        listing.add(await fetch(1))
        while not listing.ended:
            begin = listing.pages + 1
            wave = range(begin, begin + min(width, listing.pages_left))
            for page in await _together([fetch(number) for number in wave]):
                listing.add(page)
        if not listing.items and not listing.reached:
            raise ApiSchemaError("the listing is empty, its total is not", operation=operation)
        return listing

    first = await once()
    if not first.shrank:
        return first
    second = await once()
    second.items += [item for item in first.items if second.lacks(item)]
    return second


async def by_offset(
    fetch: Callable[[int], Awaitable[Page[T]]],
    key: Callable[[T], Hashable | None],
    *,
    operation: str,
) -> Listing[T]:
    """Every item of a listing paged by offset: each page begins where the last one ended, however long that was."""
    listing = Listing(key, operation=operation)
    while not listing.ended:
        listing.add(await fetch(listing.received))
    return listing


async def _together(calls: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results in order; the first failure ends the other calls and is raised."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
