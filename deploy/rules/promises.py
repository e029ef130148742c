"""Promises over time: for how much of it jobs kept within their thresholds, and how fast what may be missed is used up.

One objective for all (`thresholds.PROMISE_OBJECTIVE`), over thirty days. Recorded for each job and project, told by the
usual pairs of windows: a long one, so that it matters, and a short one, so that it ends when the trouble does.
"""

from dataclasses import dataclass
from typing import Final

from deploy.rules.alerts.words import JOB
from deploy.rules.promql import in_phase, latest
from deploy.rules.rule import Alert, Dashboard, Group, Record, Severity
from deploy.rules.window import Window
from drs_exporter.origin import RUNBOOKS

PERIOD: Final = Window("30d")
"""Over which the promise is made."""

RUNBOOK: Final = "DRSPromises"
"""One page for all of their alerts."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that is promised of jobs."""

    name: str
    title: str
    kept: str
    """PromQL: 1 while a job keeps it, 0 while it does not; absent while it is not promised, or not known."""
    what: str
    """What a job does that breaks it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the budget is used up, over a long window and at its end over a short one."""

    name: str
    long: Window
    short: Window
    factor: str
    """Name of the threshold: how many times as fast as it may."""
    severity: Severity
    wait: Window


PROMISES: Final = (
    Promise(
        "delay",
        "delay within its threshold",
        "drs:job_settled_delay_seconds <= bool on (project, job_id) group_left () "
        "(drs:job_delay_threshold_seconds or on (project, job_id) "
        "max by (project, job_id) (drs:job_settled_delay_seconds) * 0 + $DELAY_WARNING_SECONDS)",
        "was further behind its source than its threshold",
    ),
    Promise(
        "rpo",
        "RPO within its threshold",
        f"max by (project, job_id, job_name) (last_over_time(drs_job_rpo_delay_seconds[$STATUS_HOLD])) "
        f"<= bool on (project, job_id) group_left () "
        f"({latest('drs_job_rpo_delay_threshold_seconds')} or on (project, job_id) "
        f"{latest('drs_job_rpo_delay_seconds')} * 0 + $RPO_WARNING_SECONDS) "
        f"and on (project, job_id) {in_phase('incremental')}",
        "would have lost more than its recovery point allows",
    ),
)

FAST: Final = (
    Pace("Fast", Window("1h"), Window("5m"), "PROMISE_BURN_HOUR", Severity.CRITICAL, Window("2m")),
    Pace("Fast", Window("6h"), Window("30m"), "PROMISE_BURN_SHIFT", Severity.CRITICAL, Window("2m")),
)
SLOW: Final = (
    Pace("Slow", Window("1d"), Window("2h"), "PROMISE_BURN_DAY", Severity.WARNING, Window("1h")),
    Pace("Slow", Window("3d"), Window("6h"), "PROMISE_BURN_DAYS", Severity.WARNING, Window("1h")),
)

_STEPS: Final = {"5m": "", "30m": "", "1h": "", "2h": "30m", "6h": "30m", "1d": "1h", "3d": "1h"}
"""Windows, and the recorded window that the longer ones are the mean of: reading every sample of three days costs."""

_MINUTE: Final = "1m"
"""By which it is counted how much of the shorter ones is known, however often rules are evaluated."""


def kept(promise: Promise) -> str:
    """Name of the recorded series that is 1 while a job keeps it."""
    return f"drs:job_{promise.name}_kept"


def missed(level: str, promise: Promise, window: str) -> str:
    """Name of the recorded share of a window in which it was not kept, for a `job` or a `project`."""
    return f"drs:{level}_{promise.name}_missed:ratio_{window}"


def _share(promise: Promise, window: Window, step: str) -> str:
    """What was missed of what is known, times how much of the window is known: a budget is time, not readings."""
    if step:
        steps = f"{missed('job', promise, step)}[{window}:{step}]"
        share = f"avg_over_time({steps})"
    else:
        steps = f"{kept(promise)}[{window}:{_MINUTE}]"
        share = f"(1 - avg_over_time({kept(promise)}[{window}]))"
    whole = window.seconds / Window(step or _MINUTE).seconds
    return f"{share} * clamp_max(count_over_time({steps}) / {whole:.15g}, 1)"


def _records(promise: Promise) -> tuple[Record, ...]:
    found = [
        Record(
            name=kept(promise),
            expr=promise.kept,
            meaning=f"1 while a job keeps its {promise.title}, 0 while it does not; absent while it need not, or while "
            "nobody knows.",
        )
    ]
    for window, step in _STEPS.items():
        found += [
            Record(
                name=missed("job", promise, window),
                expr=_share(promise, Window(window), step),
                meaning=f"Share of the last {window} in which a job did not keep its {promise.title}; "
                "what is not known of it was not missed.",
            ),
            Record(
                name=missed("project", promise, window),
                expr=f"avg by (project) ({missed('job', promise, window)})",
                meaning="The same of all jobs of a project together.",
            ),
        ]
    return tuple(found)


def _burns(level: str, promise: Promise, pace: Pace) -> str:
    """Both windows use the budget up too fast."""
    limit = f"${pace.factor} * (1 - $PROMISE_OBJECTIVE)"
    on = "project, job_id" if level == "job" else "project"
    long, short = (missed(level, promise, str(window)) for window in (pace.long, pace.short))
    return f"({long} > {limit} and on ({on}) {short} > {limit})"


def _alert(level: str, promise: Promise, paces: tuple[Pace, ...]) -> Alert:
    first, who = paces[0], JOB if level == "job" else "Jobs of project {{ $labels.project }}"
    word = promise.name.capitalize()
    return Alert(
        name=f"DRS{level.capitalize()}{word}Promise{first.name}",
        severity=first.severity,
        expr=" or ".join(_burns(level, promise, pace) for pace in paces),
        for_=first.wait,
        summary=f"{'A DRS job' if level == 'job' else 'A project'} breaks its promise of a {promise.title} "
        f"{'soon' if first.name == 'Fast' else 'in the end'}.",
        description=f"{who}: in {{{{ $value | humanizePercentage }}}} of the time it {promise.what}; "
        f"at this pace the {PERIOD} are missed.",
        dashboard=Dashboard.JOB if level == "job" else Dashboard.FLEET,
        reason="Two windows, so that it neither fires for a moment nor stays after the end.",
        runbook_url=f"{RUNBOOKS}/{RUNBOOK}.md",
    )


PROMISE_RECORDS: Final = tuple(record for promise in PROMISES for record in _records(promise))
PROMISE_ALERTS: Final = tuple(
    _alert(level, promise, paces) for promise in PROMISES for level in ("job", "project") for paces in (FAST, SLOW)
)
PROMISE_GROUPS: Final = (Group("drs-promises", (*PROMISE_RECORDS, *PROMISE_ALERTS)),)
"""Opt-in: not among the groups that everybody loads."""
