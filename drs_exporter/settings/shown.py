"""The configuration in force as YAML, as it would be written in a file; no secret is in it."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from drs_exporter.secret import Secret
from drs_exporter.settings.model import ProcessKnobs, ProjectEntry, ProjectKnobs
from drs_exporter.settings.resolved import Settings
from drs_exporter.settings.values import duration, unanchored

_SECRET: Final = "<secret>"  # noqa: S105 - stands in a secret's place
_PROCESS: Final = {name: field for name, field in ProcessKnobs.model_fields.items() if name != "config_file"}
_PROJECT: Final = {"name": ProjectEntry.model_fields["name"], **ProjectKnobs.model_fields}


def shown(settings: Settings) -> str:
    """Every setting that has a value, defaults too; those of the process, then each project's."""
    projects = [_written(project, _PROJECT) for project in (*settings.projects, *settings.searches)]
    return yaml.safe_dump(
        _written(settings, _PROCESS) | {"projects": projects}, sort_keys=False, allow_unicode=True, width=1000
    )


def _written(given: BaseModel, fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Names and values of these settings, in their order."""
    written = {}
    for name, field in fields.items():
        extra: Any = field.json_schema_extra
        value = getattr(given, name, None)
        if value is not None:
            written[name] = _value(value, extra["shape"])
    return written


def _value(value: object, shape: str) -> object:
    """One value as people write it."""
    match value:
        case Secret():
            written: object = _SECRET
        case re.Pattern():
            written = unanchored(value)
        case float():
            written = duration(value) if shape == "DURATION" else value
        case Mapping():
            written = {str(name): _value(item, "DURATION") for name, item in value.items()}
        case frozenset():
            written = sorted(map(str, value))
        case tuple():
            written = list(map(str, value))
        case bool() | int():
            written = value
        case _:
            written = str(value)
    return written
