"""What Cloud Eye tells of the machines under the jobs: full disks, and which end is slow."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.alerts.words import JOB
from deploy.rules.promql import in_phase, latest, settled
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window

_WRITING: Final = "full|full_complete|incremental|changing|paused|failed"
"""Phases in which something can be put on the disk."""

_DISK: Final = "drs_instance_disk_utilization_ratio"
_PREDICTED: Final = (
    f"max by (project, job_id) (predict_linear({_DISK}[$INSTANCE_DISK_WINDOW], $INSTANCE_DISK_AHEAD_SECONDS))"
)
_EXTRACT: Final = latest("drs_instance_extract_delay_seconds")
_APPLY: Final = latest("drs_instance_apply_delay_seconds")


def _over_its_limit(delay: str) -> str:
    """A delay over the threshold that the owner set, else over the default."""
    default = f"{delay} * 0 + $DELAY_WARNING_SECONDS"
    return f"{delay} > on (project, job_id) (drs:job_delay_threshold_seconds or on (project, job_id) {default})"


INSTANCES: Final = (
    Alert(
        name="DRSInstanceDiskFilling",
        severity=Severity.WARNING,
        expr=f"""
            {latest(_DISK, "job_name")} > $INSTANCE_DISK_FLOOR_RATIO
            and on (project, job_id) {_PREDICTED} > 1
            and on (project, job_id) {in_phase(_WRITING)}
        """,
        for_=Window("10m"),
        summary="The disk of the machine under a DRS job is filling up.",
        description=f"The disk under {JOB} is {{{{ $value | humanizePercentage }}}} full, and at the pace of the last "
        f"{thresholds.INSTANCE_DISK_WINDOW} it is full within {thresholds.INSTANCE_DISK_AHEAD}.",
        dashboard=Dashboard.JOB,
        reason="Logs that were read and could not be applied pile up there; a job whose disk is full stops. An hour's "
        "growth that leads to a full disk within four hours leaves time to act; below half full it is no trend yet.",
    ),
    Alert(
        name="DRSInstanceDiskAlmostFull",
        severity=Severity.CRITICAL,
        expr=f"""
            {latest(_DISK, "job_name")} > $INSTANCE_DISK_RATIO
            and on (project, job_id) {in_phase(_WRITING)}
        """,
        for_=Window("5m"),
        summary="The disk of the machine under a DRS job is almost full.",
        description=f"The disk under {JOB} is {{{{ $value | humanizePercentage }}}} full.",
        dashboard=Dashboard.JOB,
        reason="What is left can be written full in minutes, and then the job stops whatever its status says now.",
    ),
    Alert(
        name="DRSJobSourceSlow",
        severity=Severity.WARNING,
        expr=settled(
            f"{_over_its_limit(_EXTRACT)} unless on (project, job_id) "
            f"({_APPLY} >= on (project, job_id) {_EXTRACT} * $SLOW_END_FACTOR)"
        ),
        for_=Window("6m"),
        summary="A DRS job is behind because its source is read too slowly.",
        description=f"Reading the source of {JOB} lags {{{{ $value | humanizeDuration }}}}; writing to the target is "
        "not what holds it up.",
        dashboard=Dashboard.JOB,
        reason="Over the owner's threshold, else over five minutes, as for the delay itself, which this explains.",
    ),
    Alert(
        name="DRSJobTargetSlow",
        severity=Severity.WARNING,
        expr=settled(
            f"{_over_its_limit(_APPLY)} unless on (project, job_id) "
            f"({_APPLY} < on (project, job_id) {_EXTRACT} * $SLOW_END_FACTOR)"
        ),
        for_=Window("6m"),
        summary="A DRS job is behind because its target takes writes too slowly.",
        description=f"Writing to the target of {JOB} lags {{{{ $value | humanizeDuration }}}}; reading the source is "
        "not what holds it up.",
        dashboard=Dashboard.JOB,
        reason="As for a slow source: twice what reading lags, since the delay of writing may include that of reading.",
    ),
    Alert(
        name="DRSJobApplyAbnormal",
        severity=Severity.WARNING,
        expr=f"""
            {latest('drs_instance_apply_state{state="abnormal"}', "job_name")}
            unless on (project, job_id)
            last_over_time(drs_instance_apply_state{{state!="abnormal"}}[$APPLY_STATE_WINDOW])
            and on (project, job_id) {in_phase("full|incremental|changing")}
        """,
        for_=Window("10m"),
        summary="Writing to the target of a DRS job is abnormal, though the job is not said to have failed.",
        description=f"{JOB} runs by its status, and Cloud Eye says that writing to its target is abnormal.",
        dashboard=Dashboard.JOB,
        reason="The service tries for a while before it calls a job failed; ten minutes of it are no hiccup.",
    ),
    Alert(
        name="DRSInstanceMetricsMissing",
        severity=Severity.WARNING,
        expr=f"""
            max by (project, job_id, job_name) (
              last_over_time(drs_instance_metrics_timestamp_seconds[$INSTANCE_MEMORY])
            )
            unless on (project, job_id) {latest("drs_instance_metrics_timestamp_seconds")}
            and on (project, job_id) {in_phase("full|full_complete|incremental|changing")}
            and on (project)
            max by (project) (
              last_over_time(drs_exporter_collector_success{{collector="cloud_eye"}}[$STATUS_HOLD])
            ) == 1
        """,
        for_=Window("15m"),
        summary="The machine under a running DRS job has stopped to tell how it is.",
        description=f"Cloud Eye has had no datapoint of {JOB} since {{{{ $value | humanizeTimestamp }}}}, though "
        "the job runs.",
        dashboard=Dashboard.JOB,
        reason="A machine that is gone or hangs measures nothing, long before the status says so. Only of jobs that "
        "had datapoints within the last day, and only while Cloud Eye answers.",
    ),
)
