"""The settings as rows, for whoever shows them: command line help and documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, get_origin

from pydantic import BaseModel

from drs_exporter.settings.model import SECRETS, ProcessKnobs, ProjectKnobs, SingleProject
from drs_exporter.settings.values import duration


@dataclass(frozen=True)
class Row:
    """One setting."""

    name: str
    shape: str
    """What stands for its value: `DURATION`, `PATH`, `BOOL`, …"""
    default: str
    """As it would be written; empty where there is none."""
    description: str
    per_project: bool
    """Whether it can stand in an entry of `projects:`."""
    several: bool
    """Whether it is a list, so that its option can be repeated."""

    @property
    def secret(self) -> bool:
        """Whether it can also be given as a file, and not as an option."""
        return self.name in SECRETS


def _rows(model: type[BaseModel], *, per_project: bool) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        extra: Any = field.json_schema_extra
        yield Row(
            name=name,
            shape=extra["shape"],
            default=_written(field.default, extra["shape"]),
            description=field.description or "",
            per_project=per_project,
            several=get_origin(field.annotation) in {tuple, frozenset, dict},
        )


def _written(value: object, shape: str) -> str:
    """A default as a user would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | frozenset | dict):
        return ",".join(value)
    if shape == "DURATION" and isinstance(value, float):
        return duration(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


TABLE: Final = (
    *_rows(SingleProject, per_project=False),
    *_rows(ProjectKnobs, per_project=True),
    *_rows(ProcessKnobs, per_project=False),
)
"""Every setting, the project's before the process's."""
