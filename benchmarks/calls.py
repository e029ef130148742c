"""Requests of a poll against the fewest that the sizes of pages and batches allow."""

import asyncio
from collections import Counter

from benchmarks.fewest import fewest
from benchmarks.table import Row, Table
from benchmarks.upstream import Cloud, cloud
from benchmarks.watching import watching

SIZES = (100, 1_000, 10_000)
SCENARIOS = ("migration", "sync", "cloudDataGuard")
POLLS_OF_AN_INTERVAL = 10
"""Polls in which every job's detail is asked once."""


def run() -> Table:
    """First polls, and all polls of one interval of the details after it."""
    rows = []
    for jobs in SIZES:
        with cloud(jobs) as upstream:
            rows += asyncio.run(counted(upstream, jobs))
    return Table(
        "Requests",
        "Requests of the first poll, in which every collector runs, and of the ten minutes after it, against their "
        "arithmetic minimum. A listing of *n* entries takes ⌊n / 100⌋ + 1 pages for each scenario, for the batches and "
        "for the members of each batch: a page that is not full shows the end, the reported total alone does not, "
        "since jobs come and go meanwhile. *n* jobs that are not stopped take ⌈n / 100⌉ calls for their status, those "
        "in phases with progress as many for their progress; disaster recovery jobs ⌈n / 10⌉ a poll and details "
        "⌈n / 10⌉ an interval, spread over its polls, 10 being what the vendor advises. Batches are listed every five "
        "minutes, quotas once an hour. Cloud Eye is asked for 500 metrics at once, which is all 19 of 26 machines: "
        "1,000 running jobs take 39 calls a minute, and their hourly listing two pages; all 19 of each are there 10 s "
        "after the start, and DRS is asked when it would be without.",
        rows,
    )


async def counted(upstream: Cloud, jobs: int) -> list[Row]:
    """Both rows of one size."""
    async with watching(upstream.url) as watched:
        upstream.calls()
        await watched.poll()
        first = upstream.calls()
        for _ in range(POLLS_OF_AN_INTERVAL):
            await watched.poll()
        later = upstream.calls()
        project = watched.watch.snapshot
    members = {batch.id: int(batch.members or 0) for batch in project.async_jobs}
    least = [fewest(project.jobs or (), members, scenarios=SCENARIOS, first=whole) for whole in (True, False)]
    interval = Counter({name: POLLS_OF_AN_INTERVAL * calls for name, calls in least[1].items()})
    interval["batch_detail"] = least[0]["batch_detail"]
    for name in ("list_async_jobs", "async_job_detail"):
        interval[name] = 2 * least[0][name]
    return [
        _row(f"{jobs:,} jobs, first poll", first, least[0]),
        _row(f"{jobs:,} jobs, ten minutes", later, interval),
    ]


def _row(subject: str, made: Counter[str], least: Counter[str]) -> Row:
    return Row(
        subject=subject,
        figure=f"{made.total():,}",
        rival=f"{least.total():,}",
        ratio=made.total() / least.total(),
        target=1,
        want="at most",
    )
