"""Hypothesis makes snapshots: every field of every record, with texts and numbers as nasty as there are."""

from collections.abc import Sequence
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from drs_exporter.snapshot import AsyncJob, Job, Project

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "\\", "\n", '\\n"', "a\\\\b", "\r", "\u2028", "é中\U0001f600", "{}", "%s", "# HELP x", "", "\0"]
)
NUMBERS = st.floats().map(lambda value: value + 0.0) | st.sampled_from(
    [0.1 + 0.2, 999999.5, 1e6, 1000000.25, 1.608274919123e9, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, 1e22]
)
"""All but -0.0, which equals 0.0: a change from one to the other is none."""


LABELS = st.lists(TEXT, max_size=3).map(lambda texts: tuple((f"tag_{n}", text) for n, text in enumerate(texts)))
"""Names that the configuration gives, and values."""


@cache
def records(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a record type, or of any type that stands in one."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.builds(kind, **{name: records(hint) for name, hint in get_type_hints(kind).items()})
    if isinstance(kind, UnionType):
        return st.one_of([records(choice) for choice in get_args(kind)])
    if get_origin(kind) is tuple:
        return LABELS if kind == tuple[tuple[str, str], ...] else _tuples(get_args(kind))
    if kind in (str, float):
        return TEXT if kind is str else NUMBERS
    return st.from_type(kind)


def _tuples(kinds: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Tuples of these, or any number of the first before an ellipsis."""
    if kinds[1:] == (...,):
        return st.lists(records(kinds[0]), max_size=3).map(tuple)
    return st.tuples(*map(records, kinds))


JOBS: st.SearchStrategy[Job] = records(Job)


def _sorted(found: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted(found, key=lambda record: str(record.id)))


def _projects(name: str) -> st.SearchStrategy[Project]:
    jobs = st.lists(JOBS, max_size=4, unique_by=lambda job: job.id).map(_sorted)
    batches = st.lists(records(AsyncJob), max_size=3, unique_by=lambda batch: batch.id).map(_sorted)
    fields = {field: records(hint) for field, hint in get_type_hints(Project).items()}
    return st.builds(Project, **{**fields, "name": st.just(name), "jobs": st.none() | jobs, "async_jobs": batches})


PROJECTS = TEXT.flatmap(_projects)
"""Snapshots of a project, jobs and batches sorted by unique ids."""


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Job, ...]]:
    """Jobs of one project from poll to poll: some stay, some change, some are renamed, come or go."""
    ids = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
    now: dict[str, Job] = {}
    found = []
    for _ in range(draw(st.integers(2, 5))):
        for job_id in ids:
            before = now.get(job_id)
            if before is None:
                if draw(st.booleans()):
                    now[job_id] = msgspec.structs.replace(draw(JOBS), id=job_id)
                continue
            match draw(st.sampled_from(["stay", "same", "change", "rename", "go"])):
                case "same":
                    now[job_id] = msgspec.structs.replace(before)
                case "change":
                    field = draw(
                        st.sampled_from([name for name in Job.__struct_fields__ if name not in ("id", "name")])
                    )
                    value = draw(records(get_type_hints(Job)[field]))
                    now[job_id] = msgspec.structs.replace(before, **{field: value})
                case "rename":
                    now[job_id] = msgspec.structs.replace(before, name=draw(TEXT))
                case "go":
                    del now[job_id]
        found.append(_sorted(tuple(now.values())))
    return found
