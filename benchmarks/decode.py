"""The way answers are decoded: msgspec, orjson with dataclasses, and pydantic over the same pages."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from benchmarks.answers import Answers, array
from benchmarks.contest import contest
from benchmarks.table import Row, Table, milliseconds
from drs_exporter.drs import wire

JOBS = 10_000
Value = str | int | float | bool | None


@dataclass(slots=True)
class Part:
    """As `wire.PartProgress`, for orjson."""

    completed: Value = None
    remaining_time: Value = None


@dataclass(slots=True)
class Progress:
    """As `wire.Progress`, for orjson."""

    job_id: Value = None
    progress: Value = None
    incre_trans_delay: Value = None
    incre_trans_delay_millis: Value = None
    process_time: Value = None
    remaining_time: Value = None
    progress_map: dict[str, Part] | None = None
    apply_rows_rate: Value = None
    apply_bytes_rate: Value = None
    error_code: Value = None


class PartModel(BaseModel):
    """As `wire.PartProgress`, for pydantic."""

    model_config = ConfigDict(extra="ignore")
    completed: Value = None
    remaining_time: Value = None


class ProgressModel(BaseModel):
    """As `wire.Progress`, for pydantic."""

    model_config = ConfigDict(extra="ignore")
    job_id: Value = None
    progress: Value = None
    incre_trans_delay: Value = None
    incre_trans_delay_millis: Value = None
    process_time: Value = None
    remaining_time: Value = None
    progress_map: dict[str, PartModel] | None = None
    apply_rows_rate: Value = None
    apply_bytes_rate: Value = None
    error_code: Value = None


class Page(BaseModel):
    """As `wire.Results`, for pydantic."""

    results: list[ProgressModel]


def run() -> Table:
    """Pages of batch progress, the largest answers of every poll."""
    names = ("msgspec", "orjson + dataclasses", "pydantic")
    figures = contest(*((laps, (name,)) for name in names), laps=5)
    return Table(
        "Decoding",
        f"CPU to decode the progress of {JOBS:,} jobs, 100 a page, into typed records that hold only declared fields. "
        "msgspec is what the exporter uses; its models also accept every wrong type field by field, which the others' "
        "do not. Ratios are to msgspec.",
        [
            Row(subject=name, figure=milliseconds(figures[0]), rival=milliseconds(figure), ratio=figure / figures[0])
            for name, figure in zip(names, figures, strict=True)
        ],
    )


def decoders() -> dict[str, Callable[[bytes], Any]]:
    """One function each, from a page to its records."""
    ours = msgspec.json.Decoder(wire.Results[wire.Progress])
    adapter = TypeAdapter(Page)
    return {
        "msgspec": ours.decode,
        "orjson + dataclasses": lambda page: [_progress(item) for item in orjson.loads(page)["results"]],
        "pydantic": adapter.validate_json,
    }


async def laps(name: str) -> AsyncGenerator[float]:
    """CPU for all pages."""
    decode = decoders()[name]
    entries = list(Answers(JOBS).progress.values())
    pages = [array("results", entries[start : start + 100], count=100) for start in range(0, JOBS, 100)]
    while True:
        yield _time(decode, pages)


def _time(decode: Callable[[bytes], Any], pages: Sequence[bytes]) -> float:
    before = time.process_time()
    kept = [decode(page) for page in pages]
    spent = time.process_time() - before
    del kept
    return spent


def _progress(item: dict[str, Any]) -> Progress:
    parts = item.get("progress_map")
    return Progress(
        job_id=item.get("job_id"),
        progress=item.get("progress"),
        incre_trans_delay=item.get("incre_trans_delay"),
        incre_trans_delay_millis=item.get("incre_trans_delay_millis"),
        process_time=item.get("process_time"),
        remaining_time=item.get("remaining_time"),
        progress_map=None
        if parts is None
        else {name: Part(part.get("completed"), part.get("remaining_time")) for name, part in parts.items()},
        apply_rows_rate=item.get("apply_rows_rate"),
        apply_bytes_rate=item.get("apply_bytes_rate"),
        error_code=item.get("error_code"),
    )
