"""The words a cloud uses: each held in memory once, and no more of them told apart than any honest cloud has."""

from sys import intern
from typing import Final

from drs_exporter.status import STATUSES

OTHER: Final = "other"
"""Stands for every word beyond the bounds."""

LONGEST_WORD: Final = 128
"""Characters; the longest the vendor has are half as long."""

_MOST_WORDS: Final = 1000
"""Words of one field that are told apart: the vendor has some hundred error codes, and fewer of everything else."""

_MOST_UNKNOWN_STATUSES: Final = 100
"""Fewer, for each is a series that stays."""


class Vocabulary:
    """Every word one project's answers have used so far, by field; it only grows, up to a bound for each field."""

    def __init__(self) -> None:
        self._words: dict[str, dict[str, str | None]] = {"status": {status: status for status in STATUSES}}
        self._most = {"status": len(STATUSES) + _MOST_UNKNOWN_STATUSES}

    def word(self, raw: str, field: str) -> str | None:
        """The text cleaned, `None` if it is empty, `OTHER` if it is too long or one too many."""
        words = self._words.get(field)
        if words is None:
            words = self._words[field] = {}
        try:
            return words[raw]
        except KeyError:
            pass
        if len(raw) > LONGEST_WORD or len(words) >= self._most.get(field, _MOST_WORDS):
            return OTHER
        word = words[raw] = intern(clean(raw)) or None
        return word


def clean(text: str) -> str:
    """Without what no exposition can carry: lone surrogates and NUL become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
