"""The rules as files: valid, tested, documented, and made from one source."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from deploy.rules.__main__ import generate
from deploy.rules.groups import ALERTS, GROUPS, RECORDS
from deploy.rules.promises import PROMISE_ALERTS, PROMISE_RECORDS, RUNBOOK
from deploy.rules.rule import Alert, Severity, limits, promql
from deploy.rules.window import AT_ONCE, Window
from drs_exporter.origin import REPOSITORY
from tests.rules.case import Case
from tests.rules.promtool import SUBJECTS, check
from tests.rules.promtool import generate as generate_cases
from tools.programs import path_of

ROOT = Path(__file__).resolve().parents[2]
RULES_AND_PAGES = generate()
RUNBOOKS = [f"docs/runbooks/{name}.md" for name in (*(alert.name for alert in ALERTS), RUNBOOK)]
CASES = generate_cases()
RULE_FILES = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
PROMISED = {record.name.split(":ratio_")[0] for record in PROMISE_RECORDS}
HEADINGS = ("## Meaning", "## Impact", "## Diagnosis", "## Mitigation", "## Silencing")
ABOUT_SCRAPES = {"DRSExporterDown", "DRSExporterAbsent", "DRSProjectPartlyUnreadable"}
COUNTED = {"DRSPollCrashed", "DRSSignInRefused", "DRSParseErrors"}
"""Alerts that read an increase over a stretch much longer than a gap."""

alerts = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)


def cases_of(alert: Alert) -> list[Case]:
    return [case for subject in SUBJECTS for case in subject.cases.get(alert.name, ())]


@pytest.mark.parametrize("path", sorted({**RULES_AND_PAGES, **CASES}))
def test_generated_files_are_those_in_the_repository(path: str) -> None:
    assert (ROOT / path).read_text() == {**RULES_AND_PAGES, **CASES}[path], "run `make generate`"


def test_no_other_rule_files_lie_about() -> None:
    assert {f"deploy/prometheus/rules/{file.name}" for file in RULE_FILES} <= set(RULES_AND_PAGES)
    assert {f"tests/rules/{file.name}" for file in Path(__file__).parent.glob("*.yml")} == set(CASES)


@pytest.mark.programs
def test_promtool_accepts_the_rules() -> None:
    run = subprocess.run([path_of("promtool"), "check", "rules", *RULE_FILES], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.programs
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_promtool_agrees_with_the_cases(subject: Any) -> None:
    run = check([Path(__file__).with_name(f"{subject.name}.yml")])
    assert run.returncode == 0, run.stdout + run.stderr


@alerts
def test_every_alert_has_a_case_that_fires_and_one_that_must_not(alert: Alert) -> None:
    assert any(case.fires for case in cases_of(alert))
    assert any(case.silent and not case.fires for case in cases_of(alert))


def test_cases_belong_to_rules_there_are() -> None:
    alerts = {alert.name for alert in (*ALERTS, *PROMISE_ALERTS)}
    assert {name for subject in SUBJECTS for name in subject.cases} <= alerts | {record.name for record in RECORDS}


@pytest.mark.parametrize(
    "alert", [alert for alert in ALERTS if alert.name not in ABOUT_SCRAPES | COUNTED], ids=lambda alert: alert.name
)
def test_every_wait_survives_a_gap(alert: Alert) -> None:
    """A case of each alert on jobs and projects has a hole in its samples and fires all the same."""
    assert any(case.fires and "stale" in " ".join(case.series.values()) for case in cases_of(alert))


@alerts
def test_every_alert_has_a_runbook_with_all_parts(alert: Alert) -> None:
    text = (ROOT / "docs" / "runbooks" / f"{alert.name}.md").read_text()
    assert text.startswith(f"# {alert.name}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert alert.summary in text
    wait = f"after `{alert.for_}`" if alert.for_ != AT_ONCE else "at once"
    assert f"Severity `{alert.severity}`, {wait}" in text


def test_no_runbook_is_without_its_alert() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")} - {"README"}
    assert pages == {*(alert.name for alert in ALERTS), RUNBOOK}


def _links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)#\s]+)", text)


@pytest.mark.parametrize(
    "page",
    ["docs/alerts.md", *RUNBOOKS],
    ids=lambda page: Path(page).stem,
)
def test_links_in_the_pages_resolve(page: str) -> None:
    file = ROOT / page
    for link in _links(file.read_text()):
        if "://" not in link:
            assert (file.parent / link).exists(), link


@alerts
def test_links_in_annotations_resolve(alert: Alert) -> None:
    annotations = alert.annotations
    prefix = f"{REPOSITORY}/blob/main/"
    assert annotations["runbook_url"].startswith(prefix)
    assert (ROOT / annotations["runbook_url"].removeprefix(prefix)).exists()
    path = re.search(r"/d/([a-z-]+)/", annotations["dashboard_url"])
    assert path is not None
    dashboard = json.loads((ROOT / "grafana" / "dashboards" / f"{path[1]}.json").read_text())
    assert dashboard["uid"] == path[1]
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    assert set(re.findall(r"[?&]var-(\w+)=", annotations["dashboard_url"])) <= variables


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: Path(page).stem)
def test_queries_in_runbooks_are_promql_over_series_there_are(page: str) -> None:
    queries = re.findall(r"```promql\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert queries
    for query in queries:
        promql_parser.parse(query)
        assert metrics_in(re.sub(r":ratio_\w+", "", query)) <= known_metrics() | PROMISED


@pytest.mark.parametrize("rule", [*ALERTS, *RECORDS], ids=lambda rule: rule.name)
def test_rules_read_only_series_there_are(rule: Any) -> None:
    assert metrics_in(promql(rule.expr, limits())) <= known_metrics()


@alerts
def test_conventions_of_mixins_hold(alert: Alert) -> None:
    assert re.fullmatch(r"DRS([A-Z][a-z]+)+", alert.name)
    assert alert.severity in Severity
    assert "{{" not in alert.summary
    assert alert.summary.endswith(".")
    assert "{{ $" in alert.description or alert.name == "DRSExporterAbsent"
    assert alert.reason


def test_a_case_of_every_alert_names_its_links() -> None:
    """The files promtool reads spell out all four annotations."""
    for path in generate_cases():
        for test in yaml.safe_load((ROOT / path).read_text())["tests"]:
            for expected in (alert for asked in test["alert_rule_test"] for alert in asked["exp_alerts"]):
                assert set(expected["exp_annotations"]) == {"summary", "description", "runbook_url", "dashboard_url"}


def test_groups_hold_every_name_once() -> None:
    names = [rule.name for group in GROUPS for rule in group.rules]
    assert len(names) == len(set(names))


def test_a_window_is_one_number_and_its_unit() -> None:
    assert Window("10m").seconds == 600
    assert str(Window("10m").scaled(0.01)) == "6000ms"
    assert str(Window("1d").scaled(1)) == "1d"
    with pytest.raises(ValueError, match="not one number and a unit of time: '1h30m'"):
        Window("1h30m")


def test_a_threshold_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError, match="NO_SUCH_LIMIT"):
        promql("up > $NO_SUCH_LIMIT", limits())


def metrics_in(query: str) -> set[str]:
    """Names of metrics and recorded series in a query."""
    return set(re.findall(r"\b(?:drs[:_]\w+|up)\b", re.sub(r"\{[^}]*\}|by \([^)]*\)|on \([^)]*\)", "", query)))


def known_metrics() -> set[str]:
    """Every name that a rule may read: what the page of metrics lists, what is recorded, and Prometheus' own."""
    listed = set(re.findall(r"^\| `(drs_\w+)`", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE))
    return listed | {record.name for record in RECORDS} | {"up"}
