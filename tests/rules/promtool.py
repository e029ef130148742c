"""promtool's files, made from the tables in `cases/` by `python -m tests.rules.promtool`, and promtool itself."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.rules.case import Subject, promtool_file
from tests.rules.cases.calls import CALLS
from tests.rules.cases.cutover import CUTOVER, TASKS
from tests.rules.cases.delay import LIMITS
from tests.rules.cases.details import COMPARISONS, DETAILS
from tests.rules.cases.exporter import EXPORTER, TEXTFILE
from tests.rules.cases.failed import FAILED
from tests.rules.cases.fleet import FLEET
from tests.rules.cases.health import HEALTH, ORDER
from tests.rules.cases.instances import INSTANCES, MISSING, REMEMBERED
from tests.rules.cases.project import BILLS, QUOTAS
from tests.rules.cases.promises import QUICK, SLOW
from tests.rules.cases.reading import READING
from tests.rules.cases.recovery import RECOVERY
from tests.rules.cases.stop import CLOCK, STOP
from tests.rules.cases.together import TOGETHER
from tests.rules.cases.transfer import TRANSFER, WAITING
from tests.rules.cases.trend import TREND
from tools.programs import path_of

SUBJECTS: tuple[Subject, ...] = (
    HEALTH, ORDER, CUTOVER, TASKS, FLEET, QUICK, SLOW,
    FAILED, STOP, CLOCK, LIMITS, TREND, RECOVERY, TRANSFER, WAITING, DETAILS, COMPARISONS, QUOTAS, BILLS, EXPORTER,
    TEXTFILE, READING, CALLS, INSTANCES, MISSING, REMEMBERED, TOGETHER,
)  # fmt: skip
HERE = Path(__file__).resolve().parent


def generate() -> dict[str, str]:
    """Every generated file: its path from the root of the repository, and its text."""
    return {f"tests/rules/{subject.name}.yml": promtool_file(subject) for subject in SUBJECTS}


def check(files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    """Let promtool run files of cases; standard output names each and says whether it agrees."""
    return subprocess.run(
        [path_of("promtool"), "test", "rules", *files],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"GOGC": "400", "GOMAXPROCS": "1"},  # a quarter less of the processor
    )


def main() -> None:
    """Write them all."""
    for path, text in generate().items():
        (HERE.parents[1] / path).write_text(text)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
