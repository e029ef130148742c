"""What was read before need not be read again: most of a fleet says at every poll what it said at the last."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from drs_exporter.cloud.decode import decode
from drs_exporter.drs import wire
from drs_exporter.parse.values import Reader

T = TypeVar("T")


class Recall(Generic[T]):
    """Reads elements of answers by one function, and remembers by their text what they were read as.

    Of a text only its hash is kept. It has 64 bits, so that of 10,000 jobs polled every minute for a year, the chance
    that one record was ever taken for another is below one in a hundred thousand.
    """

    def __init__(self, decoder: msgspec.json.Decoder[Any], make: Callable[[Any, Reader], T]) -> None:
        """Decode, and make our words of it; `make` must depend on nothing else."""
        self._decoder = decoder
        self._make = make
        self._before: dict[int, T] = {}
        self._now: dict[int, T] = {}

    def __call__(self, sent: wire.Sent, read: Reader) -> T:
        """What the element says; one with something unreadable in it is read, and counted, each time it comes."""
        digest = hash(sent)
        known = self._now.get(digest)
        if known is None:
            known = self._before.get(digest)
            if known is None:
                failures = read.failures
                known = self._make(self._decoded(sent), read)
                if read.failures != failures:
                    return known
            self._now[digest] = known
        return known

    def _decoded(self, sent: wire.Sent) -> Any:
        try:
            return self._decoder.decode(sent)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return decode(sent, self._decoder, operation="")  # leniently, as a page is

    def turn(self) -> None:
        """Forget what has not come since the last turn."""
        self._before, self._now = self._now, {}
