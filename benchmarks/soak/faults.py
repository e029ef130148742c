"""What befalls the cloud in a soak test: every fault it knows, on every operation the exporter uses."""

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from drs_exporter.simulator import KINDS, OPERATIONS
from drs_exporter.simulator.faults import Setting

COSTLY: Final = frozenset({"hang", "slow", "drip", "oversize"})
"""These take seconds of a poll, for every request they befall: one episode in fifty, for one poll each."""

_POLLED: Final = (
    "*", "list_jobs", "list_jobs_v5", "batch_status", "batch_progress", "batch_rpo_rto", "batch_detail",
    "list_async_jobs", "async_job_detail", "job_detail", "quotas", "dr_monitor", "monitor_data", "dirty_data",
    "components", "ces_list_metrics", "ces_data", "sign_in",
)  # fmt: skip
_OTHER: Final = (
    "batch_start", "sign_in_oidc", "keys_by_token", "pod_identity", "metadata_token", "metadata_key", "list_projects",
)  # fmt: skip
"""Not asked by a project that signs in by password."""

_MORE: Final[tuple[tuple[str, Mapping[str, object]], ...]] = (
    ("503", {"retry_after": 5}),
    ("throttle", {"retry_after": 2}),
    ("throttle", {"retry_after": 2, "date": True}),
    ("pages_endless", {"fresh": True}),
    ("null_array", {"total": 0}),
    ("total_lies", {"total": "many"}),
    ("wrong_length", {"bytes": -5}),
)
"""Kinds that come in more than one way."""

assert {*_POLLED, *_OTHER} == {"*", *OPERATIONS}  # noqa: S101 - is a new operation one to soak?


_BEHIND: Final = "async_job_detail"
"""Not asked while the listing before it fails: faults of pages befall it alone as well."""


class Episode(NamedTuple):
    """A fault, and for how many polls it lasts."""

    fault: Setting
    polls: int


class Faults:
    """Every kind in each of its ways once, on all operations together, before any comes at random on any of them.

    What a fault leaves behind once, it leaves behind early.
    """

    def __init__(self, rng: random.Random) -> None:
        """Draw from `rng`."""
        self._rng = rng
        self._ways = [*((kind, MappingProxyType({})) for kind in KINDS), *_MORE]
        first = [("*", way) for way in self._ways]
        first += [(_BEHIND, way) for way in self._ways if way[0].startswith("pages_")]
        self._first = rng.sample(first, len(first))

    def episode(self) -> Episode:
        """The next one."""
        if self._first:
            operation, (kind, params) = self._first.pop()
            return Episode(
                Setting(operation, kind, params=dict(params)), 1 if kind in COSTLY else self._rng.randint(1, 2)
            )
        costly = self._rng.random() < 1 / 50
        kind, params = self._rng.choice([way for way in self._ways if (way[0] in COSTLY) == costly])
        fault = Setting(self._rng.choice(_POLLED), kind, params=dict(params))
        return Episode(fault, 1 if costly else self._rng.randint(1, 3))
