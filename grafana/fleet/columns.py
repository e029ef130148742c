"""Columns and colours that several tables of the fleet dashboard share."""

from typing import Final

from deploy.rules import thresholds
from grafana.fields import PHASE_BY_NAME, Column
from grafana.frame import TO_JOB
from grafana.phases import CRITICAL, GOOD, WARNING

DELAY_STEPS: Final = (
    (None, GOOD),
    (thresholds.DELAY_WARNING_SECONDS, WARNING),
    (thresholds.DELAY_CRITICAL_SECONDS, CRITICAL),
)
SHARE_STEPS: Final = ((None, GOOD), (0.8, WARNING), (1, CRITICAL))


TIMES: Final = "suffix:\N{MULTIPLICATION SIGN}"


def times_allowed(title: str, name: str, width: int = 75) -> Column:
    """A share of what is allowed, as a factor: thousands of per cent are no figure that anybody reads."""
    return Column(name, title, unit=TIMES, decimals=1, cell="text", steps=SHARE_STEPS, width=width)


JOB_COLUMN: Final = Column("job_name", "Job", link=TO_JOB, width=205)
PROJECT_COLUMN: Final = Column("project", "Project", width=90)
ID_COLUMN: Final = Column("job_id", "Job id", hidden=True)
PHASE_COLUMN: Final = Column("phase", "Phase", cell="background", mappings=PHASE_BY_NAME, width=105)
STATUS_COLUMN: Final = Column("status", "Status")
"""Without a width: it takes the room there is, and the longest word of the service fits."""
