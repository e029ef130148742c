"""YAML of the web configuration file → a checked document; what is not known is refused, never ignored."""

import difflib
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from drs_exporter.errors import SettingsError
from drs_exporter.settings.document import read_document
from drs_exporter.web.config.model import Document, HttpServer, RateLimit, TlsServer

_SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "tls_server_config": TlsServer,
    "http_server_config": HttpServer,
    "rate_limit": RateLimit,
}


def _without_nothing(data: dict[str, Any]) -> dict[str, Any]:
    """The document less the keys that have no value, which mean their default."""
    given = {key: value for key, value in data.items() if value is not None}
    for name in _SECTIONS.keys() & given.keys():
        section = given[name]
        if isinstance(section, dict):
            given[name] = {key: value for key, value in section.items() if value is not None}
    return given


def _nearest(error: ErrorDetails) -> str:
    """A sentence on an unknown key, with the known one that looks most like it."""
    *where, key = map(str, error["loc"])
    model = _SECTIONS[where[0]] if where else Document
    near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(model.model_fields)}"
    return f"{'.'.join([*where, key])}: unknown key{hint}"


def _line(error: ErrorDetails) -> str:
    """One wrong thing in one line, without its value."""
    if error["type"] == "extra_forbidden":
        return _nearest(error)
    where = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def read(path: Path, *, spelled: str = "web_config_file") -> Document:
    """The file, which a setting of this spelling names, checked; SettingsError says what is wrong, never a secret."""
    data = read_document(path, spelled=spelled)
    try:
        return Document.model_validate(_without_nothing(data))
    except ValidationError as exc:
        raise SettingsError(f"{path}: {_line(exc.errors()[0])}") from None
