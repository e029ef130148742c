"""Labels that users choose: of a project, and of its jobs' tags. They must be labels, and collide with no other."""

import re
from typing import Final

from drs_exporter.settings import values

_LABEL: Final = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
_TAKEN: Final = frozenset({"project", "project_id", "region"})
_OF_THE_SCRAPE: Final = frozenset({"job", "instance"})
_TAG_KEY_LENGTH: Final = 128


def labels(value: object) -> dict[str, str]:
    """`team=data,tier=1`, or the same as a mapping: label names and their values."""
    read: dict[str, str] = {}
    for position, (name, written) in enumerate(values.pairs(value, "team=data,tier=1"), start=1):
        if not isinstance(name, str) or not _LABEL.fullmatch(name):
            raise ValueError(
                f"item {position} needs a name of letters, digits and _ that does not begin with a digit or __"
            )
        if name in _TAKEN:
            raise ValueError(f"item {position} is called {name}, as a label that drs_project_info has already")
        if name in _OF_THE_SCRAPE:
            raise ValueError(f"item {position} is called {name}, as a label that Prometheus gives every series")
        if name in read:
            raise ValueError(f"item {position} is called {name}, as an earlier one")
        if not isinstance(written, str):
            raise ValueError(f"item {position} must be text; put it in quotes")  # noqa: TRY004 - pydantic reports ValueError
        read[name] = values.text(written)
    return read


def tag_label(key: str) -> str:
    """The label of a job's tag: `tag_` and the key, everything that no label can hold as `_`."""
    return "tag_" + re.sub(r"[^a-zA-Z0-9_]", "_", key)


def job_tags(value: object) -> tuple[str, ...]:
    """Keys of tags; no two of them may become the same label."""
    keys = values.words(value)
    seen: dict[str, int] = {}
    for position, key in enumerate(keys, start=1):
        if len(key) > _TAG_KEY_LENGTH or not key.isprintable():
            raise ValueError(f"item {position} cannot be the key of a tag")
        label = tag_label(key)
        if label in seen:
            raise ValueError(f"items {seen[label]} and {position} would both be the label {label}")
        seen[label] = position
    return keys
