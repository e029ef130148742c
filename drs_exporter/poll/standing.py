"""How one collector fares: what its last run or round said, and the log lines of its transitions."""

from collections.abc import Collection

import structlog

from drs_exporter.errors import ApiError, ApiStatusError, Refusal
from drs_exporter.poll.offered import RETRY
from drs_exporter.poll.rounds import Round
from drs_exporter.poll.ticks import ROUNDING
from drs_exporter.snapshot import CollectorState

log = structlog.get_logger()


class Standing:
    """The record of one collector of one project."""

    def __init__(
        self,
        project: str,
        collector: str,
        *,
        interval: float,
        unsupported: Collection[Refusal],
    ) -> None:
        """Nothing has run yet; `interval` in seconds, `unsupported` are refusals that are no failure."""
        self.collector = collector
        self.interval = interval
        self.round: Round | None = None
        """Of one that goes rounds."""
        self._lasted: float | None = None
        self._unsupported = frozenset(unsupported)
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

    @property
    def known(self) -> bool:
        """Any run has ended, in success or not."""
        return self._success is not None

    def lasted(self, now: float) -> float:
        """Seconds that its rounds take, the one that goes on included; for one of the poll, its part of the poll."""
        return (self._lasted or 0.0) if self.round is None else self.round.lasted(now)

    @property
    def missing(self) -> bool:
        """The cloud does not have it."""
        return self._supported is False

    def due(self, tick: float) -> bool:
        """Whether it should run at this tick (monotonic): after its interval, and at every poll while it fails."""
        if self._last_run is None or self._success is False:
            return True
        wait = RETRY if self.missing else self.interval
        return tick - self._last_run >= wait - ROUNDING

    def try_again(self) -> None:
        """Be due at the next poll."""
        self._last_run = None

    def ran(self, *, tick: float, duration: float, lasted: float) -> None:
        """Note that a run ended that took so many seconds, and so many since its poll or its round began."""
        self._last_run = tick
        self._duration = duration
        self._lasted = lasted

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
        refused = isinstance(exc, ApiStatusError) and exc.refusal in self._unsupported
        # A right that was there and is gone was taken away: that is for somebody to mend.
        again = self._doubted and isinstance(exc, ApiStatusError) and exc.refusal is Refusal.UNSUPPORTED
        believed = self._last_success is None or self._supported is False or again
        self._doubted = refused
        if refused and believed:
            if self._supported is not False:
                self._log.info("collector.unsupported", operation=exc.operation, error=str(exc))
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
            round=self._lasted if self.round is None else self.round.duration,
            last_success=self._last_success,
            error=self._error,
        )
