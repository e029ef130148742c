"""Money and quotas."""

from typing import Final

from deploy.rules.alerts.words import JOB
from deploy.rules.promql import in_phase, latest
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window


def _quota(series: str) -> str:
    return f"max by (project, resource) (last_over_time({series}[$STATUS_HOLD]))"


PROJECT: Final = (
    Alert(
        name="DRSQuotaNearlyUsed",
        severity=Severity.WARNING,
        expr=f"""
            {_quota("drs_quota_used")} / ({_quota("drs_quota_limit")} > 0) >= $QUOTA_RATIO
        """,
        for_=Window("15m"),
        summary="A DRS quota is nearly used up.",
        description="Project {{ $labels.project }} uses {{ $value | humanizePercentage }} of its quota of "
        "{{ $labels.resource }}.",
        dashboard=Dashboard.FLEET,
        reason="A higher quota takes a ticket and a day or two.",
    ),
    Alert(
        name="DRSJobStillBilled",
        severity=Severity.INFO,
        expr=f"""
            {latest("drs_job_billing_enabled", "job_name")} == 1
            and on (project, job_id) {in_phase("failed|stopped")}
        """,
        for_=Window("1d"),
        summary="A failed or stopped DRS job is still billed.",
        description=f"{JOB} does no work and is billed all the same.",
        dashboard=Dashboard.JOB,
        reason="A day is enough to mend a failed job that is still wanted; what is left costs money.",
    ),
)
