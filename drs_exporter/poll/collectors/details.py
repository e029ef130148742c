"""The batch detail of every job: thresholds, times, and a status that counts where no newer one was read."""

from collections.abc import Collection
from typing import Final

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.jobs import BatchDetail
from drs_exporter.poll.collector import Run
from drs_exporter.poll.collectors.job_batches import ADVISED_BATCH, JobBatches
from drs_exporter.poll.state import Holding

DETAILS: Final[Holding[BatchDetail]] = Holding()
"""By job."""


class Details(JobBatches[object, BatchDetail]):
    """Reads the batch detail of every job that is not stopped; what was read of others stays, for its status."""

    name = "details"
    operations = ("batch_detail",)
    interval = 600.0
    size = ADVISED_BATCH
    holds = (DETAILS,)

    def __init__(self) -> None:
        """Batches of 10."""
        super().__init__(holding=DETAILS, call=DrsClient.batch_detail, read=parse.details)

    def kept(self, run: Run) -> Collection[str] | None:
        """Every job there is."""
        return run.known
