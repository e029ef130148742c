"""The recovery delays of every disaster recovery job."""

from typing import Final

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse import jobs as parse
from drs_exporter.poll.collector import Run, Target
from drs_exporter.poll.collectors.job_batches import ADVISED_BATCH, JobBatches
from drs_exporter.poll.state import Holding
from drs_exporter.snapshot import RpoRto

RPO_RTO: Final[Holding[RpoRto]] = Holding(job="rpo_rto")
"""By job."""

_RECOVERY: Final = "cloudDataGuard"


class RpoRtos(JobBatches[object, RpoRto]):
    """Asks disaster recovery jobs only: one of another kind refuses its whole batch."""

    name = "rpo_rto"
    operations = ("batch_rpo_rto",)
    size = ADVISED_BATCH
    holds = (RPO_RTO,)

    def __init__(self) -> None:
        """Batches of 10."""
        super().__init__(holding=RPO_RTO, call=DrsClient.batch_rpo_rto, read=parse.rpo_rtos)

    def concerns(self, target: Target, run: Run) -> bool:
        """A disaster recovery job."""
        return target.job.info.db_use_type == _RECOVERY and super().concerns(target, run)
