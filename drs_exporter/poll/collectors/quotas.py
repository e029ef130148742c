"""The project's quotas."""

from collections.abc import Collection, Sequence
from typing import Final

from drs_exporter.parse import details as parse
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.state import ALL, Holding
from drs_exporter.snapshot import Quota

QUOTAS: Final[Holding[tuple[Quota, ...]]] = Holding(project="quotas")
"""Under `ALL`."""


class Quotas(Collector):
    """Reads all quotas in one call."""

    name = "quotas"
    operations = ("quotas",)
    interval = 3600.0
    holds = (QUOTAS,)
    needs_jobs = False
    first_shard_only = True

    def keys(self, run: Run) -> Sequence[str]:
        """All in one."""
        del run
        return (ALL,)

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """Ask once."""
        raw = await run.clients.drs.quotas()
        quotas = parse.quotas(raw, run.read)
        run.state.of(QUOTAS).put_all(dict.fromkeys(keys, quotas), poll=run.poll, now=run.clock.monotonic())
        return ()
