"""Expressions for jobs that need somebody, over the jobs chosen on the fleet dashboard.

What costs in a large fleet is each look at every job. So conditions are put together first, and what is left of the
jobs is cut down to the chosen ones once, at the end, by `chosen`.
"""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.recording import CLOCK_STATUSES, FAILED_SINCE
from deploy.rules.rule import Record
from grafana.queries import JOB_KEY, JOB_LABELS, any_of, best, labelled, recorded, select

PROJECT: Final = 'project=~"$project"'
NAME: Final = "job_name=~`(?i).*${name:regex}.*`"
"""What was typed, letter by letter: half of a regular expression would turn every panel red."""

UNRECORDED: Final = "unrecorded"
"""The hidden variable that is empty where the rules of the fleet are loaded, and 1 where they are not."""

WHERE_NEEDED: Final = f"job_name!~`${{{UNRECORDED}}}${{name:regex}}^.*`"
"""No job where the rules tell of all together; every one where they are not loaded, or a name was typed.

Nothing stands before the start of a name, so a pattern that asks for something there matches no name.
"""

_WHERE_NOT_RECORDED: Final = f"status!~`(?:{CLOCK_STATUSES})${{{UNRECORDED}}}`"
"""Of failed jobs those whose beginning no rule records: no status ends in 1."""

_KIND: Final = ('engine_type=~"$engine"', 'db_use_type=~"$scenario"')

_LATELY: Final = ("10m", "1d")
_BEFORE: Final = ("2h", "14d")
"""How finely, and how far back, the beginning of a failure is looked for."""
_SEEN_SECONDS: Final = 14 * 86400


def chosen(expr: str, *matchers: str) -> str:
    """Only the jobs of the engines and scenarios chosen."""
    return f"(({expr}) and on ({JOB_KEY}) {select('drs_job_info', PROJECT, *_KIND, *matchers)})"


def jobs(metric: str, *matchers: str, by: str = JOB_LABELS) -> str:
    """A metric of the jobs of the projects and names chosen, one row per group."""
    return best(metric, PROJECT, NAME, *matchers, by=by)


def fleet(metric: str, *matchers: str, by: str = JOB_LABELS) -> str:
    """A metric of the jobs chosen, one row per group."""
    return chosen(jobs(metric, *matchers, by=by))


def together(record: Record, metric: str) -> str:
    """A metric of the jobs chosen, aggregated as the rule does; from what it recorded, as far as that can tell."""
    return _recorded_or(record, chosen(jobs(metric, WHERE_NEEDED, by=JOB_KEY), WHERE_NEEDED))


def delay_together(record: Record) -> str:
    """The delay of the jobs chosen that should follow their source, in the same way."""
    delay = jobs("drs_job_incremental_delay_seconds", WHERE_NEEDED, by=JOB_KEY)
    return _recorded_or(record, chosen(while_in(delay, "incremental", WHERE_NEEDED), WHERE_NEEDED))


def lagging_together(record: Record) -> str:
    """How many of them lag, in the same way."""
    lags = while_in(f"(({delay_share(WHERE_NEEDED)}) > bool 1)", "incremental", WHERE_NEEDED)
    return _recorded_or(record, chosen(lags, WHERE_NEEDED))


def while_in(expr: str, phases: str, *matchers: str) -> str:
    """Only the jobs now in these phases."""
    status = select("drs_job_status", PROJECT, f'phase=~"{phases}"', *matchers)
    return f"({expr} and on ({JOB_KEY}) {status})"


def failed() -> str:
    """Jobs that failed."""
    return jobs("drs_job_status", 'phase="failed"')


def failed_for() -> str:
    """Seconds since each failed job was first seen so; a gap of the exporter within the alerts' hold does not reset it.

    The alerts' recording rule knows this for longer, and for less, of the failures that it is about.
    """
    found = [f"max_over_time({_failure_begins(step)}[{window}:{step}])" for step, window in (_LATELY, _BEFORE)]
    known = (recorded(FAILED_SINCE.name, PROJECT), _failure_begins("10m"), *found)
    begun = f" or on ({JOB_KEY}) ".join(f"max by ({JOB_KEY}) ({part})" for part in known)
    since = f"{failed()} * 0 + on ({JOB_KEY}) group_left () (time() - ({begun}))"
    return f"({any_of(since, f'{failed()} * {_SEEN_SECONDS}')})"


def seconds_to_stop() -> str:
    """Seconds until the service stops a failed job by itself."""
    limit = best("drs_job_abnormal_limit_seconds", PROJECT, by=JOB_KEY)
    counting = best("drs_job_status", PROJECT, f'status=~"{CLOCK_STATUSES}"', by=JOB_KEY)
    allowed = any_of(limit, f"{counting} * {thresholds.ABNORMAL_LIMIT_SECONDS}")
    return f"({failed_for()} * -1 + on ({JOB_KEY}) group_left () (({allowed}) and on ({JOB_KEY}) {counting}))"


def delay_share(*matchers: str) -> str:
    """Delay of jobs that should follow their source, as a share of what the owner allows, else of the default."""
    own = "drs_job_incremental_delay_threshold_seconds"
    return _share("drs_job_incremental_delay_seconds", own, thresholds.DELAY_WARNING_SECONDS, *matchers)


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


def nobody() -> str:
    """A row that says so when every project chosen is read; else nobody knows."""
    listed = f"min({best('drs_up', PROJECT, by='project')}) == 1"
    return labelled(f"({listed}) * 0", "status", "no job needs anybody")


def by_engine(metric: str) -> str:
    """A metric of the jobs chosen, summed by their pair of databases."""
    labels = f"{JOB_KEY}, engine_type"
    kinds = best("drs_job_info", PROJECT, *_KIND, by=labels)
    joined = f"{jobs(metric, by=JOB_KEY)} * on ({JOB_KEY}) group_left (engine_type) {kinds}"
    return f"sum by (engine_type) ({joined})"


def _failure_begins(step: str) -> str:
    """The present time, for jobs that are failed now and were not one step ago."""
    down = (PROJECT, 'phase="failed"', _WHERE_NOT_RECORDED)
    before = select("drs_job_status", *down, over=str(thresholds.STATUS_HOLD), ago=step)
    return f"(timestamp({select('drs_job_status', *down)}) unless on ({JOB_KEY}) last_over_time({before}))"


def _share(metric: str, limits: str, default: float, *matchers: str) -> str:
    own = best(limits, PROJECT, *matchers, by=JOB_KEY)
    every = f"{jobs(metric, *matchers, by=JOB_KEY)} * 0 + {default}"
    return f"({jobs(metric, *matchers)} / on ({JOB_KEY}) group_left () ({own} or on ({JOB_KEY}) {every}))"


def _recorded_or(record: Record, expr: str) -> str:
    """The rule's series together, else the expression: at any time one of both selects nothing, which costs nothing.

    A sum of many jobs has no job's name, so that none of them matches once one was typed.
    """
    aggregation = record.name.rpartition(":")[2]
    return any_of(f"{aggregation}({recorded(record.name, PROJECT, *_KIND, NAME)})", f"{aggregation}({expr})")
