"""The job dashboard, which says what is the matter with one job."""

from grafana_foundation_sdk.models import dashboard

from grafana.frame import JOB, build, firing, one_of, project_variable, scrape_variables
from grafana.job import (
    alerts,
    checks,
    condition,
    cutover,
    ends,
    machine,
    nodes,
    promises,
    replication,
    summary,
    transfer,
)
from grafana.layout import Heading, Line
from grafana.phases import CRITICAL, WARNING
from grafana.queries import JOB_LABELS, best


def job_dashboard() -> dashboard.Dashboard:
    """One job, from its status down to its nodes."""
    mine = 'job_id="$job_id"'
    named = best("drs_job_status", 'project=~"$project"', by=JOB_LABELS)
    return build(
        JOB,
        "DRS / Job",
        "One replication job: status, delay, progress, throughput, nodes, objects, comparisons, dates.",
        variables=[
            *scrape_variables("drs_up"),
            project_variable("drs_up"),
            one_of(
                "job_id",
                "Replication job",
                f'query_result(label_join({named}, "shown", " · ", "job_name", "project", "job_id"))',
                regex='/job_id="(?<value>[^"]+)".*shown="(?<text>[^"]+)"/',
                description="The job by its name, project and id, since names repeat; queries use the id.",
            ),
        ],
        annotations=[
            firing(CRITICAL, "Critical alerts", 'severity="critical"', mine),
            firing(WARNING, "Warnings", 'severity=~"warning|info"', mine),
        ],
        parts=[
            Line(3, summary.figures()),
            Line(6, [(16, summary.timeline()), (8, alerts.firing())]),
            Line(4, [(24, summary.identity())]),
            Heading("Incremental replication"),
            Line(9, [(14, replication.delay()), (10, replication.recovery())]),
            Heading("Ready to cut over", collapsed=True),
            Line(7, [(4, cutover.ready()), (4, cutover.compared()), (16, cutover.blockers())]),
            Heading("Promises over time", collapsed=True),
            Line(7, [*((5, panel) for panel in promises.kept()), (14, promises.burn())]),
            Heading("Full transfer", collapsed=True),
            Line(8, [(8, transfer.parts()), (8, transfer.progress()), (8, transfer.time_left())]),
            Heading("Throughput"),
            Line(
                8, [(8, replication.rows_applied()), (8, replication.bytes_applied()), (8, replication.apply_state())]
            ),
            Heading("Both ends", collapsed=True),
            Line(3, ends.figures()),
            Line(7, [(6, ends.components()), (6, ends.states()), (6, ends.moved()), (6, ends.rows())]),
            Heading("The machine", collapsed=True),
            Line(8, [(8, machine.load()), (8, machine.delays()), (8, machine.apply_state())]),
            Line(8, [(8, machine.rows()), (8, machine.bytes_moved()), (8, machine.changes())]),
            Line(8, [(8, machine.latency()), (8, machine.traffic()), (8, machine.age())]),
            Heading("Nodes", collapsed=True),
            Line(8, nodes.load()),
            Line(8, [(8, nodes.statements()), (8, nodes.latency()), (8, nodes.inventory())]),
            Heading("Objects and comparisons", collapsed=True),
            Line(8, [(9, transfer.objects()), (9, checks.comparison()), (6, checks.data_comparison())]),
            Heading("Facts and dates", collapsed=True),
            Line(3, summary.facts()),
            Line(3, condition.figures()),
            Line(7, [(15, condition.databases()), (9, condition.objects())]),
            Line(11, [(11, summary.times()), (6, checks.precheck()), (7, alerts.runbooks())]),
        ],
        period="12h",
    )
