"""What other programs' variables and files say of a project: read where no credentials of ours are given."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from drs_exporter.errors import SettingsError
from drs_exporter.secret import Secret
from drs_exporter.settings import addresses, values
from drs_exporter.settings.credentials import OIDC, POD, Place
from drs_exporter.settings.document import read_document
from drs_exporter.settings.messages import wrong
from drs_exporter.settings.model import SECRETS, ProjectEntry

PROJECT_ID: Final = "HUAWEICLOUD_SDK_PROJECT_ID"

OPENSTACK: Final[Mapping[str, tuple[str, ...]]] = {
    "username": ("OS_USERNAME",),
    "password": ("OS_PASSWORD",),
    "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
    "project_id": (PROJECT_ID, "OS_PROJECT_ID"),
    "iam_project": ("OS_PROJECT_NAME",),
    "region": ("OS_REGION_NAME",),
    "iam_endpoint": ("OS_AUTH_URL",),
}
"""Variables of OpenStack clients, the stronger first."""

KEYS: Final = (
    {
        "access_key": "HUAWEICLOUD_SDK_AK",
        "secret_key": "HUAWEICLOUD_SDK_SK",
        "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    },
    {"access_key": "OS_ACCESS_KEY", "secret_key": "OS_SECRET_KEY"},
)
"""Keys belong together and are never mixed."""

_OF_FILES: Final = frozenset({"authorization_token", "id_token"})
_ENDPOINTS: Final = frozenset({"credentials_url"})

CLOUDS_YAML: Final = {
    "auth.username": "username",
    "auth.password": "password",
    "auth.user_domain_name": "domain_name",
    "auth.domain_name": "domain_name",
    "auth.token": "token",
    "auth.ak": "access_key",
    "auth.sk": "secret_key",
    "auth.project_id": "project_id",
    "auth.project_name": "iam_project",
    "auth.auth_url": "iam_endpoint",
    "region_name": "region",
}
"""Keys of one cloud in a `clouds.yaml`, the stronger of two for one setting first."""


def foreign(environ: Mapping[str, str]) -> Place:
    """What there is, checked; SettingsError names the variable, or the key of the file.

    A setting is spelled as the word of the other program that was used for it, or else the usual one.
    """
    found: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for setting, spelled, value in _given(environ):
        if setting not in found:
            found[setting], spellings[setting] = value, spelled
    if "project_id" in found:
        found.pop("iam_project", None)
    special = {setting: found.pop(setting) for setting in (*POD, *OIDC) if setting in found}
    for setting in found.keys() & set(SECRETS):
        found[setting] = _secret(found[setting], spellings[setting])
    try:
        entry = ProjectEntry.model_validate(found)
    except ValidationError as exc:
        raise wrong(exc, {(setting,): spelled for setting, spelled in spellings.items()}) from None
    checked = {setting: getattr(entry, setting) for setting in found}
    checked |= {setting: _special(setting, value, spellings[setting]) for setting, value in special.items()}
    usual = {name: variables[0] for name, variables in OPENSTACK.items()} | KEYS[0] | POD | OIDC
    return Place(checked, lambda setting: spellings.get(setting) or usual.get(setting, setting))


def _given(environ: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    """Setting, the word for it, its value: the stronger before the weaker."""
    if environ.get(PROJECT_ID):
        yield "project_id", PROJECT_ID, environ[PROJECT_ID]
    cloud = environ.get("OS_CLOUD")
    keys = next((pair for pair in (KEYS[:1] if cloud else KEYS) if any(map(environ.get, pair.values()))), {})
    for setting, variable in (keys | POD | OIDC).items():
        if environ.get(variable):
            yield setting, variable, environ[variable]
    if cloud:
        yield from (given for given in _named_cloud(cloud, environ) if not keys or given[0] not in KEYS[0])
        return
    for setting, variables in OPENSTACK.items():
        for variable in variables:
            if environ.get(variable):
                yield setting, variable, environ[variable]


def _named_cloud(name: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    """What `clouds.yaml` says of one cloud, with the secrets of a `secure.yaml` beside it."""
    file = _file(environ, "clouds.yaml", "OS_CLIENT_CONFIG_FILE")
    if file is None:
        raise SettingsError(
            "OS_CLOUD: there is no clouds.yaml, neither here nor in ~/.config/openstack or /etc/openstack"
        )
    clouds = _mapping(read_document(file, spelled="OS_CLIENT_CONFIG_FILE"), "clouds")
    if name not in clouds:
        raise SettingsError(f"OS_CLOUD: {file} has no such cloud; it has {', '.join(map(str, clouds)) or 'none'}")
    documents = [(file, clouds)]
    secure = _file(environ, "secure.yaml", "OS_CLIENT_SECURE_FILE")
    if secure is not None:
        documents.insert(0, (secure, _mapping(read_document(secure, spelled="OS_CLIENT_SECURE_FILE"), "clouds")))
    for where, described in documents:
        for key, setting in CLOUDS_YAML.items():
            value: object = described.get(name)
            for part in key.split("."):
                value = _mapping({"": value}, "").get(part)
            if value is not None:
                yield setting, f"{where}: clouds.{name}.{key}", value


def _file(environ: Mapping[str, str], name: str, variable: str) -> Path | None:
    """The first of the places in which OpenStack clients look."""
    if environ.get(variable):
        return Path(environ[variable])
    home = Path(environ.get("HOME") or "/") / ".config" / "openstack"
    return next((folder / name for folder in (Path(), home, Path("/etc/openstack")) if (folder / name).exists()), None)


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A mapping inside a document; nothing where there is something else."""
    inside = document.get(key)
    return inside if isinstance(inside, Mapping) else {}


def _secret(value: object, spelled: str) -> Secret:
    """A secret that was given as text."""
    if not isinstance(value, str):
        raise SettingsError(f"{spelled}: must be text; put it in quotes")
    try:
        values.filled(value)
    except ValueError as exc:
        raise SettingsError(f"{spelled}: {exc}") from None
    secret = Secret(spelled, SecretStr(value))
    secret.read()
    return secret


def _special(setting: str, value: object, spelled: str) -> object:
    """A value that none of our own settings has."""
    try:
        if setting in _OF_FILES:
            return Secret(spelled, values.path(value))
        return addresses.url(str(value)) if setting in _ENDPOINTS else values.text(str(value))
    except ValueError as exc:
        raise SettingsError(f"{spelled}: {exc}") from None
