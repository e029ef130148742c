"""The fleet dashboard, which says which jobs need somebody now and how all the others do."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import fleet as rules
from grafana.fleet import cost, cutover, delays, figures, promises, transfers, trouble
from grafana.frame import FLEET, Variable, build, choice, firing, project_variable, scrape_variables, typed, unrecorded
from grafana.layout import Heading, Line
from grafana.phases import CRITICAL
from grafana.queries import SCOPE


def fleet_dashboard() -> dashboard.Dashboard:
    """All jobs of all projects, failed and lagging ones first."""
    return build(
        FLEET,
        "DRS / Fleet",
        "Which replication jobs need somebody now, and how the whole fleet does.",
        variables=_variables(),
        annotations=[
            firing(CRITICAL, "Alerts", 'severity=~"critical|warning"', 'project=~"$project|"', shown=False),
        ],
        parts=[
            Line(3, figures.figures()),
            Line(12, [(24, trouble.needs_me())]),
            Heading("Where the jobs are"),
            Line(9, [(12, trouble.by_phase()), (7, trouble.by_status()), (5, trouble.by_error())]),
            Heading("Delay of incremental replication"),
            Line(9, [(8, delays.worst_delays()), (8, delays.delay_course()), (8, delays.delay_spread())]),
            Heading("Copying whole databases", collapsed=True),
            Line(9, [(24, transfers.transfers())]),
            Heading("Ready to cut over", collapsed=True),
            Line(8, [(24, cutover.readiness())]),
            Heading("Promises over time", collapsed=True),
            Line(8, [(10, promises.kept()), (14, promises.burn())]),
            Heading("Throughput", collapsed=True),
            Line(8, [(10, transfers.throughput()), (7, transfers.bytes_by_engine()), (7, transfers.rows_by_engine())]),
            Heading("Disaster recovery", collapsed=True),
            Line(8, [(15, delays.recovery()), (9, delays.recovery_course())]),
            Heading("Cost and quotas", collapsed=True),
            Line(8, [(15, cost.billed()), (9, cost.quotas())]),
        ],
        period="6h",
    )


def _variables() -> list[Variable]:
    info = "drs_job_info"
    chosen = [SCOPE, 'project=~"$project"']
    return [
        *scrape_variables("drs_up"),
        project_variable("drs_up"),
        choice(
            "scenario",
            "Scenario",
            info,
            "db_use_type",
            scope=chosen,
            all_value=".*",
            description="Migration, synchronisation or disaster recovery.",
        ),
        choice(
            "engine",
            "Engine",
            info,
            "engine_type",
            scope=chosen,
            all_value=".*",
            description="The pair of databases, as the service names it.",
        ),
        unrecorded(rules.LAGGING),
        typed("name", "Name", description="Part of a job's name, letter by letter; case does not matter."),
    ]
