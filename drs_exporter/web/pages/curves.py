"""The last hours of one job as small curves, drawn without a script."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from drs_exporter.history import Sample
from drs_exporter.words import duration, moment, percent, rate

_WIDTH: Final = 320
_HEIGHT: Final = 56
_KINDS: Final[tuple[tuple[str, Callable[[Sample], float], Callable[[float], str]], ...]] = (
    ("Delay", lambda sample: sample.delay, duration),
    ("Progress", lambda sample: sample.progress, percent),
    ("Rows applied", lambda sample: sample.rows, rate),
)


def curves(samples: Sequence[Sample]) -> str:
    """One figure for each kind of value that was known at least twice; empty where none was."""
    return "".join(
        _figure(title, [(sample.time, value(sample)) for sample in samples if not math.isnan(value(sample))], words)
        for title, value, words in _KINDS
    )


def _figure(title: str, points: Sequence[tuple[float, float]], words: Callable[[float], str]) -> str:
    if len(points) < 2:  # noqa: PLR2004 - a curve has two ends
        return ""
    times, values = [time for time, _ in points], [value for _, value in points]
    begin, span = times[0], (times[-1] - times[0]) or 1.0
    low, high = min(0.0, *values), max(values)
    room = (high - low) or 1.0
    path = " ".join(
        f"{(time - begin) / span * _WIDTH:.1f},{_HEIGHT - (value - low) / room * _HEIGHT:.1f}" for time, value in points
    )
    label = f"{title}: between {words(min(values))} and {words(high)}, now {words(values[-1])}"
    return (
        f"<figure><figcaption>{title} <strong>{words(values[-1])}</strong> "
        f"<small>at most {words(high)}</small></figcaption>"
        f'<svg viewBox="0 -2 {_WIDTH} {_HEIGHT + 4}" role="img" aria-label="{label}" preserveAspectRatio="none">'
        f'<polyline points="{path}"></polyline></svg>'
        f"<small>since {moment(begin)}</small></figure>\n"
    )
