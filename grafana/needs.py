"""Expressions for jobs that need somebody, over the jobs chosen on the fleet dashboard.

What costs in a large fleet is each look at every job. So conditions are put together first, and what is left of the
jobs is cut down to the chosen ones once, at the end, by `chosen`.
"""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.recording import CLOCK_STATUSES
from grafana.queries import JOB_KEY, JOB_LABELS, any_of, best, select

PROJECT: Final = 'project=~"$project"'
NAME: Final = "job_name=~`(?i).*${name:regex}.*`"
"""What was typed, letter by letter: half of a regular expression would turn every panel red."""

_CHOSEN: Final = select("drs_job_info", PROJECT, 'engine_type=~"$engine"', 'db_use_type=~"$scenario"')

_LATELY: Final = ("10m", "1d")
_BEFORE: Final = ("2h", "14d")
"""How finely, and how far back, the beginning of a failure is looked for."""
_SEEN_SECONDS: Final = 14 * 86400


def chosen(expr: str) -> str:
    """Only the jobs of the engines and scenarios chosen."""
    return f"(({expr}) and on ({JOB_KEY}) {_CHOSEN})"


def jobs(metric: str, *matchers: str, by: str = JOB_LABELS) -> str:
    """A metric of the jobs of the projects and names chosen, one row per group."""
    return best(metric, PROJECT, NAME, *matchers, by=by)


def fleet(metric: str, *matchers: str, by: str = JOB_LABELS) -> str:
    """A metric of the jobs chosen, one row per group."""
    return chosen(jobs(metric, *matchers, by=by))


def while_in(expr: str, phases: str) -> str:
    """Only the jobs now in these phases."""
    status = select("drs_job_status", PROJECT, f'phase=~"{phases}"')
    return f"({expr} and on ({JOB_KEY}) {status})"


def failed() -> str:
    """Jobs that failed."""
    return jobs("drs_job_status", 'phase="failed"')


def failed_for() -> str:
    """Seconds since each failed job was first seen so; a gap of the exporter within the alerts' hold does not reset it.

    The alerts' recording rule knows this for longer, but its series have neither `job` nor `instance`.
    """
    found = [f"max_over_time({_failure_begins(step)}[{window}:{step}])" for step, window in (_LATELY, _BEFORE)]
    begun = " or on (project, job_id) ".join(
        f"max by ({JOB_KEY}) ({part})" for part in (_failure_begins("10m"), *found)
    )
    known = f"{failed()} * 0 + on ({JOB_KEY}) group_left () (time() - ({begun}))"
    return f"({any_of(known, f'{failed()} * {_SEEN_SECONDS}')})"


def seconds_to_stop() -> str:
    """Seconds until the service stops a failed job by itself."""
    limit = best("drs_job_abnormal_limit_seconds", PROJECT, by=JOB_KEY)
    counting = best("drs_job_status", PROJECT, f'status=~"{CLOCK_STATUSES}"', by=JOB_KEY)
    allowed = any_of(limit, f"{counting} * {thresholds.ABNORMAL_LIMIT_SECONDS}")
    return f"({failed_for()} * -1 + on ({JOB_KEY}) group_left () (({allowed}) and on ({JOB_KEY}) {counting}))"


def delay_share() -> str:
    """Delay of jobs that should follow their source, as a share of what the owner allows, else of the default."""
    own = "drs_job_incremental_delay_threshold_seconds"
    return _share("drs_job_incremental_delay_seconds", own, thresholds.DELAY_WARNING_SECONDS)


def lagging() -> str:
    """Jobs further behind than allowed, with the share."""
    return while_in(f"({delay_share()} > 1)", "incremental")


def stalled() -> str:
    """Full transfers without any progress for hours, with the progress they stand at."""
    metric, window = "drs_job_progress_ratio", str(thresholds.FULL_STALLED_WINDOW)
    moved = f"max by ({JOB_KEY}) (changes({select(metric, PROJECT, over=window)}))"
    before = select("drs_job_status", PROJECT, 'phase="full"', ago=window)
    standing = while_in(jobs(metric), "full")
    return f"({standing} and on ({JOB_KEY}) {before} and on ({JOB_KEY}) ({moved} == 0))"


def recovery_share(kind: str) -> str:
    """RPO or RTO as a share of what the owner allows, else of the default."""
    default = {"rpo": thresholds.RPO_WARNING_SECONDS, "rto": thresholds.RTO_WARNING_SECONDS}[kind]
    return _share(f"drs_job_{kind}_delay_seconds", f"drs_job_{kind}_delay_threshold_seconds", default)


def missed(kind: str) -> str:
    """Jobs whose RPO or RTO is over its limit, with the share."""
    return f"({recovery_share(kind)} > 1)"


def late() -> str:
    """Seconds since a job still pending should have started."""
    overdue = f"time() - {jobs('drs_job_scheduled_start_timestamp_seconds')} > {thresholds.START_OVERDUE_SECONDS}"
    return while_in(f"({overdue})", "pending")


def urgency() -> str:
    """2 for jobs that are down, 1 for those on the way there; status and phase as labels."""
    labels = f"{JOB_LABELS}, phase, status"
    down = jobs("drs_job_status", 'phase="failed"', by=labels)
    soon = any_of(lagging(), stalled(), missed("rpo"), missed("rto"), late())
    others = jobs("drs_job_status", 'phase!~"failed|stopped"', by=labels)
    return chosen(any_of(f"{down} * 2", f"({others} and on ({JOB_KEY}) ({soon}))"))


def by_engine(metric: str) -> str:
    """A metric of the jobs chosen, summed by their pair of databases."""
    labels = f"{JOB_KEY}, engine_type"
    joined = f"{jobs(metric, by=JOB_KEY)} * on ({JOB_KEY}) group_left (engine_type) max by ({labels}) ({_CHOSEN})"
    return f"sum by (engine_type) ({joined})"


def _failure_begins(step: str) -> str:
    """The present time, for jobs that are failed now and were not one step ago."""
    down = 'phase="failed"'
    before = select("drs_job_status", PROJECT, down, over=str(thresholds.STATUS_HOLD), ago=step)
    return f"(timestamp({select('drs_job_status', PROJECT, down)}) unless on ({JOB_KEY}) last_over_time({before}))"


def _share(metric: str, limits: str, default: float) -> str:
    limit = best(limits, PROJECT, by=JOB_KEY)
    own = f"{jobs(metric)} / on ({JOB_KEY}) group_left () {limit}"
    return f"({any_of(own, f'({jobs(metric)} unless on ({JOB_KEY}) {limit}) / {default}')})"
