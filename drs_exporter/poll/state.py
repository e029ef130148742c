"""Everything held of one project between polls."""

from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from drs_exporter.parse.details import JobDetail
from drs_exporter.parse.jobs import BatchDetail, Listed, StatusReading
from drs_exporter.parse.vocabulary import Vocabulary
from drs_exporter.poll.held import Held
from drs_exporter.poll.plan import COLLECTORS, Plan
from drs_exporter.poll.standing import Standing
from drs_exporter.snapshot import AsyncJob, Progress, Quota, RpoRto
from drs_exporter.status import Phase, phase_of


class Members(msgspec.Struct, frozen=True, gc=False):
    """The detail of one async batch."""

    total: float | None
    details: dict[str, JobDetail]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A listed job, and the poll that last listed it."""

    job: Listed
    poll: int


class Stand(msgspec.Struct, frozen=True, gc=False):
    """The most recently read status of a job."""

    status: str | None
    phase: Phase
    error_code: str | None


@lru_cache(maxsize=512)
def _stand(status: str | None, error_code: str | None) -> Stand:
    """One object for all jobs that stand alike, so that comparing two is comparing identities."""
    return Stand(status, Phase.OTHER if status is None else phase_of(status), error_code)


ALL = ""
"""Key of data that is not divided."""


class State:
    """Readings of every collector, and nothing that is derived from them."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self.poll = 0
        """Number of the last poll."""
        self.polled: float | None = None
        """Unix time at which it ended."""
        self.standings: dict[str, Standing] = {}
        self.unknown_statuses: set[str] = set()
        """Every status seen that the status table does not name."""
        self.unreadable_fields: set[str] = set()
        """Every field that could not be read once: each is logged the first time only."""
        self.dropped_kinds: set[str] = set()
        """As above, every kind of value of which there were too many once."""
        self.vocabulary = Vocabulary()
        """Every word the answers have used."""
        self.listing: Held[tuple[Listed, ...]] = Held()
        """By scenario."""
        self.unseen: dict[str, Held[Listed]] = {}
        """By scenario, the jobs that its last listing lacks though its total may count them, each as last listed."""
        self.statuses: Held[StatusReading] = Held()
        self.progress: Held[Progress] = Held()
        self.rpo_rto: Held[RpoRto] = Held()
        self.details: Held[BatchDetail] = Held()
        self.async_jobs: Held[tuple[AsyncJob, ...]] = Held()
        self.members: Held[Members] = Held()
        """By async batch."""
        self.job_details: Held[JobDetail] = Held()
        self.quotas: Held[tuple[Quota, ...]] = Held()

    def held(self, collector: str) -> tuple[Held[Any], ...]:
        """What a collector holds."""
        of_collector: dict[str, tuple[Held[Any], ...]] = {
            "jobs": (self.listing, *tuple(self.unseen.values())),
            "status": (self.statuses,),
            "progress": (self.progress,),
            "rpo_rto": (self.rpo_rto,),
            "details": (self.details,),
            "async_jobs": (self.async_jobs, self.members),
            "job_detail": (self.job_details,),
            "quotas": (self.quotas,),
        }
        return of_collector[collector]

    def keep(self, plan: Plan) -> None:
        """Go on under this plan: what it does not collect is dropped."""
        for collector in COLLECTORS:
            if plan.runs(collector):
                interval = plan.interval(collector)
                standing = self.standings.setdefault(collector, Standing(plan.name, collector, interval))
                standing.interval = interval
            else:
                self.standings.pop(collector, None)
                for held in self.held(collector):
                    held.retain(())

    def entries(self, plan: Plan) -> dict[str, Entry]:
        """Every listed job that is wanted, by id; a subtask is wanted with its parent.

        Of one that several scenarios list the newest counts, of those of one poll the last in configured order.
        """
        found = self._unseen()
        readings = [reading for scenario in plan.scenarios if (reading := self.listing.reading(scenario)) is not None]
        for reading in sorted(readings, key=attrgetter("poll")):
            found.update((job.id, Entry(job, reading.poll)) for job in reading.value)
        # Again: this may run in a thread, and a job that a new listing lacks has become unseen just before.
        for job_id, entry in self._unseen().items():
            found.setdefault(job_id, entry)
        if plan.include_jobs is None and plan.exclude_jobs is None:
            return found
        return {
            job_id: entry
            for job_id, entry in found.items()
            if plan.wants(found.get(entry.job.info.parent_id, entry).job.name)
        }

    def _unseen(self) -> dict[str, Entry]:
        return {
            job_id: Entry(reading.value, reading.poll)
            for held in tuple(self.unseen.values())
            for job_id in held
            if (reading := held.reading(job_id)) is not None
        }

    def stand(self, entry: Entry) -> Stand:
        """The status most recently read; of those read in one poll batch status, then batch detail, then listing."""
        job, newest = entry.job, entry.poll
        status = self.statuses.reading(job.id)
        if status is not None and status.poll == self.poll:
            return _stand(status.value.status, status.value.error_code)
        best, code = job.status, None
        detail = self.details.reading(job.id)
        if detail is not None and detail.value.reading is not None and (detail.poll >= newest or best is None):
            newest, best, code = detail.poll, detail.value.reading.status, detail.value.reading.error_code
        if status is not None:
            if status.poll >= newest or best is None:
                best, code = status.value.status, status.value.error_code
            elif code is None and status.value.status == best:
                code = status.value.error_code
        return _stand(best, code)
