"""Before and after the redesign of November 2026 in one table, what became slower included."""

from collections.abc import Sequence
from typing import Final

from benchmarks.table import Row, Table

BEFORE: Final[dict[tuple[str, str], tuple[str, float]]] = {
    ("Scrape rate", "1,000 jobs, against the bare handler"): ("3,074 /s", 1.27),
    ("Scrape rate", "1,000 jobs, against the client library"): ("3,074 /s", 1090.0),
    ("Scrape rate", "10,000 jobs, against the bare handler"): ("397 /s", 1.12),
    ("Rendering", "1,000 jobs, cold"): ("45.2 ms", 6.47),
    ("Rendering", "1,000 jobs, 1 % changed"): ("1.07 ms", 273.0),
    ("Rendering", "1,000 jobs, 100 % changed"): ("15.5 ms", 18.9),
    ("Rendering", "1,000 jobs, 1 % changed, gzip"): ("1.78 ms", 192.0),
    ("Rendering", "10,000 jobs, cold"): ("636 ms", 4.27),
    ("Rendering", "10,000 jobs, 1 % changed"): ("13.7 ms", 199.0),
    ("Rendering", "10,000 jobs, 100 % changed"): ("122 ms", 22.3),
    ("Rendering", "10,000 jobs, 1 % changed, gzip"): ("12 ms", 293.0),
    ("CPU of a poll", "100 jobs, a fifth changing"): ("13.4 ms", 3.11),
    ("CPU of a poll", "1,000 jobs, a fifth changing"): ("55.3 ms", 1.96),
    ("CPU of a poll", "10,000 jobs, a fifth changing"): ("537 ms", 2.12),
    ("Memory", "steady"): ("4.96 KiB", 0.62),
    ("Memory", "peak at the swap"): ("6.84 KiB", 1.38),
    ("While polling", "event loop late, p99"): ("10.8 ms", 0.541),
    ("While polling", "scrape, worst"): ("62.1 ms", 1.24),
    ("A cloud that does not answer", "scrape, p99"): ("1.15 ms", 1.02),
}
"""Figure and ratio of rows measured on 2026-11-22: `git show ef4864c:docs/performance.md`, the last whole run before.

Memory stood beside 5 KiB there; its ratio is to 8 KiB here.
"""

_LARGER_IS_BETTER: Final = {"Scrape rate", "Rendering"}
_ABOUT: Final = 0.1
"""Of a ratio: less than this is the noise between two runs."""


def before_and_after(tables: Sequence[Table]) -> str:
    """The table, of the rows that were measured both times."""
    rows = [(table.title, row) for table in tables for row in table.rows if (table.title, row.subject) in BEFORE]
    return "\n".join([_TEXT, *(_line(title, row) for title, row in rows)]) + "\n"


def _line(title: str, row: Row) -> str:
    figure, ratio = BEFORE[title, row.subject]
    now = float("nan") if row.ratio is None else row.ratio
    gain = now / ratio if title in _LARGER_IS_BETTER else ratio / now
    word = "**worse**" if gain < 1 - _ABOUT else "better" if gain > 1 + _ABOUT else "alike"
    return f"| {title}: {row.subject} | {figure} | {row.figure} | {ratio:.3g} | {now:.3g} | {word} |"


_TEXT: Final = """## Before and after

Until November 2026 four layers noticed what had not changed, families were blocks of bytes of which only changed
values were written anew, and a page was joined of families that had been compressed one by one. Now one layer
notices, lines hang on their records, and a page is joined and compressed whole. What the machinery gained was
rendering after few changes; below it is told what that costs now, and what a user feels of it: the CPU of a poll.

Before: the whole run of 2026-11-22 (`git show ef4864c:docs/performance.md`), on another machine, so that only ratios,
each to the rival of its own run, can be compared. Two things were measured otherwise then: a fleet had 21.5 series a
job, now 26; and pages were made in some of the polls only, since nobody asked for one between them, now in every one.
The review that led to the redesign measured, of one steady poll with a fifth changing at 1,000 and 10,000 jobs, 21 to
26 and 220 to 252 ms for that code, 40 and 439 ms for one layer only, with 109 and 178 MiB at 10,000 jobs, and a gzip
page of 1,000 jobs of 569 kB joined, 513 kB whole.

| subject | before | now | ratio before | ratio now | |
| --- | ---: | ---: | ---: | ---: | --- |"""
