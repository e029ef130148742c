"""What all work on one project shares: its plan, whom to ask, what is held, and which jobs there are to ask about."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Final

import structlog

from drs_exporter.clock import Clock
from drs_exporter.parse.values import Reader
from drs_exporter.poll.assemble import Assembler
from drs_exporter.poll.collector import Clients, Run, Target
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import State
from drs_exporter.poll.targets import entries, stands
from drs_exporter.status import Phase

log = structlog.get_logger()


class Context:
    """One project, as everything in this package sees it."""

    def __init__(
        self,
        plan: Plan,
        clients: Clients,
        *,
        clock: Clock,
        state: State,
        unreadable: Callable[[Mapping[str, int], Mapping[str, int]], None],
    ) -> None:
        """Give counts of unreadable values by field, and of those beyond the bounds by kind, to `unreadable`."""
        self.plan: Final = plan
        self.clients: Final = clients
        self.clock: Final = clock
        self.state: Final = state
        self.assembler: Final = Assembler(plan)
        self._unreadable = unreadable
        self._targets: Mapping[str, Target] = {}
        self._known: Collection[str] = ()

    async def look(self) -> None:
        """See which jobs there are, once a listing has been read."""
        self._targets, self._known = await asyncio.to_thread(self._seen)

    def reader(self) -> Reader:
        """One that knows every word the answers have used."""
        return self.state.reader(self.plan)

    def run(self, read: Reader | None = None) -> Run:
        """What a collector gets to work with; what it cannot read it tells `read`."""
        return Run(
            plan=self.plan,
            clients=self.clients,
            state=self.state,
            read=self.reader() if read is None else read,
            poll=self.state.poll,
            now=self.clock.monotonic(),
            clock=self.clock,
            targets=self._targets,
            known=self._known,
        )

    def tell_unreadable(self, read: Reader) -> None:
        """Count what was not read, and log each field and kind the first time."""
        if not read.errors and not read.dropped:
            return
        self._unreadable(read.errors, read.dropped)
        for field in sorted(read.errors.keys() - self.state.unreadable_fields):
            log.warning("field.unreadable", project=self.plan.name, field=field, values=read.errors[field])
            self.state.unreadable_fields.add(field)
        for kind in sorted(read.dropped.keys() - self.state.dropped_kinds):
            log.warning("values.dropped", project=self.plan.name, kind=kind, values=read.dropped[kind])
            self.state.dropped_kinds.add(kind)

    def _seen(self) -> tuple[dict[str, Target], Collection[str]]:
        """The jobs of this shard that can still change, and the ids of all jobs."""
        found, stand_of, owned = entries(self.state, self.plan), stands(self.state), self.assembler.owned
        targets = {
            job_id: Target(entry.job, stand)
            for job_id, entry in found.items()
            if owned(job_id) and (stand := stand_of(entry)).phase is not Phase.STOPPED
        }
        return targets, found.keys()
