"""The optional uvloop against asyncio's own loop: CPU of scrapes."""

from benchmarks.scrape import ROUNDS, seconds
from benchmarks.served import exporter
from benchmarks.table import Row, Table, milliseconds
from benchmarks.upstream import cloud

SIZES = {100: 600, 1_000: 600, 10_000: 40}


def run() -> Table:
    """Two daemons side by side, scraped in turns; and what starting with a poll cost each."""
    rows = []
    for jobs, scrapes in SIZES.items():
        with (
            cloud(jobs) as upstream,
            exporter(upstream.url, "--loop", "asyncio", POLL_INTERVAL="1h") as own,
            exporter(upstream.url, "--loop", "uvloop", POLL_INTERVAL="1h") as other,
        ):
            started = {served: served.cpu() for served in (own, other)}
            for served in started:
                served.settle()
            spent = dict.fromkeys((own, other), 0.0)
            for _ in range(ROUNDS):
                for served in spent:
                    spent[served] += seconds(served, scrapes) / (ROUNDS * scrapes)
            for what, figures in (("scrape", spent), ("start and first poll", started)):
                row = Row(
                    subject=f"{jobs:,} jobs, {what}",
                    figure=milliseconds(figures[other]),
                    rival=milliseconds(figures[own]),
                    ratio=figures[own] / figures[other],
                )
                rows.append(row)
    return Table(
        "uvloop",
        "CPU with the extra `uvloop` against asyncio's own loop, in the same daemon. Ratios above 1 are in favour of "
        "uvloop.",
        rows,
    )
