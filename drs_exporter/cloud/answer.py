"""One answer as it came over HTTP, and what it takes to read one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

SUCCESS: Final = range(200, 300)
REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, complete."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class AnswerReader(Protocol[T_co]):
    """Reads a success; None when what the operation promises is not in it."""

    def __call__(self, answer: HttpAnswer, /, *, operation: str) -> T_co | None:
        """The answer's content; ApiSchemaError if it is unreadable."""
        ...
