"""The status of every job."""

from collections.abc import Collection
from typing import Final

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.jobs import Stand
from drs_exporter.poll.collector import Run, Target
from drs_exporter.poll.collectors.job_batches import BATCH, JobBatches
from drs_exporter.poll.state import Holding

STATUS_READINGS: Final[Holding[Stand]] = Holding()
"""By job."""


class Statuses(JobBatches[object, Stand]):
    """Asks the status of every job that is not stopped for good; of those the answer that said so stays."""

    name = "status"
    operations = ("batch_status",)
    size = BATCH
    holds = (STATUS_READINGS,)

    def __init__(self) -> None:
        """Batches of 100."""
        super().__init__(holding=STATUS_READINGS, call=DrsClient.batch_status, read=parse.statuses)

    def concerns(self, target: Target, run: Run) -> bool:  # noqa: ARG002 - whatever it is
        """Every job: those in excluded phases are counted."""
        return True

    def kept(self, run: Run) -> Collection[str] | None:
        """What was read of a stopped job counts on."""
        return run.known
