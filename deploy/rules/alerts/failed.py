"""A job failed: one alert per cause, and the service's own stop that threatens after it."""

from typing import Final

from deploy.rules.alerts.words import ERROR_CODE, JOB
from deploy.rules.promql import named
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window

_NAMED: Final = (
    "INCRE_TRANSFER_FAILED",
    "FULL_TRANSFER_FAILED",
    "START_JOB_FAILED",
    "CREATE_FAILED",
    "CHANGE_JOB_FAILED",
    "CHILD_TRANSFER_FAILED",
    "RELEASE_RESOURCE_FAILED",
    "REBUILD_NODE_FAILED",
    "NODE_UPGRADE_FAILED",
)
"""Failures that have an alert of their own."""

FAILED: Final = (
    Alert(
        name="DRSJobIncrementalTransferFailed",
        severity=Severity.CRITICAL,
        expr='drs:job_failed{status="INCRE_TRANSFER_FAILED"}',
        for_=Window("1m"),
        summary="Incremental replication of a DRS job has failed.",
        description=f"Incremental replication of {JOB} has failed: changes no longer reach the target.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="Replication that people rely on has stopped, and every minute adds to what is missing: it wakes "
        "someone. A minute lets a failure pass that the service mends between two polls.",
    ),
    Alert(
        name="DRSJobFullTransferFailed",
        severity=Severity.WARNING,
        expr='drs:job_failed{status="FULL_TRANSFER_FAILED"}',
        for_=Window("5m"),
        summary="The full transfer of a DRS job has failed.",
        description=f"The full transfer of {JOB} has failed.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="Nobody depends on the target before the first full transfer is done, and it can be resumed: "
        "somebody today, not somebody now.",
    ),
    Alert(
        name="DRSJobStartFailed",
        severity=Severity.WARNING,
        expr='drs:job_failed{status="START_JOB_FAILED"}',
        for_=Window("5m"),
        summary="A DRS job could not be started.",
        description=f"Starting {JOB} has failed.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="Nothing was replicated before, so nothing is lost by waiting for the morning.",
    ),
    Alert(
        name="DRSJobCreateFailed",
        severity=Severity.WARNING,
        expr='drs:job_failed{status="CREATE_FAILED"}',
        for_=Window("5m"),
        summary="A DRS job could not be created.",
        description=f"Creating {JOB} has failed.{ERROR_CODE} The service removes it after three days.",
        dashboard=Dashboard.JOB,
        reason="As for a failed start; the service cleans up by itself after three days.",
    ),
    Alert(
        name="DRSJobChangeFailed",
        severity=Severity.WARNING,
        expr='drs:job_failed{status=~"CHANGE_JOB_FAILED|CHILD_TRANSFER_FAILED"}',
        for_=Window("5m"),
        summary="A change of a DRS job has failed.",
        description=f"Changing {JOB} has failed with status {{{{ $labels.status }}}}.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="Somebody has just edited the job and the objects they added are not replicated yet. "
        "A subtask whose job has failed as well is left out, so one cause makes one alert.",
    ),
    Alert(
        name="DRSJobReleaseFailed",
        severity=Severity.WARNING,
        expr='drs:job_failed{status="RELEASE_RESOURCE_FAILED"}',
        for_=Window("5m"),
        summary="A DRS job could not release its resources.",
        description=f"Releasing the resources of {JOB} has failed: it may go on being billed.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="The job was meant to end: only money is at stake.",
    ),
    Alert(
        name="DRSJobNodeFailed",
        severity=Severity.CRITICAL,
        expr='drs:job_failed{status=~"REBUILD_NODE_FAILED|NODE_UPGRADE_FAILED"}',
        for_=Window("1m"),
        summary="Rebuilding or upgrading the node of a DRS job has failed.",
        description=f"The node of {JOB} is in status {{{{ $labels.status }}}}: without it nothing replicates."
        f"{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="Replication that was running has lost the machine it ran on.",
    ),
    Alert(
        name="DRSJobFailedOtherwise",
        severity=Severity.CRITICAL,
        expr=f'drs:job_failed{{status!~"{"|".join(_NAMED)}"}}',
        for_=Window("1m"),
        summary="A DRS job failed in a way these rules do not know.",
        description=f"{JOB} is in status {{{{ $labels.status }}}}, which these rules do not know.{ERROR_CODE}",
        dashboard=Dashboard.JOB,
        reason="A status the service invented later is taken for the worst until somebody has looked.",
    ),
    Alert(
        name="DRSJobStopApproaching",
        severity=Severity.WARNING,
        expr=named("drs:job_abnormal_limit_used_ratio > $STOP_APPROACHING_RATIO", "failed"),
        for_=Window("15m"),
        summary="The service will stop a failed DRS job in a few days.",
        description=f"{JOB} has used {{{{ $value | humanizePercentage }}}} of the time after which the service stops "
        "a failed job for good.",
        dashboard=Dashboard.JOB,
        reason="At the default limit of 14 days this leaves three and a half days: enough for a weekend.",
    ),
    Alert(
        name="DRSJobStopImminent",
        severity=Severity.CRITICAL,
        expr=named("drs:job_abnormal_limit_used_ratio > $STOP_IMMINENT_RATIO", "failed"),
        for_=Window("15m"),
        summary="The service will stop a failed DRS job very soon.",
        description=f"{JOB} has used {{{{ $value | humanizePercentage }}}} of the time after which the service stops "
        "a failed job for good: then only a new job with a new full transfer helps.",
        dashboard=Dashboard.JOB,
        reason="At the default limit of 14 days this leaves 33 hours, the last working day.",
    ),
)
