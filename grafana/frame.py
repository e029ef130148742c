"""What all dashboards share: variables, links to each other, annotations of alerts, time range, tags."""

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules.groups import ALERTS
from deploy.rules.rule import Dashboard, Record
from grafana.layout import Heading, Line, place
from grafana.needs import UNRECORDED
from grafana.panels import DATASOURCE
from grafana.queries import SCOPE

TAG: Final = "drs"
SCHEMA: Final = 39
"""Of the dashboards that Grafana 10.3 stores; newer ones migrate it, and it holds nothing that 10.0 does not know."""

FLEET: Final = "drs-fleet"
JOB: Final = "drs-job"
BATCHES: Final = "drs-batches"
EXPORTER: Final = "drs-exporter"

_ALL: Final = dashboard.VariableOption(selected=True, text=["All"], value=["$__all"])
_KEPT: Final = (
    "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${project:queryparam}&${__url_time_range}"
)


def _job_link(job_id: str) -> str:
    """The address of one job's dashboard; the projects chosen go along as they are, so that the way back shows them."""
    return f"/d/{JOB}/{JOB}?var-job_id={job_id}&{_KEPT}"


TO_JOB: Final = ("Open this job", _job_link("${__data.fields.job_id}"))
"""Link of a table row that has the column `job_id`."""
TO_JOB_OF_SERIES: Final = ("Open this job", _job_link("${__field.labels.job_id}"))
"""Link of a bar or line whose series has the label `job_id`."""


NEEDS_PANEL: Final = 9
"""Number of the table of jobs in trouble on the fleet dashboard; a test holds it."""
TO_NEEDS: Final = (
    "Which jobs are they?",
    f"/d/{FLEET}/{FLEET}?viewPanel={NEEDS_PANEL}&${{__all_variables}}&${{__url_time_range}}",
)
"""Link of a figure on the fleet dashboard."""


class AlertAnnotation(dashboard.AnnotationQuery):
    """Marks on every graph while an alert fires. Prometheus reads more keys than the SDK's annotation has."""

    def to_json(self) -> dict[str, object]:
        """The SDK's keys and Prometheus' own."""
        return {
            **super().to_json(),
            "step": "60s",
            "tagKeys": "severity,project,job_name",
            "titleFormat": "{{alertname}}",
            "textFormat": "{{project}} {{job_name}}",
            "useValueForTime": False,
        }


def firing(colour: str, name: str, *matchers: str, shown: bool = True) -> AlertAnnotation:
    """A line where an alert that matches begins; not its whole length, which would cover the graphs."""
    selector = ", ".join(('alertname=~"DRS.*"', 'alertstate="firing"', *matchers))
    begun = f"ALERTS{{{selector}}} unless ALERTS{{{selector}}} offset 1m"
    return AlertAnnotation(
        name=name,
        datasource=DATASOURCE,
        enable=shown,
        icon_color=colour,
        expr=f"max by (alertname, severity, project, job_name) ({begun})",
    )


class Variable(dashboard.VariableModel):
    """A template variable, without the id that the SDK gives to each alike."""

    def to_json(self) -> dict[str, object]:
        """The SDK's keys less the id."""
        return {key: value for key, value in super().to_json().items() if key != "id"}


def leading_to(*dashboards: Dashboard) -> str:
    """A matcher of the alerts that send people to one of these dashboards."""
    names = "|".join(sorted(alert.name for alert in ALERTS if alert.dashboard in dashboards))
    return f'alertname=~"{names}"'


def datasource() -> Variable:
    """Which Prometheus to ask."""
    return Variable(
        type_val=dashboard.VariableType.DATASOURCE,
        name="datasource",
        label="Data source",
        query="prometheus",
        description="The Prometheus (or compatible) data source with the exporter's series.",
        refresh=dashboard.VariableRefresh.ON_DASHBOARD_LOAD,
        hide=dashboard.VariableHide.HIDE_LABEL,
    )


def choice(
    name: str,
    label: str,
    metric: str,
    of: str,
    *,
    description: str,
    scope: Sequence[str] = (),
    all_value: str = ".+",
) -> Variable:
    """A choice of any number of the values a label has; all of them at first."""
    selector = f"{metric}{{{', '.join(scope)}}}" if scope else metric
    return Variable(
        type_val=dashboard.VariableType.QUERY,
        name=name,
        label=label,
        description=description,
        datasource=DATASOURCE,
        query={"query": f"label_values({selector}, {of})", "refId": f"variable-{name}"},
        current=_ALL,
        multi=True,
        include_all=True,
        all_value=all_value,
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        sort=dashboard.VariableSort.ALPHABETICAL_ASC,
    )


def one_of(name: str, label: str, query: str, *, description: str, regex: str | None = None) -> Variable:
    """A choice of exactly one value."""
    return Variable(
        type_val=dashboard.VariableType.QUERY,
        name=name,
        label=label,
        description=description,
        datasource=DATASOURCE,
        query={"query": query, "refId": f"variable-{name}"},
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        sort=dashboard.VariableSort.ALPHABETICAL_CASE_INSENSITIVE_ASC,
        regex=regex,
    )


def typed(name: str, label: str, *, description: str) -> Variable:
    """A box to type in, empty at first."""
    nothing = dashboard.VariableOption(selected=True, text="", value="")
    return Variable(
        type_val=dashboard.VariableType.TEXTBOX,
        name=name,
        label=label,
        description=description,
        query="",
        current=nothing,
        options=[nothing],
    )


def unrecorded(record: Record) -> Variable:
    """1 where no rule records that series, else nothing: a part of matchers that nobody sees."""
    return Variable(
        type_val=dashboard.VariableType.QUERY,
        name=UNRECORDED,
        datasource=DATASOURCE,
        query={"query": f"query_result(absent({record.name}))", "refId": f"variable-{UNRECORDED}"},
        refresh=dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED,
        regex="/^{} (?<value>1) /",
        hide=dashboard.VariableHide.HIDE_VARIABLE,
        skip_url_sync=True,
    )


def scrape_variables(metric: str) -> list[Variable]:
    """Data source, scrape job and scrape instance: what every query is narrowed to."""
    return [
        datasource(),
        choice("job", "Job", metric, "job", description="The scrape job in Prometheus, not a replication job."),
        choice(
            "instance",
            "Instance",
            metric,
            "instance",
            scope=['job=~"$job"'],
            description="The exporter process: one per shard.",
        ),
    ]


def project_variable(metric: str) -> Variable:
    """Configured projects."""
    return choice(
        "project",
        "Project",
        metric,
        "project",
        scope=[SCOPE],
        description="The projects by the names they have in the exporter's configuration.",
    )


def build(
    uid: str,
    title: str,
    description: str,
    *,
    variables: Sequence[Variable],
    parts: Sequence[Heading | Line],
    annotations: Sequence[AlertAnnotation],
    period: str,
) -> dashboard.Dashboard:
    """A whole dashboard: read-only, refreshed each minute, linked to the others by their tag."""
    return dashboard.Dashboard(
        uid=uid,
        title=title,
        description=description,
        schema_version=SCHEMA,
        tags=[TAG, "drs-exporter"],
        editable=False,
        graph_tooltip=dashboard.DashboardCursorSync.CROSSHAIR,
        timezone="browser",
        time=dashboard.DashboardDashboardTime(from_val=f"now-{period}", to="now"),
        refresh="1m",
        version=1,
        panels=place(parts),
        templating=dashboard.DashboardDashboardTemplating(list_val=list(variables)),
        annotations=dashboard.AnnotationContainer(list_val=list(annotations)),
        links=[
            dashboard.DashboardLink(
                title="DRS dashboards",
                type_val=dashboard.DashboardLinkType.DASHBOARDS,
                as_dropdown=True,
                icon="external link",
                tooltip="The other DRS dashboards, with variables and time range kept",
                tags=[TAG],
                include_vars=True,
                keep_time=True,
            )
        ],
    )
