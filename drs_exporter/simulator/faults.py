"""The board of faults: what goes wrong, for which operation, how often."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from drs_exporter.simulator.fault_kinds import KINDS, Kind

if TYPE_CHECKING:
    from drs_exporter.simulator.exchange import Exchange

OPERATIONS: Final = (
    "list_jobs",
    "batch_status",
    "batch_progress",
    "batch_rpo_rto",
    "batch_detail",
    "batch_start",
    "list_async_jobs",
    "async_job_detail",
    "job_detail",
    "list_jobs_v5",
    "dr_monitor",
    "monitor_data",
    "dirty_data",
    "components",
    "quotas",
    "ces_list_metrics",
    "ces_data",
    "sign_in",
    "sign_in_oidc",
    "keys_by_token",
    "pod_identity",
    "metadata_token",
    "metadata_key",
    "list_projects",
)
"""Every operation of the simulated cloud; `*` stands for those of DRS."""

SIGN_IN_OPERATIONS: Final = frozenset(OPERATIONS[OPERATIONS.index("sign_in") :])
_EVERY: Final = frozenset(OPERATIONS[: OPERATIONS.index("ces_list_metrics")])
_MATCHES: Final = frozenset({"db_use_type", "id", "page", "type"})


class FaultError(ValueError):
    """No such operation or fault, or one written wrongly."""


class Active(NamedTuple):
    """A fault that befalls a request."""

    kind: Kind
    params: Mapping[str, object]


class Setting(msgspec.Struct):
    """One fault as it was switched on."""

    operation: str
    fault: str
    times: int | None = None
    """How often it is still to happen; `None` is for ever."""
    rate: float = 1.0
    """Share of the matching requests it befalls."""
    match: dict[str, object] = {}
    """Facts of the request it is limited to: `db_use_type`, `id`, `page`, `type`."""
    params: dict[str, object] = {}


class Faults:
    """Faults by operation; several at once are possible."""

    def __init__(self, *, seed: int = 0) -> None:
        """Begin with a cloud that works."""
        self.hits: Counter[tuple[str, str]] = Counter()
        """How often each fault happened, by the request's operation and the fault's name."""
        self._settings: list[Setting] = []
        self._random = random.Random(f"{seed}/faults")

    def set(
        self,
        operation: str,
        fault: str,
        *,
        times: int | None = None,
        match: Mapping[str, object] | None = None,
        rate: float = 1.0,
        **params: object,
    ) -> None:
        """Switch a fault on for an operation, or for `*`; the same fault of the same match is replaced."""
        self.add(Setting(operation, fault, times, rate, dict(match or {}), params))

    def add(self, setting: Setting) -> None:
        """Switch on a fault that was read elsewhere."""
        if setting.operation != "*" and setting.operation not in OPERATIONS:
            raise FaultError(f"no operation {setting.operation!r}; there are {', '.join(OPERATIONS)} and *")
        kind = KINDS.get(setting.fault)
        if kind is None:
            raise FaultError(f"no fault {setting.fault!r}; there are {', '.join(KINDS)}")
        if unknown := set(setting.match) - _MATCHES:
            raise FaultError(f"{setting.fault} cannot be matched on {', '.join(sorted(unknown))}")
        if unknown := set(setting.params) - set(kind.params):
            raise FaultError(f"{setting.fault} has no parameter {', '.join(sorted(unknown))}")
        key = (setting.operation, setting.fault, setting.match)
        self._settings = [s for s in self._settings if (s.operation, s.fault, s.match) != key]
        self._settings.append(setting)

    def clear(self, operation: str | None = None, fault: str | None = None) -> None:
        """Switch faults off: all, or those of an operation, or one kind."""
        self._settings = [
            s for s in self._settings if operation not in (None, s.operation) or fault not in (None, s.fault)
        ]

    def active(self) -> list[Setting]:
        """What is switched on."""
        return list(self._settings)

    def take(self, exchange: "Exchange") -> tuple[Active, ...]:
        """The faults that befall this request; each counts as having happened."""
        if not self._settings:
            return ()
        facts = exchange.facts()
        found = []
        for setting in self._settings:
            if not self._befalls(setting, exchange.operation, facts):
                continue
            if setting.times is not None:
                setting.times -= 1
            self.hits[exchange.operation, setting.fault] += 1
            found.append(Active(KINDS[setting.fault], setting.params))
        self._settings = [setting for setting in self._settings if setting.times is None or setting.times > 0]
        return tuple(found)

    def _befalls(self, setting: Setting, operation: str, facts: Mapping[str, object]) -> bool:
        if setting.operation != operation and (setting.operation != "*" or operation not in _EVERY):
            return False
        if not all(_meets(facts.get(name), wanted) for name, wanted in setting.match.items()):
            return False
        return setting.rate >= 1 or self._random.random() < setting.rate


def parse_fault(text: str) -> Setting:
    """A fault as a command line writes it: `list_jobs=500`, `batch_status=throttle:retry_after=2,times=3`."""
    operation, _, rest = text.partition("=")
    fault, _, options = rest.partition(":")
    if not operation or not fault:
        raise FaultError(f"a fault is written OPERATION=FAULT or OPERATION=FAULT:NAME=VALUE,…, not {text!r}")
    setting = Setting(operation, fault)
    for option in filter(None, options.split(",")):
        name, equals, value = option.partition("=")
        if not equals:
            raise FaultError(f"an option of a fault is written NAME=VALUE, not {option!r}")
        _take_option(setting, name, _value(value))
    Faults().add(setting)
    return setting


def _take_option(setting: Setting, name: str, value: object) -> None:
    if name == "times":
        if not isinstance(value, int):
            raise FaultError(f"times is a whole number, not {value!r}")
        setting.times = value
    elif name == "rate":
        if not isinstance(value, int | float):
            raise FaultError(f"rate is a number, not {value!r}")
        setting.rate = float(value)
    elif name in _MATCHES:
        setting.match[name] = value
    else:
        setting.params[name] = value


def _value(text: str) -> object:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return text if isinstance(found, dict | list) else found


def _meets(fact: object, wanted: object) -> bool:
    if isinstance(fact, list):
        return wanted in fact
    return fact == wanted
