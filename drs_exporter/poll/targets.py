"""Which jobs there are and where each of them stands, by the newest of all readings."""

from collections.abc import Callable
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Final

import msgspec

from drs_exporter.parse.jobs import Listed, Stand, stand
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.collectors.status import STATUS_READINGS
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import State


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A listed job, and the poll that last listed it."""

    job: Listed
    poll: int


_ID: Final = attrgetter("id")


def entries(state: State, plan: Plan) -> dict[str, Entry]:
    """Every listed job that is wanted, by id; a subtask is wanted with its parent.

    Of one that several scenarios list the newest counts, of those of one poll the last in configured order.
    """
    found = _unseen(state)
    listing = state.of(LISTING)
    # Another thread may put a newer one of a scenario: then it counts as read when the one before it was.
    listings = [
        (read.poll, listing.get(scenario) or ()) for scenario in plan.scenarios if (read := listing.when(scenario))
    ]
    for poll, jobs in sorted(listings, key=itemgetter(0)):
        found.update(zip(map(_ID, jobs), map(Entry, jobs, repeat(poll)), strict=False))
    # Again: this may run in a thread, and a job that a new listing lacks has become unseen just before.
    for job_id, entry in _unseen(state).items():
        found.setdefault(job_id, entry)
    if plan.include_jobs is None and plan.exclude_jobs is None:
        return found
    return {
        job_id: entry
        for job_id, entry in found.items()
        if plan.wants(found.get(entry.job.info.parent_id, entry).job.name)
    }


def _unseen(state: State) -> dict[str, Entry]:
    return {
        job_id: Entry(job, read.poll)
        for held in tuple(state.unseen.values())
        for job_id in held
        if (read := held.when(job_id)) is not None and (job := held.get(job_id)) is not None
    }


def stands(state: State) -> Callable[[Entry], Stand]:
    """Tells of a job the status most recently read; of one poll's batch status, then batch detail, then listing."""
    poll, statuses, details = state.poll, state.of(STATUS_READINGS), state.of(DETAILS)
    status_read, status_of = statuses.when, statuses.get

    def stand_of(entry: Entry) -> Stand:
        job, newest = entry.job, entry.poll
        read, status = status_read(job.id), status_of(job.id)
        if read is not None and status is not None and read.poll == poll:
            return status
        best, code = job.status, None
        detailed, detail = details.when(job.id), details.get(job.id)
        told = None if detail is None else detail.reading
        if detailed is not None and told is not None and (detailed.poll >= newest or best is None):
            newest, best, code = detailed.poll, told.status, told.error_code
        if read is not None and status is not None:
            if read.poll >= newest or best is None:
                best, code = status.status, status.error_code
            elif code is None and status.status == best:
                code = status.error_code
        return stand(best, code)

    return stand_of
