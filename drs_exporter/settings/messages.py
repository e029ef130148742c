"""One line for whatever is wrong with a value: the setting as the user spelled it and what it must be."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from drs_exporter.errors import SettingsError

_PROBLEMS: Final = {
    "string_type": "must be text; put it in quotes",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
}


def wrong(error: ValidationError, spellings: Mapping[tuple[str | int, ...], str]) -> SettingsError:
    """The first problem, and how many more there are; the value itself is never repeated."""
    first, *more = error.errors(include_url=False, include_input=False)
    location = first["loc"]
    setting = spellings.get(location[:3], spellings.get(location[:1], ".".join(map(str, location))))
    kind = first["type"]
    if kind == "literal_error":
        problem = "must be " + first["ctx"]["expected"].replace("'", "")
    elif kind == "value_error":
        problem = str(first["ctx"]["error"])
    else:
        problem = _PROBLEMS.get(kind, "is not what is expected here")
    others = f" (and {len(more)} more)" if more else ""
    return SettingsError(f"{setting}: {problem}{others}")
