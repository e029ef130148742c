"""YAML of the web configuration file → a checked document; what is not known is refused, never ignored."""

import difflib
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from drs_exporter.errors import SettingsError
from drs_exporter.web.config.model import Document, HttpServer, RateLimit, TlsServer

_SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "tls_server_config": TlsServer,
    "http_server_config": HttpServer,
    "rate_limit": RateLimit,
}


class _Loader(yaml.SafeLoader):
    """Refuses a key given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _without_nothing(data: Any) -> Any:
    """The document less the keys that have no value, which mean their default."""
    if not isinstance(data, dict):
        return data
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


def _yaml_line(exc: yaml.YAMLError) -> str:
    """What is wrong with the syntax and where, without the text around it, which may be a key."""
    if not isinstance(exc, yaml.MarkedYAMLError):
        return "not YAML"
    mark = exc.problem_mark or exc.context_mark
    return f"{exc.problem or 'not YAML'}{'' if mark is None else f' in line {mark.line + 1}'}"


def read(path: Path) -> Document:
    """The file, checked; SettingsError names what is wrong, never a secret's value."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise SettingsError(f"web_config_file: cannot read {path}: {exc.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"web_config_file: {path}: not UTF-8") from None
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader that is stricter still
    except yaml.YAMLError as exc:
        raise SettingsError(f"web_config_file: {path}: {_yaml_line(exc)}") from None
    try:
        return Document.model_validate({} if data is None else _without_nothing(data))
    except ValidationError as exc:
        raise SettingsError(f"web_config_file: {path}: {_line(exc.errors()[0])}") from None
