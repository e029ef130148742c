"""A job that runs and does not keep up."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.alerts.words import JOB, looked_up
from deploy.rules.promql import latest, settled
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window

_BEHIND: Final = f"{JOB} is {{{{ $value | humanizeDuration }}}} behind its source"
_SIX_MINUTES: Final = Window("6m")


def _recovery(delay: str) -> str:
    """A disaster recovery delay over its owner's threshold, else over the default of the same name."""
    value = latest(f"drs_job_{delay}_delay_seconds")
    own = f"max by (project, job_id) (last_over_time(drs_job_{delay}_delay_threshold_seconds[$OWN_THRESHOLD_HOLD]))"
    default = f"{value} * 0 + ${delay.upper()}_WARNING_SECONDS"
    return settled(f"{value} > on (project, job_id) ({own} or on (project, job_id) {default})")


DELAY: Final = (
    Alert(
        name="DRSJobDelayOverOwnThreshold",
        severity=Severity.CRITICAL,
        expr="""
            drs:job_settled_delay_seconds
            > on (project, job_id) group_left ()
            drs:job_delay_threshold_seconds
        """,
        for_=_SIX_MINUTES,
        summary="A DRS job is further behind than its owner allows.",
        description=f"{_BEHIND}; its owner set a threshold of "
        f"{looked_up('drs:job_delay_threshold_seconds', 'humanizeDuration')}.",
        dashboard=Dashboard.JOB,
        reason="The owner named this limit, so crossing it deserves to wake someone. Six minutes is how long the "
        "service itself waits before it tells.",
    ),
    Alert(
        name="DRSJobDelayHigh",
        severity=Severity.WARNING,
        expr="""
            drs:job_settled_delay_seconds > $DELAY_WARNING_SECONDS
            unless on (project, job_id)
            drs:job_delay_threshold_seconds
        """,
        for_=_SIX_MINUTES,
        summary="A DRS job is minutes behind its source.",
        description=f"{_BEHIND}, and its owner set no threshold.",
        dashboard=Dashboard.JOB,
        reason="A healthy job is seconds behind; five minutes for longer than a batch of writes takes is worth a look.",
    ),
    Alert(
        name="DRSJobDelayCritical",
        severity=Severity.CRITICAL,
        expr="""
            drs:job_settled_delay_seconds > $DELAY_CRITICAL_SECONDS
            unless on (project, job_id)
            drs:job_delay_threshold_seconds
        """,
        for_=_SIX_MINUTES,
        summary="A DRS job is far behind its source.",
        description=f"{_BEHIND}, and its owner set no threshold.",
        dashboard=Dashboard.JOB,
        reason="Half an hour is more than a switch-over to the target can wait for, and source logs may be deleted "
        "before they are read.",
    ),
    Alert(
        name="DRSJobDelayGrowing",
        severity=Severity.WARNING,
        expr="""
            (
              predict_linear(drs:job_settled_delay_seconds[$DELAY_GROWING_WINDOW], $DELAY_GROWING_AHEAD_SECONDS)
              > on (project, job_id) group_left ()
              (
                drs:job_delay_threshold_seconds
                or on (project, job_id)
                max by (project, job_id) (drs:job_settled_delay_seconds) * 0 + $DELAY_CRITICAL_SECONDS
              )
            )
            and
            (drs:job_settled_delay_seconds > $DELAY_GROWING_FLOOR_SECONDS)
            and
            (drs:job_settled_delay_seconds > drs:job_settled_delay_seconds offset $DELAY_GROWING_WINDOW)
        """,
        for_=Window("15m"),
        summary="The delay of a DRS job grows steadily.",
        description=f"{JOB} falls behind steadily: at this pace it is {{{{ $value | humanizeDuration }}}} behind in "
        f"{thresholds.DELAY_GROWING_AHEAD_SECONDS // 3600}h, over its limit.",
        dashboard=Dashboard.JOB,
        reason="Half an hour of growth that leads over the limit within four hours is a trend, not a breath; a minute "
        "of delay is the least that counts.",
    ),
    Alert(
        name="DRSJobApplyStalled",
        severity=Severity.WARNING,
        expr="""
            (drs:job_settled_delay_seconds > drs:job_settled_delay_seconds offset $APPLY_IDLE_WINDOW)
            and on (project, job_id)
            (
              max by (project, job_id) (max_over_time(drs_job_apply_rows_per_second[$APPLY_IDLE_WINDOW])) == 0
            )
        """,
        for_=Window("5m"),
        summary="A DRS job applies nothing while its delay grows.",
        description=f"{JOB} has applied no row for {thresholds.APPLY_IDLE_WINDOW} and is now "
        "{{ $value | humanizeDuration }} behind its source.",
        dashboard=Dashboard.JOB,
        reason="A source without changes gives no rows and no delay; no rows and a growing delay mean that the target "
        "is not taking them, whatever the status says.",
    ),
    Alert(
        name="DRSJobRpoHigh",
        severity=Severity.CRITICAL,
        expr=_recovery("rpo"),
        for_=_SIX_MINUTES,
        summary="The recovery point of a disaster recovery job is too old.",
        description=f"A disaster now would lose {{{{ $value | humanizeDuration }}}} of changes of {JOB}.",
        dashboard=Dashboard.JOB,
        reason="The owner's threshold where there is one, else five minutes: the loss this job exists to prevent.",
    ),
    Alert(
        name="DRSJobRtoHigh",
        severity=Severity.WARNING,
        expr=_recovery("rto"),
        for_=_SIX_MINUTES,
        summary="Recovery from a disaster recovery job would take too long.",
        description=f"A switch-over now would wait {{{{ $value | humanizeDuration }}}} until the target of {JOB} has "
        "caught up.",
        dashboard=Dashboard.JOB,
        reason="The owner's threshold where there is one, else five minutes. Nothing is lost, a switch-over waits.",
    ),
)
