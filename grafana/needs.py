"""Expressions for jobs that need somebody, over the jobs chosen on the fleet dashboard."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.recording import CLOCK_STATUSES
from grafana.queries import JOB_KEY, JOB_LABELS, any_of, best, select, with_status

PROJECT: Final = 'project=~"$project"'
NAME: Final = 'job_name=~"(?i).*($name).*"'
CHOSEN: Final = select("drs_job_info", PROJECT, 'engine_type=~"$engine"', 'db_use_type=~"$scenario"')
"""The info metric of the jobs chosen: what every fleet query is cut down to."""

_SEEN: Final = "14d"
_SEEN_SECONDS: Final = 14 * 86400
_STEP: Final = "10m"
"""How far back, and how finely, the beginning of a failure is looked for."""


def fleet(metric: str, *matchers: str, by: str = JOB_LABELS) -> str:
    """A metric of the jobs chosen, one row per group."""
    return f"({best(metric, PROJECT, NAME, *matchers, by=by)} and on ({JOB_KEY}) {CHOSEN})"


def while_in(expr: str, phases: str) -> str:
    """Only the jobs now in these phases."""
    status = select("drs_job_status", PROJECT, f'phase=~"{phases}"')
    return f"({expr} and on ({JOB_KEY}) {status})"


def failed() -> str:
    """Jobs that failed."""
    return fleet("drs_job_status", 'phase="failed"')


def failed_for() -> str:
    """Seconds since each failed job was first seen so; a gap of the exporter within the alerts' hold does not reset it.

    The alerts' recording rule knows this for longer, but its series have neither `job` nor `instance`.
    """
    down = 'phase="failed"'
    seen = f"max by ({JOB_KEY}) (timestamp({select('drs_job_status', PROJECT, down)}))"
    before = select("drs_job_status", PROJECT, down, over=str(thresholds.STATUS_HOLD), ago=_STEP)
    fresh = f"({seen} unless on ({JOB_KEY}) max by ({JOB_KEY}) (last_over_time({before})))"
    begun = any_of(fresh, f"max_over_time({fresh}[{_SEEN}:{_STEP}])")
    known = f"{failed()} * 0 + on ({JOB_KEY}) group_left () (time() - ({begun}))"
    return f"({any_of(known, f'{failed()} * {_SEEN_SECONDS}')})"


def seconds_to_stop() -> str:
    """Seconds until the service stops a failed job by itself."""
    limit = best("drs_job_abnormal_limit_seconds", PROJECT, by=JOB_KEY)
    counting = best("drs_job_status", PROJECT, f'status=~"{CLOCK_STATUSES}"', by=JOB_KEY)
    allowed = any_of(limit, f"{counting} * {thresholds.ABNORMAL_LIMIT_SECONDS}")
    return f"({failed_for()} * -1 + on ({JOB_KEY}) group_left () (({allowed}) and on ({JOB_KEY}) {counting}))"


def delay() -> str:
    """Seconds behind, of jobs that should follow their source."""
    return while_in(fleet("drs_job_incremental_delay_seconds"), "incremental")


def delay_share() -> str:
    """Delay as a share of what the owner allows, else of the default."""
    return _share(delay(), "drs_job_incremental_delay_threshold_seconds", thresholds.DELAY_WARNING_SECONDS)


def lagging() -> str:
    """Jobs further behind than allowed, with the share."""
    return f"({delay_share()} > 1)"


def stalled() -> str:
    """Full transfers without any progress for hours, with the progress they stand at."""
    metric = "drs_job_progress_ratio"
    moved = f"max by ({JOB_KEY}) (changes({select(metric, PROJECT, over=str(thresholds.FULL_STALLED_WINDOW))}))"
    before = select("drs_job_status", PROJECT, 'phase="full"', ago=str(thresholds.FULL_STALLED_WINDOW))
    standing = while_in(fleet(metric), "full")
    return f"({standing} and on ({JOB_KEY}) ({moved} == 0) and on ({JOB_KEY}) {before})"


def recovery_share(kind: str) -> str:
    """RPO or RTO as a share of what the owner allows, else of the default."""
    default = {"rpo": thresholds.RPO_WARNING_SECONDS, "rto": thresholds.RTO_WARNING_SECONDS}[kind]
    return _share(fleet(f"drs_job_{kind}_delay_seconds"), f"drs_job_{kind}_delay_threshold_seconds", default)


def late() -> str:
    """Seconds since a job still pending should have started."""
    overdue = f"time() - {fleet('drs_job_scheduled_start_timestamp_seconds')} > {thresholds.START_OVERDUE_SECONDS}"
    return while_in(f"({overdue})", "pending")


def urgency() -> str:
    """2 for jobs that are down or about to be stopped, 1 for those on the way there; status and phase as labels."""
    soon = any_of(lagging(), stalled(), f"({recovery_share('rpo')} > 1)", f"({recovery_share('rto')} > 1)", late())
    return with_status(any_of(f"{failed()} * 2", f"({soon}) * 0 + 1"), PROJECT)


def _share(value: str, limits: str, default: float) -> str:
    limit = best(limits, PROJECT, by=JOB_KEY)
    own = f"{value} / on ({JOB_KEY}) group_left () {limit}"
    return f"({any_of(own, f'({value} unless on ({JOB_KEY}) {limit}) / {default}')})"
