"""The progress of every job in a phase that has one."""

from typing import Final

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse.progress import progresses
from drs_exporter.poll.collector import Run, Target
from drs_exporter.poll.collectors.job_batches import BATCH, JobBatches
from drs_exporter.poll.state import Holding
from drs_exporter.snapshot import Progress
from drs_exporter.status import PROGRESS_PHASES

PROGRESS: Final[Holding[Progress]] = Holding()
"""By job."""


class Progresses(JobBatches[object, Progress]):
    """Asks those that can have a progress and whose progress is exported."""

    name = "progress"
    operations = ("batch_progress",)
    size = BATCH
    holds = (PROGRESS,)

    def __init__(self) -> None:
        """Batches of 100."""
        super().__init__(holding=PROGRESS, call=DrsClient.batch_progress, read=progresses)

    def concerns(self, target: Target, run: Run) -> bool:
        """A job in one of the phases."""
        return target.stand.phase in PROGRESS_PHASES and super().concerns(target, run)
