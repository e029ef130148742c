"""Who is told, what is held back, and how a message reads."""

import json
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.rules.groups import ALERTS
from deploy.rules.rule import Alert, Severity
from tools.programs import path_of

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "alertmanager"
CONFIG = FOLDER / "alertmanager.yml"
RECEIVERS = {Severity.CRITICAL: "page", Severity.WARNING: "chat", Severity.INFO: "mail"}
FAILED = [
    "DRSJobIncrementalTransferFailed",
    "DRSJobFullTransferFailed",
    "DRSJobStartFailed",
    "DRSJobCreateFailed",
    "DRSJobChangeFailed",
    "DRSJobReleaseFailed",
    "DRSJobNodeFailed",
    "DRSJobFailedOtherwise",
]
LAGGING = [
    "DRSJobDelayOverOwnThreshold",
    "DRSJobDelayHigh",
    "DRSJobDelayCritical",
    "DRSJobDelayGrowing",
    "DRSJobApplyStalled",
    "DRSJobSourceSlow",
    "DRSJobTargetSlow",
    "DRSJobApplyAbnormal",
    "DRSJobRpoHigh",
    "DRSJobRtoHigh",
    "DRSJobFullTransferStalled",
    "DRSJobRemainingTimeRising",
]


def amtool(*arguments: str | Path) -> str:
    run = subprocess.run([path_of("amtool"), *arguments], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@cache
def config() -> Any:
    return yaml.safe_load(CONFIG.read_text())


def matches(matchers: Iterable[str], labels: dict[str, str]) -> bool:
    """As Alertmanager matches, for the two operators used here."""
    for matcher in matchers:
        found = re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', matcher)
        assert found is not None, matcher
        name, operator, value = found.groups()
        actual = labels.get(name, "")
        if not {"=": actual == value, "!=": actual != value, "=~": re.fullmatch(value, actual)}[operator]:
            return False
    return True


def is_held_back(target: str, source: str) -> bool:
    """Whether an alert is held back by another one of the same job and project."""
    return any(
        matches(rule["source_matchers"], {"alertname": source})
        and matches(rule["target_matchers"], {"alertname": target})
        for rule in config()["inhibit_rules"]
    )


@pytest.mark.programs
def test_amtool_accepts_the_configuration() -> None:
    assert "SUCCESS" in amtool("check-config", CONFIG)


@pytest.mark.programs
@pytest.mark.parametrize("severity", list(Severity))
def test_a_severity_has_its_receiver(severity: Severity) -> None:
    alert = next(alert for alert in ALERTS if alert.severity is severity)
    amtool(
        "config",
        "routes",
        "test",
        f"--config.file={CONFIG}",
        f"--verify.receivers={RECEIVERS[severity]}",
        f"alertname={alert.name}",
        f"severity={severity}",
        "project=prod",
    )


def test_messages_are_grouped_by_project_and_alert() -> None:
    def groupings(route: dict[str, Any]) -> list[list[str]]:
        own = [route["group_by"]] if "group_by" in route else []
        return own + [grouping for child in route.get("routes", ()) for grouping in groupings(child)]

    assert groupings(config()["route"]) == [["project", "alertname"]]


def test_every_alert_named_in_the_configuration_exists() -> None:
    for rule in config()["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            for name in re.findall(r"DRS[\w.+]+", matcher):
                assert any(re.fullmatch(name, alert.name) for alert in ALERTS), name


def test_alerts_of_jobs_are_held_back_for_the_same_job_only() -> None:
    for rule in config()["inhibit_rules"]:
        of_projects = any("DRSProject" in matcher or "DRSSignIn" in matcher for matcher in rule["source_matchers"])
        assert rule["equal"] == (["project"] if of_projects else ["project", "job_id"])


@pytest.mark.parametrize("alert", [alert for alert in ALERTS if "job_id" in alert.expr], ids=lambda alert: alert.name)
def test_a_dead_project_holds_back_the_alerts_of_its_jobs(alert: Alert) -> None:
    assert is_held_back(alert.name, "DRSProjectUnreadable")


@pytest.mark.parametrize("failed", FAILED)
def test_a_failed_job_is_not_told_to_lag(failed: str) -> None:
    assert all(is_held_back(lagging, failed) for lagging in LAGGING)


UNREACHABLE = {"DRSJobSourceUnreachable", "DRSJobTargetUnreachable"}
CAUSED = {"DRSJobIncrementalTransferFailed", "DRSJobFullTransferFailed", "DRSJobStartFailed"}


@pytest.mark.parametrize("failed", FAILED)
def test_a_failure_is_held_back_by_its_cause_and_a_dead_project_alone(failed: str) -> None:
    sources = {alert.name for alert in ALERTS if is_held_back(failed, alert.name)}
    assert sources == {"DRSProjectUnreadable"} | (UNREACHABLE if failed in CAUSED else set())


@pytest.mark.parametrize("lagging", LAGGING)
def test_a_delay_is_held_back_by_an_end_that_cannot_be_reached(lagging: str) -> None:
    assert all(is_held_back(lagging, end) for end in UNREACHABLE)


@pytest.mark.programs
@pytest.mark.parametrize(("severity", "receiver"), [("critical", "orders"), ("warning", "orders"), ("info", "mail")])
def test_alerts_of_jobs_go_to_their_owner(severity: str, receiver: str) -> None:
    amtool(
        "config",
        "routes",
        "test",
        f"--config.file={CONFIG}",
        f"--verify.receivers={receiver}",
        "alertname=DRSJobSourceUnreachable",
        f"severity={severity}",
        "tag_owner=orders",
    )


@pytest.mark.parametrize("slow", ["DRSJobSourceSlow", "DRSJobTargetSlow"])
def test_which_end_is_slow_is_told_instead_of_a_delay_and_beside_a_page(slow: str) -> None:
    assert is_held_back("DRSJobDelayHigh", slow)
    assert is_held_back("DRSJobDelayGrowing", slow)
    assert not is_held_back("DRSJobDelayCritical", slow)
    assert not is_held_back(slow, "DRSJobDelayCritical")


def test_a_full_disk_is_told_once_and_also_of_a_failed_job() -> None:
    assert is_held_back("DRSInstanceDiskFilling", "DRSInstanceDiskAlmostFull")
    assert not is_held_back("DRSInstanceDiskAlmostFull", "DRSJobIncrementalTransferFailed")


def test_no_two_alerts_hold_each_other_back() -> None:
    names = [alert.name for alert in ALERTS]
    assert not [(one, two) for one in names for two in names if is_held_back(one, two) and is_held_back(two, one)]


def message(**changes: Any) -> dict[str, Any]:
    """What Alertmanager gives to a template: one alert that fires and one that is over."""
    firing = {
        "status": "firing",
        "labels": {"alertname": "DRSJobDelayHigh", "severity": "warning", "job_id": "j1"},
        "annotations": {
            "description": "orders (j1) in project prod is 5m 1s behind its source.",
            "dashboard_url": "http://grafana/d/drs-job/drs-job?var-project=prod&var-job_id=j1",
            "runbook_url": "http://runbooks/DRSJobDelayHigh.md",
        },
        "startsAt": "2026-03-01T10:15:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }
    over = firing | {
        "status": "resolved",
        "annotations": {"description": "a <b> & c (j2) in project prod is 7m behind its source."},
        "endsAt": "2026-03-01T10:25:00Z",
    }
    return {
        "receiver": "chat",
        "status": "firing",
        "externalURL": "http://alertmanager",
        "groupLabels": {"alertname": "DRSJobDelayHigh", "project": "prod"},
        "commonLabels": {"severity": "warning"},
        "commonAnnotations": {"summary": "A DRS job is minutes behind its source."},
        "alerts": [firing, over],
    } | changes


def rendered(template: str, data: dict[str, Any], folder: Path, kind: str = "text") -> str:
    file = folder / "message.json"
    file.write_text(json.dumps(data))
    return amtool(
        "template",
        "render",
        f"--template.glob={FOLDER}/templates/*.tmpl",
        f'--template.text={{{{ template "{template}" . }}}}',
        f"--template.data={file}",
        f"--template.type={kind}",
    )


@pytest.mark.programs
def test_the_subject_says_how_bad_where_and_what(tmp_path: Path) -> None:
    assert rendered("drs.subject", message(), tmp_path) == "[WARNING] prod: A DRS job is minutes behind its source."


@pytest.mark.programs
def test_the_subject_counts_what_fires_together(tmp_path: Path) -> None:
    firing, _ = message()["alerts"]
    subject = rendered("drs.subject", message(alerts=[firing, firing, firing]), tmp_path)
    assert subject == "[WARNING] prod: A DRS job is minutes behind its source. (3 times)"


@pytest.mark.programs
def test_the_subject_of_an_end_says_so(tmp_path: Path) -> None:
    _, over = message()["alerts"]
    subject = rendered("drs.subject", message(status="resolved", alerts=[over]), tmp_path)
    assert subject == "[OVER] prod: A DRS job is minutes behind its source."


@pytest.mark.programs
def test_the_subject_needs_no_project(tmp_path: Path) -> None:
    data = message(
        groupLabels={"alertname": "DRSExporterDown"},
        commonLabels={"severity": "critical"},
        commonAnnotations={"summary": "drs-exporter does not answer."},
    )
    assert rendered("drs.subject", data, tmp_path) == "[CRITICAL] drs-exporter does not answer."


@pytest.mark.programs
def test_chat_links_and_strikes_out_and_shows_names_as_they_are(tmp_path: Path) -> None:
    assert rendered("drs.chat", message(), tmp_path) == (
        "• orders (j1) in project prod is 5m 1s behind its source. _since 1 Mar 10:15 UTC_ "
        "<http://grafana/d/drs-job/drs-job?var-project=prod&var-job_id=j1|Dashboard> · "
        "<http://runbooks/DRSJobDelayHigh.md|Runbook>\n"
        "• ~a &lt;b&gt; &amp; c (j2) in project prod is 7m behind its source.~ "
        "_1 Mar 10:15 to 1 Mar 10:25 UTC_\n"
    )


@pytest.mark.programs
def test_plain_text_reads_well(tmp_path: Path) -> None:
    assert rendered("drs.text", message(), tmp_path) == (
        "orders (j1) in project prod is 5m 1s behind its source.\n"
        "  since 1 Mar 10:15 UTC\n"
        "  Dashboard: http://grafana/d/drs-job/drs-job?var-project=prod&var-job_id=j1\n"
        "  Runbook:   http://runbooks/DRSJobDelayHigh.md\n"
        "\n"
        "Over:\n"
        "a <b> & c (j2) in project prod is 7m behind its source.\n"
        "  1 Mar 10:15 to 1 Mar 10:25 UTC\n"
    )


@pytest.mark.programs
def test_mail_has_links_and_shows_names_as_they_are(tmp_path: Path) -> None:
    mail = rendered("drs.mail", message(), tmp_path, kind="html")
    assert "<h2 " in mail
    assert '<a href="http://runbooks/DRSJobDelayHigh.md">Runbook</a>' in mail
    assert "a &lt;b&gt; &amp; c (j2) in project prod is 7m behind its source.<br>" in mail
    assert "#ff9830" in mail


@pytest.mark.programs
@pytest.mark.parametrize(
    ("status", "severity", "color"),
    [("firing", "critical", "danger"), ("firing", "warning", "warning"), ("resolved", "critical", "good")],
)
def test_the_colour_follows_the_severity(status: str, severity: str, color: str, tmp_path: Path) -> None:
    assert rendered("drs.color", message(status=status, commonLabels={"severity": severity}), tmp_path) == color
