"""What the cause is: an end out of reach, rows that fail, a component that stopped, an order that ends."""

from typing import Final

from deploy.rules.alerts.words import JOB
from deploy.rules.promql import grown, in_phase, latest
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import Window

_ALIVE: Final = "starting|full|full_complete|incremental|paused|changing|failed"
_TWO_READINGS: Final = Window("6m")
"""Longer than the five minutes between two readings: one may be a hiccup."""


def _unreachable(end: str, what_stops: str) -> Alert:
    """One end of a job that the service cannot reach."""
    return Alert(
        name=f"DRSJob{end.capitalize()}Unreachable",
        severity=Severity.CRITICAL,
        expr=f"""
            {latest(f"drs_job_{end}_connected", "job_name")} == 0
            and on (project, job_id) {in_phase(_ALIVE)}
        """,
        for_=_TWO_READINGS,
        summary=f"The service cannot reach the {end} database of a DRS job.",
        description=f"The service cannot reach the {end} database of {JOB}: {what_stops}.",
        dashboard=Dashboard.JOB,
        reason="Nothing is replicated until somebody mends the network, the database or its account, and what the "
        "source keeps for the job is kept for a limited time. It holds back what follows from it: delays and failures.",
    )


_FROZEN: Final = 'drs_job_order_status{status=~"FROZEN_.+|LOCK_RESOURCE"}'

HEALTH: Final = (
    _unreachable("source", "no change arrives any more"),
    _unreachable("target", "nothing can be written any more"),
    Alert(
        name="DRSJobRowsNotApplied",
        severity=Severity.WARNING,
        expr=grown("drs_job_abnormal_rows", "$ABNORMAL_ROWS_WINDOW"),
        for_=_TWO_READINGS,
        summary="More and more rows of a DRS job cannot be applied to its target.",
        description=f"{{{{ $value }}}} rows of {JOB} could not be applied: source and target differ, and it grows.",
        dashboard=Dashboard.JOB,
        reason="Such rows are left out without a word: data is missing in the target although the job looks well. Rows "
        "that failed long ago stay counted, so only more of them are news, for an hour.",
    ),
    Alert(
        name="DRSJobComponentStopped",
        severity=Severity.WARNING,
        expr=f"""
            {latest('drs_job_component_status{status="STOPPED"}', "job_name", "component")}
            and on (project, job_id) {in_phase("incremental")}
        """,
        for_=Window("15m"),
        summary="What captures or applies the changes of a DRS job has stopped.",
        description=f"Component {{{{ $labels.component }}}} of {JOB} has stopped, though the job is incremental.",
        dashboard=Dashboard.JOB,
        reason="People stop a component on purpose for minutes; the job's status does not show it, and the delay only "
        "later.",
    ),
    Alert(
        name="DRSJobOrderExpiring",
        severity=Severity.WARNING,
        expr=f"""
            {latest("drs_job_order_expiry_timestamp_seconds", "job_name")} - time() < $ORDER_LEFT_SECONDS
            unless on (project, job_id) {latest(_FROZEN)}
        """,
        for_=Window("1h"),
        summary="What was paid for a DRS job ends within a week.",
        description=f"The order of {JOB} ends in {{{{ $value | humanizeDuration }}}}: it is frozen then.",
        dashboard=Dashboard.JOB,
        reason="A week is enough for an order to go through a company; once it is frozen the other alert says so.",
    ),
    Alert(
        name="DRSJobOrderFrozen",
        severity=Severity.CRITICAL,
        expr=latest(_FROZEN, "job_name", "status"),
        for_=Window("15m"),
        summary="The order of a DRS job has ended: the job is frozen.",
        description=f"The order of {JOB} is in status {{{{ $labels.status }}}}: the job stands still, and will be "
        "released.",
        dashboard=Dashboard.JOB,
        reason="A frozen job replicates nothing, and the service deletes it after its time of grace.",
    ),
    Alert(
        name="DRSJobRestartNeeded",
        severity=Severity.INFO,
        expr=f"{latest('drs_job_restart_needed', 'job_name')} == 1",
        for_=Window("1d"),
        summary="A DRS job has waited for a restart for a day.",
        description=f"{JOB} was changed, and the change counts only after a restart.",
        dashboard=Dashboard.JOB,
        reason="Whoever changed it may wait for a quiet hour; after a day it was forgotten.",
    ),
    Alert(
        name="DRSJobObjectsFailed",
        severity=Severity.WARNING,
        expr=f"""
            {latest('drs_job_objects{status="FAILED"}', "job_name", "object_type")} > 0
            unless on (project, job_id) {in_phase("stopping|stopped")}
        """,
        for_=Window("15m"),
        summary="Objects of a DRS job could not be transferred.",
        description=f"Objects of type {{{{ $labels.object_type }}}} of {JOB} could not be transferred.",
        dashboard=Dashboard.JOB,
        reason="The job may go on without them: a view or an index is missing in the target, and nobody is told.",
    ),
    Alert(
        name="DRSJobRpoFrozen",
        severity=Severity.WARNING,
        expr=f"""
            time() - {latest("drs_job_rpo_updated_timestamp_seconds", "job_name")} > $RPO_FROZEN_SECONDS
            and on (project, job_id) {in_phase("incremental")}
        """,
        for_=Window("5m"),
        summary="The recovery point of a DRS job is not measured any more.",
        description=f"The recovery point delay of {JOB} was last measured {{{{ $value | humanizeDuration }}}} ago: "
        "what it says is not so any more.",
        dashboard=Dashboard.JOB,
        reason="The service measures it every few seconds; a good value that stands still looks like health. Needs the "
        "setting TIME_ZONE, since that time carries no zone.",
    ),
)
