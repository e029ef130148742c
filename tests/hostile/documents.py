"""Hypothesis makes answers: shaped by the wire models, anything where one thing belongs, damaged bytes."""

import json
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from drs_exporter.drs import wire

TEXT = st.text(max_size=12) | st.sampled_from(
    ['"', "\\", "\n", '\\n"', "\r", "\0", "\x1b[31m", "\u2028", "\ud800", "é中\U0001f600", "{}", "# HELP x", "x" * 2000]
)
"""Any unicode, lone surrogates included."""

IDS = st.sampled_from(["a", "b", "9a470239-2308-4bb5-a6bc-1040402fjb21", 'q"\\\n', "\ud800", ""])
PLAUSIBLE = st.sampled_from(
    [
        None, "", "-", "N/A", "0", "-1", "100", "94%", "12.5", "1608274919000", "2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05", "true", "false", True, False, "INCRE_TRANSFER_STARTED", "FULL_TRANSFER_STARTED",
        "PAUSEING", "RELEASE_RESOURCE_COMPLETE", "SOMETHING_FAILED", "cloudDataGuard", "sync", "SUCCESS", "PASSED",
    ]
)  # fmt: skip
NUMBERS = (
    st.integers() | st.floats() | st.sampled_from([10**400, 2**63, 1e308, 253_402_300_800_000, -62_135_596_800_000])
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
SCALARS = PLAUSIBLE | PLAUSIBLE | IDS | NUMBERS | TEXT | ANYTHING
_IDENTIFIERS = ("id", "job_id", "async_job_id", "node_id")


@cache
def answers(model: Any) -> st.SearchStrategy[Any]:
    """JSON for a wire model, or for a type that stands in one; one in several is something else altogether."""
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        hints = get_type_hints(model, include_extras=True)
        fields = {name: IDS | SCALARS if name in _IDENTIFIERS else answers(hint) for name, hint in hints.items()}
        return st.fixed_dictionaries({}, optional=fields)
    if get_origin(model) is Annotated:  # sent unread, to be read as what it is annotated with
        return answers(model.__metadata__[0] | wire.Wrong)
    if get_origin(model) in (Union, UnionType):
        nested = [answers(choice) for choice in get_args(model) if holds_records(choice)]
        return st.one_of(*nested, *nested, SCALARS) if nested else SCALARS
    if get_origin(model) is list:
        return st.lists(answers(get_args(model)[0]), max_size=4)
    if get_origin(model) is dict:
        return st.dictionaries(TEXT, answers(get_args(model)[1]), max_size=3)
    return answers(get_origin(model)) if isinstance(get_origin(model), type) else SCALARS


def holds_records(hint: Any) -> bool:
    """Whether it is a record with fields, or a container of one."""
    if get_origin(hint) is Annotated:
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return bool(hint.__struct_fields__)
    return any(holds_records(inner) for inner in get_args(hint))


def encoded(document: Any, *, escaped: bool) -> bytes:
    """JSON as careless services write it: NaN, huge numbers, lone surrogates."""
    if escaped:
        return json.dumps(document).encode()
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


@st.composite
def bodies(draw: st.DrawFn, document: st.SearchStrategy[Any]) -> bytes:
    """The document's bytes; now and then some are cut off, changed or put in."""
    body = encoded(draw(document), escaped=draw(st.booleans()))
    damage = draw(st.sampled_from(["none", "none", "none", "cut", "change", "insert"]))
    place = draw(st.integers(0, len(body)))
    junk = draw(st.binary(max_size=4))
    match damage:
        case "cut":
            return body[:place]
        case "change":
            return body[:place] + junk + body[place + len(junk) :]
        case "insert":
            return body[:place] + junk + body[place:]
        case _:
            return body
