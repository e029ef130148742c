"""Which jobs of the fleet a page shows, as its address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from multidict import MultiMapping

from drs_exporter.overview import ORDERS, Order, Record, sort
from drs_exporter.status import Phase

ROWS: Final = 200
"""Jobs on a page at first; more are a click away."""

_NUMBER: Final = 6
"""Digits of the largest limit anybody can mean."""

_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "phase": tuple(Phase),
    "needs": ("somebody",),
    "sort": ORDERS,
    "order": ("asc", "desc"),
}
"""What an address can say of which there is no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What somebody asked to see."""

    words: str = ""
    """Each has to be found in a job's name, id, status, error, type or project."""
    phases: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    trouble: bool = False
    """Only what needs somebody."""
    order: Order = "urgency"
    falling: bool = False
    limit: int = ROWS

    @classmethod
    def of(cls, query: MultiMapping[str]) -> "Selection":
        """As an address says it; what it does not say readably is left as it is at first."""
        order, limit = query.get("sort", ""), query.get("limit", "")
        usable = limit.isascii() and limit.isdigit() and len(limit) <= _NUMBER
        return cls(
            words=query.get("q", "").strip(),
            phases=tuple(phase for phase in query.getall("phase", ()) if phase in set(Phase)),
            projects=tuple(query.getall("project", ())),
            trouble=query.get("needs", "") == "somebody",
            order=order if order in ORDERS else "urgency",
            falling=query.get("order", "") == "desc",
            limit=max(ROWS, int(limit)) if usable else ROWS,
        )

    def address(self, **changes: object) -> str:
        """The query that leads to this selection with some of it changed; empty for the whole fleet as it is."""
        wanted = replace(self, **{"limit": ROWS, **changes})  # type: ignore[arg-type]
        pairs = [("q", wanted.words)] if wanted.words else []
        pairs += wanted.beside_words()
        pairs += [("limit", str(wanted.limit))] if wanted.limit != ROWS else []
        return f"?{urlencode(pairs)}" if pairs else "?"

    def beside_words(self) -> list[tuple[str, str]]:
        """What of this a search for other words keeps, as an address says it."""
        pairs = [("phase", phase) for phase in self.phases]
        pairs += [("project", project) for project in self.projects]
        pairs += [("needs", "somebody")] if self.trouble else []
        pairs += [("sort", self.order)] if self.order != "urgency" else []
        pairs += [("order", "desc")] if self.falling else []
        return pairs

    def apply(self, records: Sequence[Record], texts: Mapping[int, str]) -> list[Record]:
        """The jobs that are meant, in their order; `texts` holds what words are looked for in, by the record's id()."""
        words = self.words.casefold().split()
        found = [
            record
            for record in records
            if (not self.trouble or record.needs_somebody)
            and (not self.phases or record.phase in self.phases)
            and (not self.projects or record.project in self.projects)
            and (not words or all(word in texts[id(record)] for word in words))
        ]
        if self.order == "urgency" and not self.falling:
            return found  # they are given in this order
        return sort(found, self.order, falling=self.falling)


def unreadable(query: MultiMapping[str]) -> str | None:
    """The first thing that an address says and that means nothing, in a sentence: a page shows it, data would not."""
    for name, words in _WORDS.items():
        for value in query.getall(name, ()):
            if value not in words:
                return f"{name}: there is no {value[:100]!r}, only {', '.join(words)}"
    return None


def text_of(record: Record) -> str:
    """What words are looked for in."""
    parts = (
        record.job_name,
        record.job_id,
        record.status,
        record.phase,
        record.error_code,
        record.db_use_type,
        record.engine_type,
        record.task_type,
        record.project,
    )
    return "\n".join(part for part in parts if part).casefold()
