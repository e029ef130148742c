"""Which jobs there are and where each of them stands, by the newest of all readings."""

from collections.abc import Callable
from operator import attrgetter

import msgspec

from drs_exporter.parse.jobs import Listed
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.collectors.status import STATUS_READINGS
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import Stand, State, stand


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A listed job, and the poll that last listed it."""

    job: Listed
    poll: int


def entries(state: State, plan: Plan) -> dict[str, Entry]:
    """Every listed job that is wanted, by id; a subtask is wanted with its parent.

    Of one that several scenarios list the newest counts, of those of one poll the last in configured order.
    """
    found = _unseen(state)
    listing = state.of(LISTING)
    readings = [reading for scenario in plan.scenarios if (reading := listing.reading(scenario)) is not None]
    for reading in sorted(readings, key=attrgetter("poll")):
        found.update((job.id, Entry(job, reading.poll)) for job in reading.value)
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
        job_id: Entry(reading.value, reading.poll)
        for held in tuple(state.unseen.values())
        for job_id in held
        if (reading := held.reading(job_id)) is not None
    }


def stands(state: State) -> Callable[[Entry], Stand]:
    """Tells of a job the status most recently read; of one poll's batch status, then batch detail, then listing."""
    poll, statuses, details = state.poll, state.of(STATUS_READINGS).reading, state.of(DETAILS).reading

    def stand_of(entry: Entry) -> Stand:
        job, newest = entry.job, entry.poll
        status = statuses(job.id)
        if status is not None and status.poll == poll:
            return stand(status.value.status, status.value.error_code)
        best, code = job.status, None
        detail = details(job.id)
        if detail is not None and detail.value.reading is not None and (detail.poll >= newest or best is None):
            newest, best, code = detail.poll, detail.value.reading.status, detail.value.reading.error_code
        if status is not None:
            if status.poll >= newest or best is None:
                best, code = status.value.status, status.value.error_code
            elif code is None and status.value.status == best:
                code = status.value.error_code
        return stand(best, code)

    return stand_of
