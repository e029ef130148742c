"""Alerts of the job, and where their runbooks are."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules.groups import ALERTS
from deploy.rules.rule import Dashboard
from drs_exporter.origin import RUNBOOKS
from grafana.panels import DATASOURCE, note


def firing() -> dashboard.Panel:
    """The job's alerts by Grafana's own list, which asks for rules and not for series."""
    return dashboard.Panel(
        type_val="alertlist",
        title="Alerts of this job",
        description="Alerts on this job that fire or are about to, from the data sources whose rules Grafana shows.",
        datasource=DATASOURCE,
        options={
            "alertInstanceLabelFilter": '{alertname=~"DRS.*", job_id="$job_id"}',
            "alertName": "",
            "dashboardAlerts": False,
            "groupBy": [],
            "groupMode": "default",
            "maxItems": 20,
            "showInstances": False,
            "sortOrder": 3,
            "stateFilter": {"error": True, "firing": True, "noData": False, "normal": False, "pending": True},
            "viewMode": "list",
        },
    )


def runbooks() -> dashboard.Panel:
    """A link to the runbook of each alert that leads to this dashboard."""
    names = sorted(alert.name for alert in ALERTS if alert.dashboard is Dashboard.JOB)
    links = "\n".join(f"- [{name}]({RUNBOOKS}/{name}.md)" for name in names)
    return note("Runbooks", "What each alert on a job means, and what to do about it.", links)
