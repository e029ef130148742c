"""A job that should move and stands still."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.alerts.words import JOB
from deploy.rules.promql import STATUS, latest, named
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window


def _in(phase: str) -> str:
    """Jobs in a phase, in whichever of its statuses: a change within the phase does not start the wait anew."""
    return f'max by (project, job_id, job_name) ({STATUS}{{phase="{phase}"}} ^ 0)'


TRANSFER: Final = (
    Alert(
        name="DRSJobFullTransferStalled",
        severity=Severity.WARNING,
        expr=named(
            """
              max by (project, job_id) (max_over_time(drs_job_progress_ratio[$FULL_STALLED_WINDOW]))
              == on (project, job_id)
              min by (project, job_id) (min_over_time(drs_job_progress_ratio[$FULL_STALLED_WINDOW]))
              and on (project, job_id)
              max by (project, job_id) (
                last_over_time(drs_job_progress_ratio[$STATUS_HOLD] offset $FULL_STALLED_WINDOW)
              )
              unless on (project, job_id)
              max by (project, job_id) (max_over_time(drs_job_apply_rows_per_second[$DELAY_GROWING_WINDOW])) > 0
              unless on (project, job_id)
              max by (project, job_id) (changes(drs_job_part_progress_ratio[$FULL_STALLED_WINDOW])) > 0
            """,
            "full",
        ),
        for_=Window("5m"),
        summary="The full transfer of a DRS job stands still.",
        description=f"The full transfer of {JOB} has shown {{{{ $value | humanizePercentage }}}} for "
        f"{thresholds.FULL_STALLED_WINDOW}, no part of it moves and no rows are written.",
        dashboard=Dashboard.JOB,
        reason="Even one per cent of a very large table shows within two hours as rows written or a part that moves.",
    ),
    Alert(
        name="DRSJobRemainingTimeRising",
        severity=Severity.WARNING,
        expr=named(
            f"{latest('drs_job_remaining_seconds')} > on (project, job_id) max by (project, job_id) ("
            "last_over_time(drs_job_remaining_seconds[$STATUS_HOLD] offset $REMAINING_RISING_WINDOW)"
            ") + $REMAINING_RISING_SECONDS",
            "full",
        ),
        for_=Window("30m"),
        summary="The remaining time of a full transfer rises instead of falling.",
        description=f"The full transfer of {JOB} now says that {{{{ $value | humanizeDuration }}}} remain, more than "
        f"{thresholds.REMAINING_RISING_WINDOW} ago.",
        dashboard=Dashboard.JOB,
        reason="An estimate may jump once; ten minutes more within an hour, for half an hour, means that the source "
        "grows faster or the transfer runs slower than planned.",
    ),
    Alert(
        name="DRSJobStuckStarting",
        severity=Severity.WARNING,
        expr=_in("starting"),
        for_=Window("1h"),
        summary="A DRS job does not come up.",
        description=f"{JOB} has been starting for more than an hour.",
        dashboard=Dashboard.JOB,
        reason="A start takes minutes, with a new node up to a quarter of an hour.",
    ),
    Alert(
        name="DRSJobStuckChanging",
        severity=Severity.WARNING,
        expr=_in("changing"),
        for_=Window("6h"),
        summary="A change of a DRS job does not end.",
        description=f"{JOB} has been changing for more than six hours.",
        dashboard=Dashboard.JOB,
        reason="Upgrades and rebuilds take minutes, but objects that are added to a running job are first transferred "
        "in full, which may take hours.",
    ),
    Alert(
        name="DRSJobStuckStopping",
        severity=Severity.WARNING,
        expr=_in("stopping"),
        for_=Window("1h"),
        summary="A DRS job does not end.",
        description=f"{JOB} has been releasing its resources for more than an hour.",
        dashboard=Dashboard.JOB,
        reason="Releasing resources takes minutes.",
    ),
    Alert(
        name="DRSJobNotStarted",
        severity=Severity.WARNING,
        expr=named(
            f"time() - {latest('drs_job_scheduled_start_timestamp_seconds')} > $START_OVERDUE_SECONDS", "pending"
        ),
        for_=Window("10m"),
        summary="A DRS job has missed its scheduled start.",
        description=f"{JOB} should have started {{{{ $value | humanizeDuration }}}} ago and is still pending.",
        dashboard=Dashboard.JOB,
        reason="The service starts jobs within minutes of their time.",
    ),
    Alert(
        name="DRSJobPausedTooLong",
        severity=Severity.WARNING,
        expr=_in("paused"),
        for_=Window("1d"),
        summary="A DRS job has been paused for over a day.",
        description=f"{JOB} has been paused for more than a day: logs it still needs may be deleted at the source.",
        dashboard=Dashboard.JOB,
        reason="A pause is for hours of maintenance. Many sources keep their logs for a day or two, and a job cannot "
        "go on from a position that is gone.",
    ),
)
