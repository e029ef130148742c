"""The exporter dashboard, which says whether the others can be trusted."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules.rule import Dashboard
from grafana.exporter import calls, freshness, pace, process
from grafana.frame import EXPORTER, build, firing, leading_to, project_variable, scrape_variables
from grafana.layout import Heading, Line
from grafana.phases import WARNING


def exporter_dashboard() -> dashboard.Dashboard:
    """The exporter's own health."""
    return build(
        EXPORTER,
        "DRS / Exporter",
        "Whether the data is fresh, how the cloud answers, and what the exporter costs.",
        variables=[*scrape_variables("drs_up"), project_variable("drs_up")],
        annotations=[firing(WARNING, "Exporter alerts", leading_to(Dashboard.PROJECT, Dashboard.EXPORTER))],
        parts=[
            Line(3, freshness.figures()),
            Line(9, [(14, freshness.collectors()), (10, freshness.ages())]),
            Line(7, [(7, freshness.readable()), (10, freshness.projects()), (7, freshness.durations())]),
            Heading("Calls to the cloud"),
            Line(7, [(8, calls.by_operation()), (8, calls.by_code()), (8, calls.failures())]),
            Line(7, [(8, calls.latency()), (8, calls.slowest()), (8, calls.mean())]),
            Line(7, [(8, calls.retries()), (8, calls.throttling()), (8, calls.parse_errors())]),
            Heading("Pace", collapsed=True),
            Line(7, [(8, pace.utilization()), (8, pace.rounds()), (8, pace.limits())]),
            Line(7, [(8, pace.dropped()), (8, pace.crashes()), (8, pace.answers())]),
            Heading("Credentials and processes", collapsed=True),
            Line(7, [(6, calls.sign_ins()), (5, calls.credentials()), (13, process.build_info())]),
            Heading("Shard $instance", repeat="instance", collapsed=True),
            Line(7, [(6, process.cpu()), (6, process.memory()), (6, process.files()), (6, process.served())]),
        ],
        period="3h",
    )
