"""Cloud Eye: what the machine under every running job does."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from drs_exporter.cloud_eye.batches import Data, MetricBatches, most
from drs_exporter.cloud_eye.client import METRICS, OPERATIONS, CloudEyeClient, MetricOf
from drs_exporter.errors import ApiError, Refusal
from drs_exporter.job_detail import Node
from drs_exporter.parse import instances as parse
from drs_exporter.parse.instances import Measured
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.collectors.async_jobs import MEMBERS
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS, JobDetails
from drs_exporter.poll.collectors.jobs import LISTING, Jobs
from drs_exporter.poll.state import Holding, State
from drs_exporter.snapshot import Instance
from drs_exporter.status import Phase, phase_of

INSTANCES: Final[Holding[Instance]] = Holding(job="instance")
"""By job."""

_IDLE: Final = frozenset({Phase.PENDING, Phase.STOPPING, Phase.STOPPED})
"""Phases in which no machine runs."""

_MINUTE: Final = 60
_RELISTED: Final = 3600.0
"""Seconds after which the machines there are are listed again."""

_LOOKS: Final = (0.0, 300.0, 900.0)
"""Seconds after a job began to run at which its machine is looked for; after that only the hourly listing finds it."""

_NODES_READ: Final = 10.0
"""Seconds for which what v5 told of nodes is not gathered again."""

_SETTLED: Final = 30.0
"""Seconds after a listing from which a machine that belongs to no job is counted."""

_OLDEST: Final = 15 * _MINUTE

_LOOKED_AGAIN: Final = 5
"""Every so many minutes late data are looked for of machines that told nothing at all."""


class _Window(NamedTuple):
    """Minutes of datapoints: whole minutes ago, from and to."""

    since: int
    until: int

    @property
    def minutes(self) -> int:
        """How many."""
        return self.since - self.until + 1

    @property
    def machines(self) -> int:
        """Machines of which all that was measured in it goes into one call."""
        return most(self.minutes) // len(METRICS)


_NEWEST: Final = _Window(5, 0)
"""Six minutes, for so many metrics may be asked that much of in the fewest calls."""
_LATER: Final = (_NEWEST, _Window(8, 3), _Window(11, 6), _Window(14, 9))
"""Where data are found that still count, by how late they are; each shares minutes with the next."""
_STEP: Final = 3 * _MINUTE
_REST: Final = _Window(14, 5)
"""Where data may be that were not found among the newest."""


class CloudEye(Collector):
    """Reads all metrics of the machine of every running job.

    A machine is known by its job's id, or by the id of a node that v5 told of the job. Many are asked about one after
    the other, so that also those whose data are late, which are read apart, fill their calls.
    """

    name = "cloud_eye"
    operations = OPERATIONS
    interval = 60.0
    holds = (INSTANCES,)
    part = _NEWEST.machines
    size = 10 * part
    service = CloudEyeClient.service
    unsupported = frozenset({Refusal.UNSUPPORTED, Refusal.PERMISSION})

    def __init__(self) -> None:
        """No machine is known yet."""
        self._batches = MetricBatches()
        self._listing = asyncio.Lock()
        self._listed: frozenset[str] | None = None
        self._listed_at = 0.0
        self._since: dict[str, float] = {}
        """By job that runs, when it was first seen to."""
        self._nodes: Mapping[str, Sequence[str]] = {}
        """By job, the nodes that v5 told of it."""
        self._nodes_at = float("-inf")
        self._late: dict[str, _Window] = {}
        """By machine whose newest datapoints are not among the newest, where they were found."""
        self._silent: set[str] = set()
        """Machines of which no datapoint was found when it was last looked for."""
        self._unmatched: set[str] = set()
        """Machines that belong to no job, each counted once."""
        self._counted_at = float("-inf")

    def keys(self, run: Run) -> Sequence[str]:
        """Every job that runs; what is held of others goes, and what was measured too long ago."""
        excluded = _IDLE | run.plan.exclude_phases
        running = [job_id for job_id, target in run.targets.items() if target.stand.phase not in excluded]
        # With `job_detail` on, a job's own shard is told of its nodes: the configuration decides, for all shards alike.
        if run.plan.total_shards > 1 and not run.plan.runs(JobDetails):
            running += _members_elsewhere(run, excluded)
        held, oldest = run.state.of(INSTANCES), run.clock.time() - _OLDEST
        held.retain({job_id for job_id in running if _is_new(held.get(job_id), oldest)})
        self._since = {job_id: self._since.get(job_id, run.now) for job_id in running}
        return running

    def calls(self, run: Run, keys: Sequence[str]) -> float:
        """As few as the service takes for those whose machine is known: a call for each window, and second looks."""
        if self._listed is None:
            return self._calls(len(keys), _NEWEST)
        known = [machine for job_id in keys if (machine := self._machine(run, job_id)) is not None]
        calls = 0.0
        for start in range(0, len(known), self.size):
            group = known[start : start + self.size]
            windows = Counter(self._late.get(machine, _NEWEST) for machine in group)
            calls += sum(self._calls(count, window) for window, count in windows.items())
            calls += self._calls(len(self._silent.intersection(group)), _REST) / _LOOKED_AGAIN
        return calls

    def _calls(self, machines: int, window: _Window) -> int:
        """As few as the service takes for so many machines."""
        groups, rest = divmod(machines, window.machines)
        return groups * self._batches.calls(window.machines * len(METRICS)) + self._batches.calls(rest * len(METRICS))

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """Some jobs' machines; the machines there are are listed first, where that is due."""
        failure: ApiError | None = None
        try:
            await self._look(run, keys)
        except ApiError as exc:
            if self._listed is None:
                raise
            failure = exc.alone()
        self._count_unmatched(run)
        await self._read(run, {machine: job_id for job_id in keys if (machine := self._machine(run, job_id))})
        if failure is not None:
            raise failure
        return ()

    async def _look(self, run: Run, keys: Sequence[str]) -> None:
        """List the machines if that is due: hourly, and when a job runs whose machine is not known."""
        async with self._listing:
            now = run.clock.monotonic()
            if not self._is_due(run, keys, now):
                return
            self._listed = parse.listed(await run.clients.cloud_eye.list_machines(), run.read)
            self._listed_at = now
            self._late = {machine: late for machine, late in self._late.items() if machine in self._listed}
            self._silent &= self._listed

    def _is_due(self, run: Run, keys: Sequence[str], now: float) -> bool:
        if self._listed is None or now - self._listed_at >= _RELISTED:
            return True
        lacking = [self._since.get(job_id, now) for job_id in keys if self._machine(run, job_id) is None]
        return any(self._listed_at < since + wait <= now for since in lacking for wait in _LOOKS)

    def _machine(self, run: Run, job_id: str) -> str | None:
        """The name under which the job's machine is measured."""
        listed = self._listed or frozenset()
        mine = job_id in run.targets
        if job_id in listed:
            return job_id if mine else None
        self._gather_nodes(run, run.clock.monotonic())
        return next((node for node in self._nodes.get(job_id, ()) if node in listed), None)

    def _gather_nodes(self, run: Run, now: float) -> None:
        if now - self._nodes_at >= _NODES_READ:
            self._nodes, self._nodes_at = dict(_nodes(run.state)), now

    def _count_unmatched(self, run: Run) -> None:
        """Count the machines that are no job's, once v5 has had time to tell of nodes, and while all jobs are known."""
        if self._counted_at >= self._listed_at or run.now - self._listed_at < _SETTLED:
            return
        if not run.state.standings[Jobs.name].success:
            return
        self._counted_at = run.now
        listing = run.state.of(LISTING)
        jobs = {job.id for scenario in listing for job in listing.get(scenario) or ()}
        told = {node for nodes in self._nodes.values() for node in nodes}
        strange = (self._listed or frozenset()) - jobs - told - self._unmatched
        self._unmatched |= strange
        if strange:
            run.read.drop("instances", len(strange))

    async def _read(self, run: Run, machines: Mapping[str, str]) -> None:
        """Read the newest datapoints of these machines, and hold what they say of their jobs."""
        windows: dict[_Window, list[str]] = {}
        for machine in sorted(machines):
            windows.setdefault(self._late.get(machine, _NEWEST), []).append(machine)
        looked = self._silent if int(run.clock.time()) // _MINUTE % _LOOKED_AGAIN else frozenset()
        missing: list[str] = []
        for window, some in windows.items():
            for group in _groups(some, window):
                found = await self._newest(run, group, window)
                lacking = [] if window != _NEWEST else [one for one in group if one not in found and one not in looked]
                self._hold(run, {one: machines[one] for one in group if one not in lacking}, found)
                missing += lacking
        for group in _groups(missing, _REST):
            self._hold(run, {one: machines[one] for one in group}, await self._newest(run, group, _REST))

    def _hold(self, run: Run, machines: Mapping[str, str], found: Mapping[str, Mapping[str, Measured]]) -> None:
        """Hold what was found of these machines' jobs, and remember how late it is."""
        now = run.clock.time()
        for machine in machines:
            before, measured = self._late.pop(machine, _NEWEST), found.get(machine)
            if measured is None:
                self._silent.add(machine)
                continue
            self._silent.discard(machine)
            age = now - max(point.at for point in measured.values())
            window = _LATER[min(max(0, int((age - _MINUTE) // _STEP)), len(_LATER) - 1)]
            # Where they are newer than the middle of the window that was asked, there may be newer ones still.
            if window > _NEWEST and window >= before:
                self._late[machine] = window
        records = {job_id: parse.instance(found.get(machine, {}), run.read) for machine, job_id in machines.items()}
        run.state.of(INSTANCES).put_all(records, poll=run.poll, now=run.clock.monotonic())

    async def _newest(self, run: Run, machines: Sequence[str], window: _Window) -> dict[str, dict[str, Measured]]:
        """By machine and metric the newest datapoint of a window."""
        minute = int(run.clock.time()) // _MINUTE
        since = (minute - window.since) * _MINUTE
        until = int(run.clock.time()) if window.until == 0 else (minute - window.until) * _MINUTE
        metrics = [MetricOf(name, machine) for machine in machines for name in METRICS]

        async def ask(part: Sequence[MetricOf]) -> Data:
            return await run.clients.cloud_eye.data(part, since=since * 1000, until=until * 1000)

        raw = await self._batches.ask(metrics, ask)
        return parse.newest(raw, run.read, since=since, until=until)


def _groups(machines: Sequence[str], window: _Window) -> Iterator[Sequence[str]]:
    """As many as go into one call, together."""
    for start in range(0, len(machines), window.machines):
        yield machines[start : start + window.machines]


def _members_elsewhere(run: Run, excluded: Collection[Phase]) -> Iterator[str]:
    """Jobs of other shards that run and whose nodes are told here alone, by the detail of a batch of this shard."""
    members = run.state.of(MEMBERS)
    for batch in members:
        details = members.get(batch)
        for job_id, detail in {} if details is None else details.details.items():
            runs = detail.status is not None and phase_of(detail.status) not in excluded
            if runs and job_id in run.known and job_id not in run.targets:
                yield job_id


def _nodes(state: State) -> Iterator[tuple[str, Sequence[str]]]:
    """Every job of which v5 told nodes, with their ids, the one that works first."""
    members, job_details = state.of(MEMBERS), state.of(JOB_DETAILS)
    for batch in members:
        told = members.get(batch)
        for job_id, detail in {} if told is None else told.details.items():
            yield job_id, _ids(detail.detail.nodes)
    for job_id in job_details:
        own = job_details.get(job_id)
        if own is not None and own.detail.nodes:
            yield job_id, _ids(own.detail.nodes)


def _ids(nodes: Sequence[Node]) -> Sequence[str]:
    ordered = sorted(nodes, key=lambda node: ((node.role or "").lower() != "master", node.node_id))
    return [node.node_id for node in ordered]


def _is_new(instance: Instance | None, oldest: float) -> bool:
    """Whether something was measured that still counts, or nothing is held."""
    return instance is None or instance.metrics_time is None or instance.metrics_time >= oldest
