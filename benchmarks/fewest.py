"""The fewest calls a poll can make, from the sizes of pages and batches alone."""

from collections import Counter
from collections.abc import Mapping, Sequence

from drs_exporter.snapshot import Job
from drs_exporter.status import PROGRESS_PHASES, Phase

PAGE = 100
"""Entries of a page, and ids of a batch of status or progress."""
MACHINES = 26
"""Machines whose 19 metrics go into one call of Cloud Eye, which is asked 500 at once."""
MACHINES_OF_A_PAGE = 1000
ADVISED = 10
"""Ids the vendor advises for a batch of details or of recovery delays."""


def listing(entries: int) -> int:
    """Pages of a listing: the one that is not full shows the end."""
    return entries // PAGE + 1


def batches(ids: int, size: int) -> int:
    """Batches for so many ids."""
    return -(-ids // size)


def fewest(jobs: Sequence[Job], members: Mapping[str, int], *, scenarios: Sequence[str], first: bool) -> Counter[str]:
    """Calls by operation, of the first poll or of one in which nothing is due but what runs every time."""
    active = [job for job in jobs if job.state is not None and job.state.phase is not Phase.STOPPED]
    progressing = sum(job.state is not None and job.state.phase in PROGRESS_PHASES for job in active)
    measured = sum(job.instance.metrics_time is not None for job in active)
    recovering = sum(job.info is not None and job.info.db_use_type == "cloudDataGuard" for job in active)
    listed = Counter(job.info.db_use_type for job in jobs if job.info is not None and not job.info.parent_id)
    calls = Counter(
        list_jobs=sum(listing(listed[scenario]) for scenario in scenarios),
        batch_status=batches(len(active), PAGE),
        batch_progress=batches(progressing, PAGE),
        batch_rpo_rto=batches(recovering, ADVISED),
        ces_data=batches(measured, MACHINES),
    )
    if first:
        calls.update(
            batch_detail=batches(len(active), ADVISED),
            list_async_jobs=listing(len(members)),
            async_job_detail=sum(listing(size) for size in members.values()),
            quotas=1,
            ces_list_metrics=measured // MACHINES_OF_A_PAGE + 1,
        )
    return +calls
