"""Where settings come from: command line, environment, secrets directory, file. Each source speaks in the same names.

A secret may be given as `password` or as `password_file`; every source makes one value of the two, so that what a
stronger source says replaces whatever a weaker one says, and no debugging output of a library can show it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from drs_exporter.errors import SettingsError
from drs_exporter.secret import Secret, one_line
from drs_exporter.settings import addresses, names, values
from drs_exporter.settings.document import read_document
from drs_exporter.settings.model import ENTRY_NAMES, PATHS, SECRETS, TOP_NAMES
from drs_exporter.settings.options import Options

Location = tuple[str | int, ...]
"""A setting at the top, `("poll_interval",)`, or in an entry, `("projects", 1, "poll_interval")`."""

_OTHER_WORDS: Final = {"name": "project_name", "project_name": "name"}
_SERVICE_LINK: Final = re.compile(
    r"DRS_EXPORTER_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)


@dataclass(frozen=True)
class Given:
    """Everything a configuration is made of, and how each setting that was found is spelled where it stands."""

    options: Options
    environ: Mapping[str, str]
    spellings: dict[Location, str] = field(default_factory=dict)
    documents: dict[Path, Mapping[str, Any]] = field(default_factory=dict)


class Source(PydanticBaseSettingsSource):
    """One place settings come from; it checks names, the model checks values."""

    def __init__(self, settings_cls: type[BaseSettings], given: Given) -> None:
        """Look nowhere yet: a stronger source may say where."""
        super().__init__(settings_cls)
        self.given = given

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - as the parent has it
        """Nothing, because a call answers for all fields at once."""
        return None, field_name, False

    def settle(
        self,
        raw: Mapping[str, object],
        spell: Callable[[str], str],
        *,
        known: tuple[str, ...] = TOP_NAMES,
        inside: Location = (),
    ) -> dict[str, Any]:
        """The settings by name, each secret as one value however it was given."""
        settled: dict[str, Any] = {}
        written: dict[str, str] = {}
        for key, value in raw.items():
            if key not in known:
                raise SettingsError(f"{spell(key)}: {_unknown(key, known=known, spell=spell)}")
            setting = key.removesuffix("_file") if key.removesuffix("_file") in SECRETS else key
            if setting in written:
                raise SettingsError(f"{spell(written[setting])} and {spell(key)}: give only one of the two")
            written[setting] = key
            settled[setting] = value if setting not in SECRETS else _secret(setting, key, value, spell=spell)
            self.given.spellings.setdefault((*inside, setting), spell(key))
        return settled


class CommandLine(Source):
    """The options of the command."""

    def __call__(self) -> dict[str, Any]:
        """The options that were given."""
        given, spell = self.given.options.settings, self.given.options.spell
        proxy = given.get("proxy_url")
        if isinstance(proxy, str) and "@" in proxy:
            raise SettingsError(
                f"{spell('proxy_url')}: must not carry credentials, which every user of the machine could read; "
                f"use {names.variable('proxy_url')} or {names.option('proxy_url_file')}"
            )
        return self.settle(given, spell)


class Environment(Source):
    """The variables that begin with our prefix, in any case; an empty one is as good as none."""

    def __call__(self) -> dict[str, Any]:
        """The variables that are set."""
        in_kubernetes = "KUBERNETES_SERVICE_HOST" in self.given.environ
        spellings: dict[str, str] = {}
        found: dict[str, object] = {}
        for variable, value in self.given.environ.items():
            upper = variable.upper()
            if not upper.startswith(names.PREFIX):
                continue
            # A Service named drs-exporter puts its address into every pod of the namespace.
            if in_kubernetes and _SERVICE_LINK.fullmatch(upper):
                continue
            setting = upper.removeprefix(names.PREFIX).lower()
            spellings[setting] = variable
            if value or setting not in TOP_NAMES:
                found[setting] = value
        return self.settle(found, lambda setting: spellings.get(setting, names.variable(setting)))


class SecretsDirectory(Source):
    """A directory with one file per secret, named `password` or `drs_exporter_password`, in any case."""

    def __call__(self) -> dict[str, Any]:
        """The secrets there are files for; they are read when they are needed, so that they can rotate."""
        stronger = self.current_state.get("secrets_dir")
        if stronger is None and "secrets_dir" not in _document(self):
            return {}
        spelled = self.given.spellings.get(("secrets_dir",), "secrets_dir")
        try:
            where = values.path(_document(self).get("secrets_dir") if stronger is None else stronger)
            files = sorted(entry for entry in where.iterdir() if not entry.is_dir())
        except ValueError as exc:
            raise SettingsError(f"{spelled}: {exc}") from None
        except OSError as exc:
            raise SettingsError(f"{spelled}: cannot be read: {exc.strerror}") from None
        settled: dict[str, Any] = {}
        for file in files:
            name = file.name.lower()
            secret = name.removeprefix(names.PREFIX.lower())
            if secret not in SECRETS:
                if name == secret:
                    continue
                raise SettingsError(f"{file}: {_unknown(secret, known=SECRETS, spell=str)}")
            if secret in settled:
                raise SettingsError(f"{where}: has two files for {secret}; keep one")
            settled |= self.settle({f"{secret}_file": file}, lambda _, file=file: str(file))  # type: ignore[misc]
        return settled


class File(Source):
    """The YAML file."""

    def __call__(self) -> dict[str, Any]:
        """What stands in the file, its projects included."""
        document = _without_notes(_document(self))
        entries = document.pop("projects", None)
        if "config_file" in document:
            raise SettingsError("config_file: cannot be set in the file itself")
        settled = self.settle(document, str)
        if "projects" in _document(self):
            if not isinstance(entries, list) or not entries:
                raise SettingsError("projects: must be a list with at least one project")
            settled["projects"] = tuple(self._entry(position, entry) for position, entry in enumerate(entries))
        return settled

    def _entry(self, position: int, entry: object) -> dict[str, Any]:
        if not isinstance(entry, Mapping):
            raise SettingsError(f"projects[{position}]: must be a mapping of settings")
        return self.settle(
            _without_notes(entry),
            lambda key: f"projects[{position}].{key}",
            known=ENTRY_NAMES,
            inside=("projects", position),
        )


def sources(settings_cls: type[BaseSettings], given: Given) -> tuple[Source, ...]:
    """Every source, strongest first."""
    return tuple(source(settings_cls, given) for source in (CommandLine, Environment, SecretsDirectory, File))


def _document(source: Source) -> Mapping[str, Any]:
    """The file that a stronger source names, or nothing."""
    given = source.given
    if source.current_state.get("config_file") is None:
        return {}
    spelled = given.spellings[("config_file",)]
    try:
        file = values.path(source.current_state["config_file"])
    except ValueError as exc:
        raise SettingsError(f"{spelled}: {exc}") from None
    if file not in given.documents:
        document = _beside(file, read_document(file, spelled=spelled))
        entries = document.get("projects")
        if isinstance(entries, list):
            document["projects"] = [_beside(file, entry) if isinstance(entry, dict) else entry for entry in entries]
        given.documents[file] = document
    return given.documents[file]


def _without_notes(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without keys such as `x-defaults`, which hold what anchors stand for."""
    return {name: value for name, value in settings.items() if not name.startswith("x-")}


def _beside(file: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with relative paths made relative to the file they stand in."""
    paths = {*PATHS, *(f"{secret}_file" for secret in SECRETS)}
    return {
        name: file.parent / value if name in paths and isinstance(value, str) and value else value
        for name, value in settings.items()
    }


def _secret(setting: str, key: str, value: object, *, spell: Callable[[str], str]) -> Secret | None:
    """A secret from its value or from the path of its file; `None` where it is expressly not given."""
    if value is None:
        return None
    if key == setting and not isinstance(value, str):
        raise SettingsError(f"{spell(key)}: must be text; put it in quotes")
    check = addresses.proxy if setting == "proxy_url" else one_line
    try:
        source = values.path(value) if key != setting else SecretStr(values.filled(str(value)))
    except ValueError as exc:
        raise SettingsError(f"{spell(key)}: {exc}") from None
    secret = Secret(spell(key), source, check=check)
    if key == setting:
        secret.read()
    return secret


def _unknown(key: str, *, known: tuple[str, ...], spell: Callable[[str], str]) -> str:
    """What to say of a name that no setting has."""
    if key == "projects":
        return f"projects are listed in a file; name it with {names.variable('config_file')}"
    if known is ENTRY_NAMES and key in TOP_NAMES and key not in _OTHER_WORDS:
        return "belongs at the top of the file, not in a project"
    if known is SECRETS and key in TOP_NAMES and key.removesuffix("_file") not in SECRETS:
        return f"is a setting and no secret; give it as {names.variable(key)} or {names.option(key)}"
    other = _OTHER_WORDS.get(key)
    meant = other if other in known else get_close_matches(key, known, n=1, cutoff=0.0)[0]
    return f"unknown setting; did you mean {spell(meant)}?"
