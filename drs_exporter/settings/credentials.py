"""Which credentials a project signs in with: its own, else the global ones, else those other programs use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from drs_exporter.errors import SettingsError
from drs_exporter.settings.model import Auth

POD: Final = {
    "credentials_url": "HC_CONTAINER_CREDENTIALS_FULL_URI",
    "authorization_token": "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
}
"""What CCE sets in a pod that has an identity."""

OIDC: Final = {"identity_provider": "HUAWEICLOUD_SDK_IDP_ID", "id_token": "HUAWEICLOUD_SDK_ID_TOKEN_FILE"}
"""What the vendor's SDK reads of an identity provider."""

KINDS: Final[dict[Auth, tuple[str, ...]]] = {
    "token": ("token",),
    "password": ("username", "password", "domain_name"),
    "aksk": ("access_key", "secret_key", "security_token"),
    "agency": (),
    "pod_identity": tuple(POD),
    "oidc": tuple(OIDC),
}
"""The settings of each kind; all are needed but the security token, which only a temporary key has."""

CREDENTIALS: Final = tuple(setting for settings in KINDS.values() for setting in settings)

OURS: Final = tuple(setting for setting in CREDENTIALS if setting not in {*POD, *OIDC})
"""Those that are settings; what a pod or an identity provider gives is told by variables of the cloud alone."""

_KIND_NAMES: Final[dict[Auth, str]] = {
    "token": "a given token",
    "password": "sign-in by password",
    "aksk": "request signing",
    "agency": "an agency",
    "pod_identity": "a pod identity",
    "oidc": "sign-in by an identity provider",
}
_OPTIONAL: Final = frozenset({"security_token"})


@dataclass(frozen=True)
class Place:
    """Somewhere credentials can stand: the values that are there, and how a setting is spelled there."""

    values: Mapping[str, Any]
    spell: Callable[[str], str]

    def kinds(self) -> list[Auth]:
        """The kinds that have at least one setting here."""
        return [kind for kind, settings in KINDS.items() if any(setting in self.values for setting in settings)]


def choose(places: Sequence[Place]) -> tuple[dict[str, Any], dict[str, str]]:
    """The credentials that count: `auth`, the settings of that kind, every other one `None`; and the words for them.

    `places` are the project's own entry (if it has one), the globals and, last, the words of other programs, which
    count only where the others have nothing, and for what only they can tell.
    """
    kind = _kind(places)
    *ours, others = places
    told_by_others = kind in {"pod_identity", "oidc"}
    filled = [others] if told_by_others else [place for place in ours if place.kinds()] or [others]
    chosen: dict[str, Any] = {"auth": kind} | dict.fromkeys(CREDENTIALS)
    spellings: dict[str, str] = {}
    for setting in KINDS[kind]:
        # A security token belongs to one access key: it is never taken from another place than that.
        candidates = filled if setting != "security_token" else filled[: _index_of("access_key", filled) + 1]
        place = next((place for place in candidates if setting in place.values), None)
        if place is not None:
            chosen[setting], spellings[setting] = place.values[setting], place.spell(setting)
        elif setting not in _OPTIONAL:
            spell = filled[0].spell if told_by_others or filled[0].kinds() else places[0].spell
            needed = [name for name in KINDS[kind] if name not in _OPTIONAL]
            words = " and ".join(map(spell, needed) if told_by_others else needed)
            raise SettingsError(f"{spell(setting)}: is missing; {_KIND_NAMES[kind]} needs {words}")
    return chosen, spellings


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
                f"give only one of them, or choose with {places[0].spell('auth')}"
            )
    raise SettingsError(
        f"{places[0].spell('auth')}: no credentials are given; a project needs username, password and domain_name, "
        "or access_key and secret_key, or a token, or auth to be agency, pod_identity or oidc"
    )


def _auth(place: Place) -> Auth:
    auth: Auth = place.values["auth"]
    return auth
