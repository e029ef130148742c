"""How one collector fares: when it is due, what its last run said, and the log lines of its transitions."""

from typing import Final

import structlog

from drs_exporter.errors import ApiError, ApiStatusError, Refusal
from drs_exporter.poll.plan import SPREAD
from drs_exporter.snapshot import CollectorState

UNSUPPORTED_RETRY: Final = 3600.0
"""Seconds after which an operation that the cloud does not have is tried again."""

log = structlog.get_logger()


class Standing:
    """The record of one collector of one project."""

    def __init__(self, project: str, collector: str, interval: float) -> None:
        """Nothing has run yet; `interval` in seconds."""
        self.collector = collector
        self.interval = interval
        self._log = log.bind(project=project, collector=collector)
        self._supported: bool | None = None
        self._success: bool | None = None
        self._duration: float | None = None
        self._last_success: float | None = None
        self._error: str | None = None
        self._failed_since: float | None = None
        self._last_run: float | None = None
        self._doubted = False

    @property
    def success(self) -> bool:
        """The last run succeeded."""
        return self._success is True

    def due(self, tick: float) -> bool:
        """Whether it should run at this tick (monotonic): after its interval, and at every poll while it fails."""
        if self._last_run is None or self._success is False:
            return True
        usual = 0.0 if self.collector in SPREAD else self.interval
        wait = UNSUPPORTED_RETRY if self._supported is False else usual
        return tick - self._last_run >= wait - _ROUNDING

    def ran(self, *, tick: float, duration: float) -> None:
        """Note that a run ended."""
        self._last_run = tick
        self._duration = duration

    def succeeded(self, *, now: float, time: float) -> None:
        """Note a success at this monotonic and this Unix time."""
        if self._failed_since is not None:
            self._log.info("collector.recovered", failed_for=round(now - self._failed_since, 1))
        elif self._supported is False:
            self._log.info("collector.supported")
        self._supported, self._success, self._error, self._failed_since = True, True, None, None
        self._last_success, self._doubted = time, False

    def failed(self, exc: ApiError, *, now: float) -> None:
        """Note a failure; an operation that the cloud does not have is none.

        Where it had it before, a gateway in trouble is likelier: the same must be answered twice in a row.
        """
        refused = isinstance(exc, ApiStatusError) and exc.refusal is Refusal.UNSUPPORTED and self.collector != "jobs"
        believed = self._last_success is None or self._supported is False or self._doubted
        self._doubted = refused
        if refused and believed:
            if self._supported is not False:
                self._log.info("collector.unsupported", operation=exc.operation)
            self._supported, self._success, self._error, self._failed_since = False, None, None, None
            return
        if self._failed_since is None:
            self._failed_since = now
            self._log.warning(
                "collector.failed",
                operation=exc.operation,
                reason=exc.reason,
                error=str(exc),
                request_id=exc.request_id,
            )
        self._supported, self._success, self._error = True, False, str(exc)

    def state(self) -> CollectorState:
        """Itself, as the snapshot tells it."""
        return CollectorState(
            collector=self.collector,
            interval=self.interval,
            supported=self._supported,
            success=self._success,
            duration=self._duration,
            last_success=self._last_success,
            error=self._error,
        )


_ROUNDING: Final = 0.001
"""Ticks are computed; their last bits are not."""
