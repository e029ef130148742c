"""Progress: batch results and v5 `progress_info`, and what of them means something in a phase."""

from functools import lru_cache
from typing import Final

import msgspec

from drs_exporter.cloud.error_body import says_no
from drs_exporter.drs import wire
from drs_exporter.parse.jobs import by_job
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import PartProgress, Progress
from drs_exporter.status import DELAY_PHASES, Phase

_NO_PROGRESS: Final = Progress()
_MOST_PARTS: Final = 64
"""Parts of one full transfer: the service names some ten."""
_REMAINING_PHASES: Final = frozenset({Phase.STARTING, Phase.FULL})


def progresses(results: object, read: Reader) -> dict[str, Progress | None]:
    """Results of `batch_progress` by job id, whatever the phase; one with only a code is refused: `None`."""
    return by_job(read.records(results, wire.Progress, "results"), lambda item: item.job_id, _told, read)


def _told(raw: wire.Progress, read: Reader, _job_id: str) -> Progress | None:
    record = progress(raw, read)
    return None if record == _NO_PROGRESS and says_no(raw.error_code) else record


def progress(raw: wire.Progress, read: Reader) -> Progress:
    """A progress record as answered; `in_phase` takes out what means nothing where the job stands."""
    return Progress(
        ratio=read.ratio(raw.progress, "progress"),
        remaining=read.amount(raw.remaining_time, "remaining_time"),
        updated=read.time(raw.process_time, "process_time"),
        delay=read.seconds(
            _first(raw.incre_trans_delay_millis, raw.incr_trans_delay_millis),
            _first(raw.incre_trans_delay, raw.incr_trans_delay),
            "incre_trans_delay",
        ),
        apply_rows=read.amount(raw.apply_rows_rate, "apply_rows_rate"),
        apply_bytes=read.amount(raw.apply_bytes_rate, "apply_bytes_rate"),
        parts=_parts(raw.progress_map, read),
    )


def in_phase(record: Progress, *, phase: Phase, job_status: str, task_type: str) -> Progress:
    """The record without what has no meaning in the phase; the very same object where all of it has."""
    ratio = record.ratio
    if phase is Phase.FULL_COMPLETE or task_type == "INCR_TRANS":
        ratio = None
    remaining = record.remaining if phase in _REMAINING_PHASES else None
    delayed = phase in DELAY_PHASES or job_status == "INCRE_TRANSFER_FAILED"
    delay = record.delay if delayed else None
    if ratio is record.ratio and remaining is record.remaining and delay is record.delay:
        return record
    return msgspec.structs.replace(record, ratio=ratio, remaining=remaining, delay=delay)


def _first(one: wire.Scalar, other: wire.Scalar) -> wire.Scalar:
    return other if one is None else one


def _parts(raw: object, read: Reader) -> tuple[PartProgress, ...]:
    """The parts of a full transfer, each name once, sorted.

    The map comes as an array on one page, whose elements may be nameless: nobody can say what those are progress of.
    """
    named: list[tuple[str | None, object]]
    if raw is None:
        return ()
    if isinstance(raw, dict):
        parts = read.first(list(raw.items()), _MOST_PARTS, "part")
        named = [(read.word(key, "progress_map"), value) for key, value in parts]
    elif isinstance(raw, list):
        entries = read.first(read.records(raw, wire.PartProgress, "progress_map"), _MOST_PARTS, "part")
        named = [(read.word(_first(entry.type, entry.name), "progress_map"), entry) for entry in entries]
    else:
        read.fail("progress_map")
        return ()
    found = {}
    for name, value in named:
        if name is None:
            continue
        entry = read.record(value, wire.PartProgress, "progress_map")
        ratio = read.ratio(entry.completed, "completed")
        remaining = read.amount(entry.remaining_time, "remaining_time")
        if ratio is not None or remaining is not None:
            found[name] = _part(name, ratio, remaining)
    return _alike(tuple(found[name] for name in sorted(found)))


@lru_cache(maxsize=1024)
def _part(name: str, ratio: float | None, remaining: float | None) -> PartProgress:
    """One object for parts that are equally far: most are at their beginning or their end."""
    return PartProgress(name, ratio, remaining)


@lru_cache(maxsize=1024)
def _alike(parts: tuple[PartProgress, ...]) -> tuple[PartProgress, ...]:
    """One object for jobs that are equally far in every part."""
    return parts
