"""What a benchmark found, as a table with its rival, its ratio and its target."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure beside its rival's."""

    subject: str
    figure: str
    rival: str = ""
    ratio: float | None = None
    target: float | None = None
    want: Literal["at least", "at most"] = "at least"

    @property
    def verdict(self) -> str:
        """Whether the target was met, in a word."""
        if self.target is None or self.ratio is None:
            return ""
        met = self.ratio >= self.target if self.want == "at least" else self.ratio <= self.target
        return "yes" if met else "**no**"

    def cells(self) -> tuple[str, ...]:
        """Its cells."""
        target = "" if self.target is None else f"{'≥' if self.want == 'at least' else '≤'} {self.target:g}"
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        return (self.subject, self.figure, self.rival, ratio, target, self.verdict)


@dataclass(frozen=True)
class Table:
    """All rows of one benchmark."""

    title: str
    text: str
    """What is measured and against what."""
    rows: Sequence[Row] = field(default_factory=list)

    def markdown(self) -> str:
        """The table as the documentation has it."""
        lines = [
            f"## {self.title}",
            "",
            self.text,
            "",
            "| subject | exporter | rival | ratio | target | met |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
            *("| " + " | ".join(row.cells()) + " |" for row in self.rows),
        ]
        return "\n".join(lines) + "\n"


def milliseconds(seconds: float) -> str:
    """A duration."""
    return f"{seconds * 1000:.3g} ms"


def kibibytes(size: float) -> str:
    """A size."""
    return f"{size / 1024:.3g} KiB"
