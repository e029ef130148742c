"""What a fleet gets on the defaults: first data, first complete rounds, and calls a minute beside the fewest."""

from collections import Counter
from collections.abc import Iterator, Mapping

from benchmarks.driven import BATCH, Driven, drive
from benchmarks.fewest import ADVISED, MACHINES, PAGE, batches, listing
from benchmarks.table import Row, Table

SIZES = (1_000, 5_000, 10_000)
SETTLED = 600.0
"""Seconds from which calls are counted: every first round is over."""
SECONDS = 1_200.0
"""As many again: one interval of the slowest collector that has one of minutes."""
FIRST_DATA = 20.0


def run() -> Table:
    """All sizes."""
    rows = [row for jobs in SIZES for row in rows_of(jobs, watched(jobs))]
    return Table(
        "Pace on the defaults",
        "No option is set: 10 calls a second of DRS, 7 of Cloud Eye, 4 of each at once, a poll a minute. A tenth of "
        "the jobs are disaster recovery, all are incremental, a third are in async batches of 30, and a machine runs "
        "under each. The clock is driven and calls take 0.2 s, so that these figures are of the pace alone. First data "
        "and first rounds stand beside the interval that they have to keep; calls a minute, counted over ten minutes "
        "once the first rounds are over, beside the fewest that pages and batches allow. The diagnosis has no interval "
        "to keep: it takes what the others leave, a tenth at most. Cloud Eye takes 26 machines a call, so that from "
        "10,900 running jobs on its own budget stretches its interval; its first round over 10,000 begins with the end "
        "of the first listing, and ends an interval later.",
        rows,
    )


def watched(jobs: int) -> Driven:
    """The pace of such a fleet."""

    async def work() -> Driven:
        driven = Driven(jobs)
        await driven.last(SECONDS)
        return driven

    return drive(work)


def rows_of(jobs: int, driven: Driven) -> Iterator[Row]:
    """First data, then every collector, then its calls."""
    first = next(at for at, project in driven.published if project.jobs)
    yield Row(
        subject=f"{jobs:,} jobs, first data",
        figure=f"{first:.1f} s",
        rival=f"{FIRST_DATA:.0f} s",
        ratio=first / FIRST_DATA,
        target=1,
        want="at most",
    )
    for state in driven.published[-1][1].collectors:
        at = _first_round(driven, state.collector)
        if state.collector == "diagnosis" or at is None:
            continue
        promised = state.collector != "cloud_eye" or jobs <= SIZES[1]
        yield Row(
            subject=f"{jobs:,} jobs, first round of `{state.collector}`",
            figure=f"{at:.0f} s",
            rival=f"{state.interval:.0f} s",
            ratio=at / state.interval,
            target=1 if promised else None,
            want="at most",
        )
    minutes = (SECONDS - SETTLED) / 60
    made = Counter(name for at, name in (*driven.fleet.at, *driven.machines.at) if at >= SETTLED)
    least = fewest_a_minute(jobs)
    for operation in sorted(least):
        yield Row(
            subject=f"{jobs:,} jobs, `{operation}` a minute",
            figure=f"{made[operation] / minutes:.1f}",
            rival=f"{least[operation]:.1f}",
            ratio=made[operation] / minutes / least[operation],
        )


def fewest_a_minute(jobs: int) -> Mapping[str, float]:
    """The arithmetic minimum, by operation."""
    guarded, in_batches = jobs // 10, jobs // 3 // BATCH
    scenarios = (guarded, jobs // 2 - guarded, jobs - jobs // 2)
    return {
        "list_jobs": sum(map(listing, scenarios)),
        "batch_status": batches(jobs, PAGE),
        "batch_progress": batches(jobs, PAGE),
        "batch_rpo_rto": batches(guarded, ADVISED),
        "batch_detail": batches(jobs, ADVISED) / 10,
        "list_async_jobs": listing(in_batches) / 5,
        "async_job_detail": in_batches / 5,
        "ces_data": batches(jobs, MACHINES),
    }


def _first_round(driven: Driven, collector: str) -> float | None:
    """Seconds from the start to its end, as far as it was published."""
    found = (
        at
        for at, project in driven.published
        for state in project.collectors
        if state.collector == collector and state.round is not None
    )
    return next(found, None)
