"""Every collector, in the order of the poll and then of their first rounds: one line each, the rest is in its file."""

from typing import Final

from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors.async_jobs import AsyncJobs
from drs_exporter.poll.collectors.cloud_eye import CloudEye
from drs_exporter.poll.collectors.details import Details
from drs_exporter.poll.collectors.diagnosis import Diagnoses
from drs_exporter.poll.collectors.job_detail import JobDetails
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.poll.collectors.progress import Progresses
from drs_exporter.poll.collectors.quotas import Quotas
from drs_exporter.poll.collectors.rpo_rto import RpoRtos
from drs_exporter.poll.collectors.status import Statuses

COLLECTORS: Final[tuple[type[Collector], ...]] = (
    Jobs,
    Statuses,
    Progresses,
    RpoRtos,
    CloudEye,
    AsyncJobs,
    Diagnoses,
    Details,
    Quotas,
    JobDetails,
)
