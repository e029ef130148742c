"""Which credentials a project signs in with: its own, else the global ones, else those other programs use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr

from drs_exporter.errors import SettingsError
from drs_exporter.secret import Secret
from drs_exporter.settings import names
from drs_exporter.settings.model import SECRETS, Auth

KINDS: Final[dict[Auth, tuple[str, ...]]] = {
    "token": ("token",),
    "password": ("username", "password", "domain_name"),
    "aksk": ("access_key", "secret_key", "security_token"),
    "agency": (),
    "pod_identity": (),
    "oidc": (),
}
"""The settings of each kind; all are needed but the security token, which only a temporary key has."""

CREDENTIALS: Final = tuple(setting for settings in KINDS.values() for setting in settings)

_KIND_NAMES: Final[dict[Auth, str]] = {
    "token": "a given token",
    "password": "sign-in by password",
    "aksk": "request signing",
    "agency": "an agency",
    "pod_identity": "a pod identity",
    "oidc": "an identity provider",
}
_OPTIONAL: Final = frozenset({"security_token"})

FOREIGN: Final[dict[str, tuple[str, ...]]] = {
    "username": ("OS_USERNAME",),
    "password": ("OS_PASSWORD",),
    "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "region": ("OS_REGION_NAME",),
    "iam_endpoint": ("OS_AUTH_URL",),
}
"""Variables of other programs, the stronger first."""

FOREIGN_KEYS: Final = (
    {
        "access_key": "HUAWEICLOUD_SDK_AK",
        "secret_key": "HUAWEICLOUD_SDK_SK",
        "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    },
    {"access_key": "OS_ACCESS_KEY", "secret_key": "OS_SECRET_KEY"},
)
"""Keys belong together and are never mixed."""


@dataclass(frozen=True)
class Place:
    """Somewhere credentials can stand: the values that are there, and how a setting is spelled there."""

    values: Mapping[str, Any]
    spell: Callable[[str], str]

    def kinds(self) -> list[Auth]:
        """The kinds that have at least one setting here."""
        return [kind for kind, settings in KINDS.items() if any(setting in self.values for setting in settings)]


def foreign(environ: Mapping[str, str]) -> Place:
    """What the variables of the vendor's SDK and of OpenStack clients say."""
    variables = {
        setting: next((variable for variable in candidates if environ.get(variable)), candidates[0])
        for setting, candidates in FOREIGN.items()
    }
    variables |= next((pair for pair in FOREIGN_KEYS if any(map(environ.get, pair.values()))), FOREIGN_KEYS[0])
    given = {setting: environ[variable] for setting, variable in variables.items() if environ.get(variable)}
    if "iam_endpoint" in given:
        given["iam_endpoint"] = given["iam_endpoint"].rstrip("/").removesuffix("/v3")
    secrets = {setting: Secret(setting, SecretStr(value)) for setting, value in given.items() if setting in SECRETS}
    return Place(given | secrets, lambda setting: variables.get(setting, names.variable(setting)))


def choose(places: Sequence[Place]) -> dict[str, Any]:
    """The credentials of one project: `auth` and the settings of that kind, every other one `None`.

    `places` are its own entry (if it has one), the globals and, last, the variables of other programs, which count
    only where the others have nothing.
    """
    kind = _kind(places)
    *ours, others = places
    filled = [place for place in ours if place.kinds()] or [others]
    chosen: dict[str, Any] = {"auth": kind} | dict.fromkeys(CREDENTIALS)
    for setting in KINDS[kind]:
        # A security token belongs to one access key: it is never taken from another place than that.
        candidates = filled if setting != "security_token" else filled[: _index_of("access_key", filled) + 1]
        chosen[setting] = next((place.values[setting] for place in candidates if setting in place.values), None)
        if chosen[setting] is None and setting not in _OPTIONAL:
            writer = filled[0] if filled[0].kinds() else places[0]
            needed = " and ".join(name for name in KINDS[kind] if name not in _OPTIONAL)
            raise SettingsError(f"{writer.spell(setting)}: is missing; {_KIND_NAMES[kind]} needs {needed}")
    return chosen


def _index_of(setting: str, places: Sequence[Place]) -> int:
    """Position of the first place that has this setting."""
    return next(index for index, place in enumerate(places) if setting in place.values)


def _kind(places: Sequence[Place]) -> Auth:
    """The kind of credentials: what AUTH says, else the only one in the strongest place that has any."""
    for index, place in enumerate(places):
        if "auth" in place.values:
            return _auth(place)
        kinds = place.kinds()
        if len(kinds) == 1:
            return kinds[0]
        if kinds:
            said = next((_auth(weaker) for weaker in places[index:] if "auth" in weaker.values), None)
            if said in kinds:
                return said
            first, second = (next(name for name in KINDS[kind] if name in place.values) for kind in kinds[:2])
            raise SettingsError(
                f"{place.spell(first)} and {place.spell(second)}: two kinds of credentials; "
                f"give only one of them, or choose with {place.spell('auth')}"
            )
    raise SettingsError(
        f"{places[0].spell('auth')}: no credentials are given; a project needs username, password and domain_name, "
        "or access_key and secret_key, or a token, or auth to be agency"
    )


def _auth(place: Place) -> Auth:
    """What AUTH says here."""
    auth: Auth = place.values["auth"]
    return auth
