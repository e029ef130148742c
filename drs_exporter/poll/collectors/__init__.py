"""One collector a file: which jobs it asks about, which operation, and where the answers are held."""

from drs_exporter.poll.collectors.async_jobs import AsyncJobs
from drs_exporter.poll.collectors.details import Details, JobDetails
from drs_exporter.poll.collectors.every_poll import Progresses, RpoRtos, Statuses
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.poll.collectors.quotas import Quotas
from drs_exporter.poll.collectors.run import Collector, Run

__all__ = [
    "AsyncJobs",
    "Collector",
    "Details",
    "JobDetails",
    "Jobs",
    "Progresses",
    "Quotas",
    "RpoRtos",
    "Run",
    "Statuses",
]
