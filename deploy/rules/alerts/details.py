"""What only details tell: pre-check, comparison, network, nodes, batches."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.alerts.words import JOB
from deploy.rules.promql import TASKS_FAILED, in_phase, latest
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window

_RUNNING: Final = "full|full_complete|incremental|changing"
_MACHINE: Final = f"The machine{{{{ with $labels.node_id }}}} (node {{{{ . }}}}){{{{ end }}}} of {JOB}"


def _saturated(series: str, limit: str) -> str:
    """Average use of the machines of running jobs over a limit: of the instance, or of nodes where that is unknown."""
    instance = f"max by (project, job_id, job_name) (avg_over_time(drs_instance_{series}[$NODE_WINDOW]))"
    node = f"max by (project, job_id, job_name, node_id) (avg_over_time(drs_node_{series}[$NODE_WINDOW]))"
    return f"({instance} or on (project, job_id) {node}) > {limit} and on (project, job_id) {in_phase(_RUNNING)}"


_NOT_COMPARED: Final = latest(
    'drs_job_compare_result{result=~"FAILED_TO_COMPARE|TARGET_DB_NOT_EXIST|TIMEOUT_INTERRUPT"}', "job_name"
)


DETAILS: Final = (
    Alert(
        name="DRSJobPrecheckFailed",
        severity=Severity.WARNING,
        expr=f"""
            {latest("drs_job_precheck_passed", "job_name")} == 0
            and on (project, job_id) {in_phase("pending|starting")}
        """,
        for_=Window("15m"),
        summary="The pre-check of a DRS job has failed.",
        description=f"The pre-check of {JOB} has failed: it cannot start.",
        dashboard=Dashboard.JOB,
        reason="Only before the start, when it decides; a quarter of an hour for those who are mending it already.",
    ),
    Alert(
        name="DRSJobCompareInconsistent",
        severity=Severity.WARNING,
        expr=latest('drs_job_compare_result{result="INCONSISTENT"}', "job_name", "object_type"),
        for_=Window("15m"),
        summary="A comparison found differences between source and target of a DRS job.",
        description=f"Source and target of {JOB} differ in objects of type {{{{ $labels.object_type }}}}.",
        dashboard=Dashboard.JOB,
        reason="A difference does not grow by waiting, so it need not wake anyone, but it must be known before the "
        "switch to the target.",
    ),
    Alert(
        name="DRSJobCompareFailed",
        severity=Severity.WARNING,
        expr=f"""
            {_NOT_COMPARED}
            or
            max by (project, job_id, job_name) ({TASKS_FAILED})
        """,
        for_=Window("15m"),
        summary="A comparison of source and target of a DRS job could not be made.",
        description=f"A comparison of source and target of {JOB} could not be made: nobody knows whether they agree.",
        dashboard=Dashboard.JOB,
        reason="As for a difference. What the service says it cannot compare at all is no failure. A failed data "
        "comparison stays in the service's list, so it is news for a day.",
    ),
    Alert(
        name="DRSJobPublicIpNotBound",
        severity=Severity.WARNING,
        expr=f"""
            {latest("drs_job_public_ip_bound", "job_name")} == 0
            unless on (project, job_id) {in_phase("stopping|stopped|failed")}
        """,
        for_=Window("30m"),
        summary="The public IP address of a DRS job could not be bound.",
        description=f"{JOB} has no public IP address, though it was to have one.",
        dashboard=Dashboard.JOB,
        reason="Binding takes minutes; a job over the internet cannot reach its databases without it.",
    ),
    Alert(
        name="DRSNodeCpuSaturated",
        severity=Severity.WARNING,
        expr=_saturated("cpu_utilization_ratio", "$NODE_CPU_RATIO"),
        for_=Window("15m"),
        summary="The machine of a DRS job has been short of CPU for long.",
        description=f"{_MACHINE} used {{{{ $value | humanizePercentage }}}} of its CPU over {thresholds.NODE_WINDOW}.",
        dashboard=Dashboard.JOB,
        reason="Full CPU for minutes is good use; for three quarters of an hour it delays the job, or soon will.",
    ),
    Alert(
        name="DRSNodeMemorySaturated",
        severity=Severity.WARNING,
        expr=_saturated("memory_utilization_ratio", "$NODE_MEMORY_RATIO"),
        for_=Window("15m"),
        summary="The machine of a DRS job has been short of memory for long.",
        description=f"{_MACHINE} used {{{{ $value | humanizePercentage }}}} of its memory "
        f"over {thresholds.NODE_WINDOW}.",
        dashboard=Dashboard.JOB,
        reason="Replication fills memory by design; what stays over 95 % ends in restarts of the machine.",
    ),
    Alert(
        name="DRSAsyncJobRefused",
        severity=Severity.WARNING,
        expr="""
            max by (project, async_job_id, status) (
              last_over_time(drs_async_job_status{status=~".+_FAILED"}[$STATUS_HOLD])
            )
            unless on (project, async_job_id)
            (
              time() - max by (project, async_job_id) (
                last_over_time(drs_async_job_created_timestamp_seconds[$STATUS_HOLD])
              ) > $ASYNC_JOB_NEWS_SECONDS
            )
        """,
        for_=Window("15m"),
        summary="A batch of DRS jobs was refused.",
        description="Batch {{ $labels.async_job_id }} in project {{ $labels.project }} is in status "
        "{{ $labels.status }}: none of its jobs is created.",
        dashboard=Dashboard.BATCHES,
        reason="Batches stay listed, so one is news for a day after it was made.",
    ),
)
