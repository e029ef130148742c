"""What a rule is, and how its text becomes PromQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from textwrap import dedent
from typing import Final

from deploy.rules import thresholds
from deploy.rules.window import Window
from drs_exporter.origin import RUNBOOKS

GRAFANA: Final = "{{ with $externalLabels.grafana_url }}{{ . }}{{ else }}http://localhost:3000{{ end }}"
"""Where dashboards are: the external label `grafana_url` of the Prometheus that evaluates the rules."""

OWNER: Final = (
    '{{ with query (printf "max by (tag_owner) (last_over_time(drs_job_tags{project=%q,job_id=%q}[10m]))"'
    ' $labels.project $labels.job_id) }}{{ . | first | label "tag_owner" }}{{ end }}'
)
"""Label `tag_owner` of an alert about a job: its tag `owner`, where JOB_TAGS exports it; absent otherwise."""


class Severity(StrEnum):
    """Whom an alert is for: somebody now, somebody today, somebody some day."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Dashboard(StrEnum):
    """Where an alert sends people: path and variables of a dashboard, filled from the alert's labels."""

    JOB = "/d/drs-job/drs-job?var-project={{ $labels.project | urlquery }}&var-job_id={{ $labels.job_id | urlquery }}"
    FLEET = "/d/drs-fleet/drs-fleet?var-project={{ $labels.project | urlquery }}"
    BATCHES = (
        "/d/drs-batches/drs-batches?var-project={{ $labels.project | urlquery }}"
        "&var-async_job_id={{ $labels.async_job_id | urlquery }}"
    )
    PROJECT = "/d/drs-exporter/drs-exporter?var-project={{ $labels.project | urlquery }}"
    EXPORTER = "/d/drs-exporter/drs-exporter?var-instance={{ $labels.instance | urlquery }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A series that rules or dashboards use more than once."""

    name: str
    expr: str
    """PromQL in which `$NAME` stands for the threshold of that name, and for a window also `$NAME_SECONDS`."""
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something a person should know."""

    name: str
    severity: Severity
    expr: str
    """As in `Record`."""
    for_: Window
    summary: str
    """One sentence without values."""
    description: str
    """With values, in Prometheus's template language."""
    dashboard: Dashboard
    reason: str
    """Why this limit, this wait and this severity."""
    runbook_url: str = ""
    """Where it says what to do; the runbook of that name, if empty."""

    @property
    def annotations(self) -> dict[str, str]:
        """What a person reads."""
        return {
            "summary": self.summary,
            "description": self.description,
            "runbook_url": self.runbook_url or f"{RUNBOOKS}/{self.name}.md",
            "dashboard_url": f"{GRAFANA}{self.dashboard}",
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together, in this order."""

    name: str
    rules: tuple[Record | Alert, ...]


def limits(scale: float = 1) -> dict[str, str]:
    """What `$NAME` stands for, with all windows times a factor."""
    texts: dict[str, str] = {}
    for name, value in vars(thresholds).items():
        if isinstance(value, Window):
            window = value.scaled(scale)
            texts[name] = str(window)
            texts[f"{name}_SECONDS"] = f"{window.seconds:.15g}"
        elif name.isupper() and isinstance(value, int | float):
            texts[name] = f"{value:.15g}"
    return texts


def promql(expr: str, texts: Mapping[str, str]) -> str:
    """The expression with every threshold in its place; a name that is no threshold is a `KeyError`."""
    return Template(dedent(expr).strip()).substitute(texts)
