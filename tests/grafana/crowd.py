"""A large fleet made of a small one: its page several times over under other names, for any length of time."""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.rules.fleet import FLEET, KIND
from deploy.rules.recording import FAILED_SINCE
from tests.grafana.boards import selectors, targets
from tests.grafana.world import SCRAPED_AS

_SAMPLE: Final = re.compile(r"^(?P<name>drs_\w+)\{(?P<labels>.*)\} (?P<value>\S+)$", re.MULTILINE)
_JOB: Final = re.compile(r'job_id="([^"]*)",job_name="([^"]*)"')
_MOVING: Final = re.compile(r"drs_job_(.*delay_seconds|apply_.*|progress_ratio|remaining_seconds|updated_.*)$")
_JOB_LABELS: Final = {"project", "job_id", "job_name"}
_KIND: Final = set(KIND.split(", "))


@dataclass(frozen=True, slots=True)
class Line:
    """A series as it is written, but for its time."""

    text: str
    value: float
    moves: bool


def lines(page: str, *, jobs: int, uids: Sequence[str]) -> Iterator[Line]:
    """The series of so many jobs that these dashboards read, with what the rules record of them."""
    read = {selector.name for target in targets(*uids) for selector in selectors(target.expr)}
    found = [match for match in _SAMPLE.finditer(page) if match["name"] in read]
    copies = math.ceil(jobs / sum(match["name"] == "drs_job_info" for match in found))
    for match in found:
        for copy in range(copies if "job_id=" in match["labels"] else 1):
            labels = _JOB.sub(rf'job_id="\1-{copy}",job_name="\2-{copy}"', match["labels"])
            moves = _MOVING.match(match["name"]) is not None
            yield Line(f"{match['name']}{{{SCRAPED_AS},{labels}}}", float(match["value"]), moves)
            if match["name"] == "drs_job_status":
                yield from _recorded(labels)
    for kind in sorted({_only(match["labels"], _KIND) for match in found if match["name"] == "drs_job_info"}):
        yield from (Line(f"{rule.name}{{{kind}}}", 1.0, moves=True) for rule in FLEET)
    for promise in ("delay", "rpo"):
        for window in ("6h", "3d"):
            yield Line(f'drs:project_{promise}_missed:ratio_{window}{{project="sim"}}', 0.01, moves=False)


def _recorded(labels: str) -> Iterator[Line]:
    """What rules tell of a job that has failed, or could be cut over."""
    kept = _only(labels, _JOB_LABELS)
    if 'phase="failed"' in labels:
        yield Line(f"{FAILED_SINCE.name}{{{_only(labels, _JOB_LABELS - {'job_name'})}}}", 1.7e9, moves=False)
    if 'phase="incremental"' in labels:
        yield Line(f"drs:job_cutover_ready{{{kept}}}", 0.0, moves=False)
        for reason in ("rows_unknown", "delay"):
            yield Line(f'drs:job_cutover_blocker{{{kept},reason="{reason}"}}', 1.0, moves=False)


def _only(labels: str, names: Collection[str]) -> str:
    """These of the labels."""
    return ",".join(part for part in labels.split(",") if part.partition("=")[0] in names)


def write(file: Path, series: Sequence[Line], moments: Iterable[int]) -> None:
    """A sample of each at each of these moments; what moves is another each time."""
    still = [f"{line.text} {line.value:.10g} " for line in series if not line.moves]
    moving = [line for line in series if line.moves]
    with file.open("w") as into:
        for number, moment in enumerate(moments):
            end = f"{moment}\n"
            into.writelines([start + end for start in still])
            into.writelines([f"{line.text} {line.value * (1 + number % 7 / 10):g} {end}" for line in moving])
        into.write("# EOF\n")
