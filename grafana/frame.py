"""What all dashboards share: variables, links to each other, annotations of alerts, time range, tags."""

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules.groups import ALERTS
from deploy.rules.rule import Dashboard
from grafana.layout import Heading, Line, place
from grafana.panels import DATASOURCE
from grafana.queries import SCOPE

TAG: Final = "drs"

FLEET: Final = "drs-fleet"
JOB: Final = "drs-job"
BATCHES: Final = "drs-batches"
EXPORTER: Final = "drs-exporter"

_ALL: Final = dashboard.VariableOption(selected=True, text=["All"], value=["$__all"])
_KEPT: Final = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${__url_time_range}"


def job_link(project: str, job_id: str) -> str:
    """The address of one job's dashboard, with data source, scrape selection and time range kept."""
    return f"/d/{JOB}/{JOB}?var-project={project}&var-job_id={job_id}&{_KEPT}"


TO_JOB: Final = ("Open this job", job_link("${__data.fields.project}", "${__data.fields.job_id}"))
"""Link of a table row that has the columns `project` and `job_id`."""


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


def firing(colour: str, name: str, *matchers: str) -> AlertAnnotation:
    """An annotation of the alerts that match."""
    selector = ", ".join(('alertname=~"DRS.*"', 'alertstate="firing"', *matchers))
    return AlertAnnotation(
        name=name,
        datasource=DATASOURCE,
        enable=True,
        icon_color=colour,
        expr=f"max by (alertname, severity, project, job_name) (ALERTS{{{selector}}})",
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
                icon="external link",
                tooltip="The other DRS dashboards, with variables and time range kept",
                tags=[TAG],
                include_vars=True,
                keep_time=True,
            )
        ],
    )
