"""The project's quotas."""

from drs_exporter.parse import details as parse
from drs_exporter.poll.collectors.run import Run
from drs_exporter.poll.state import ALL


class Quotas:
    """Reads all quotas in one call."""

    name = "quotas"

    async def collect(self, run: Run) -> None:
        """Ask once."""
        run.state.quotas.ask([ALL])
        raw = await run.client.quotas()
        run.state.quotas.put(ALL, parse.quotas(raw, run.read), poll=run.poll, now=run.clock.monotonic())
