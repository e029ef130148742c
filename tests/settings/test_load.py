"""What the settings are, by where they were given."""

import logging
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import trustme

from drs_exporter.cli.preparation import KNOWN, load
from drs_exporter.errors import SettingsError
from drs_exporter.settings import Settings, restart_needed
from drs_exporter.status import Phase

PRODUCT_EXAMPLE = """
poll_interval: 60s
web_listen_address: [":9877"]
projects:
  - name: prod
    cloud: tcloud
    region: eu-de
    project_id: 054ba152d480d55b2f5dc0069e7ddef0
    username: drs-exporter
    domain_name: OTC-EU-DE-0000000000
    password_file: drs_password
  - name: beijing
    cloud: huaweicloud
    region: cn-north-4
    project_id: 9dc8c0f3f74c4dbb23c29cf0318ee561
    access_key_file: ak
    secret_key_file: sk
    collectors: [jobs, status, progress]
    poll_interval: 2m
"""


def test_one_project_needs_only_variables(environ: dict[str, str]) -> None:
    (project,) = load(environ=environ).projects
    assert project.name == project.project_id == "054ba152d480d55b2f5dc0069e7ddef0"
    assert project.endpoint == "https://drs.eu-de.otc.t-systems.com"
    assert project.iam_endpoint == "https://iam.eu-de.otc.t-systems.com"
    assert project.auth == "password"
    assert project.password is not None
    assert project.password.read() == "correct-horse"
    assert project.scenarios == ("migration", "sync", "cloudDataGuard")
    assert project.collectors == KNOWN.default
    assert (project.poll_interval, project.poll_timeout, project.request_timeout) == (60, 60, 15)
    assert (project.max_requests_per_second, project.max_concurrency, project.hold_time) == (10, 4, None)


def test_several_projects_stand_in_a_file(from_file: Callable[..., Settings], tmp_path: Path) -> None:
    for name in ("drs_password", "ak", "sk"):
        (tmp_path / name).write_text(f"{name}-secret\n")
    settings = from_file(PRODUCT_EXAMPLE)
    prod, beijing = settings.projects
    assert settings.web_listen_address == (":9877",)
    assert (prod.name, prod.auth, prod.poll_interval) == ("prod", "password", 60)
    assert prod.password is not None
    assert prod.password.read() == "drs_password-secret"
    assert (beijing.name, beijing.auth, beijing.poll_interval) == ("beijing", "aksk", 120)
    assert beijing.poll_timeout == 120
    assert beijing.cloud_eye_endpoint == "https://ces.cn-north-4.myhuaweicloud.com"
    assert beijing.collectors == ("jobs", "status", "progress")
    assert beijing.endpoint == "https://drs.cn-north-4.myhuaweicloud.com"


def test_a_given_endpoint_stays_and_the_other_is_derived(environ: dict[str, str]) -> None:
    environ["DRS_EXPORTER_ENDPOINT"] = "http://127.0.0.1:8080/"
    (project,) = load(environ=environ).projects
    assert (project.endpoint, project.iam_endpoint) == (
        "http://127.0.0.1:8080",
        "https://iam.eu-de.otc.t-systems.com",
    )


def test_the_stronger_source_wins(from_file: Callable[..., Settings], environ: dict[str, str]) -> None:
    text = "poll_interval: 10m\nrequest_timeout: 10s\nmax_concurrency: 9"
    environ |= {"DRS_EXPORTER_POLL_INTERVAL": "20m", "DRS_EXPORTER_REQUEST_TIMEOUT": "20s"}
    (project,) = from_file(text, options={"poll_interval": "30m"}, **environ).projects
    assert (project.poll_interval, project.request_timeout, project.max_concurrency) == (1800, 20, 9)


def test_an_entry_wins_over_every_global_source(from_file: Callable[..., Settings]) -> None:
    text = "projects: [{name: a, project_id: p, region: r, token: entry-token, poll_interval: 5m, cloud: tcloud}]"
    (project,) = from_file(
        text,
        options={"poll_interval": "30m", "request_timeout": "3s"},
        DRS_EXPORTER_TOKEN="global-token",
        DRS_EXPORTER_CLOUD="huaweicloud",
    ).projects
    assert project.token is not None
    assert project.token.read() == "entry-token"
    assert (project.poll_interval, project.request_timeout, project.cloud) == (300, 3, "tcloud")


def test_an_entry_can_put_a_global_back_to_its_default(from_file: Callable[..., Settings]) -> None:
    text = (
        "enterprise_project_id: e\nproxy_url: http://proxy.example:1\ntoken: global-token\n"
        "projects: [{name: a, project_id: p, region: r, enterprise_project_id: null, proxy_url: null}]"
    )
    (project,) = from_file(text).projects
    assert (project.enterprise_project_id, project.proxy_url) == (None, None)


def test_every_kind_of_value_is_read(environ: dict[str, str]) -> None:
    environ |= {
        "DRS_EXPORTER_COLLECTORS": "progress, status",
        "DRS_EXPORTER_COLLECTOR_INTERVALS": "quotas=10m, async_jobs=120",
        "DRS_EXPORTER_SCENARIOS": "sync",
        "DRS_EXPORTER_EXCLUDE_PHASES": "stopped,stopping",
        "DRS_EXPORTER_TIME_ZONE": "Asia/Shanghai",
        "DRS_EXPORTER_TLS_VERIFY": "yes",
        "DRS_EXPORTER_HOLD_TIME": "0",
        "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "0.5",
        "DRS_EXPORTER_WEB_LISTEN_ADDRESS": ":9877,[::1]:9877,unix:/run/drs.sock",
        "DRS_EXPORTER_WEB_ENABLE_LIFECYCLE": "true",
        "DRS_EXPORTER_LOG_LEVEL": "DEBUG",
        "DRS_EXPORTER_PROJECT_LABELS": "team=data, tier=1",
        "DRS_EXPORTER_JOB_TAGS": "cost-center,owner",
        "DRS_EXPORTER_CLOUD_EYE_MAX_REQUESTS_PER_SECOND": "2.5",
        "DRS_EXPORTER_WEB_MAX_CONNECTIONS": "100",
        "DRS_EXPORTER_WEB_EXTERNAL_URL": "https://drs.example/exporter/",
    }
    settings = load({"web_max_requests": 3}, environ=environ)
    (project,) = settings.projects
    assert project.collectors == ("jobs", "status", "progress")
    assert project.collector_intervals == {"quotas": 600, "async_jobs": 120}
    assert project.scenarios == ("sync",)
    assert project.exclude_phases == {Phase.STOPPED, Phase.STOPPING}
    assert project.time_zone == ZoneInfo("Asia/Shanghai")
    assert (project.hold_time, project.max_requests_per_second, project.tls_verify) == (0, 0.5, True)
    assert project.project_labels == {"team": "data", "tier": "1"}
    assert project.job_tags == ("cost-center", "owner")
    assert project.cloud_eye_max_requests_per_second == 2.5
    assert (settings.web_max_connections, settings.web_external_url) == (100, "https://drs.example/exporter")
    assert settings.web_listen_address == (":9877", "[::1]:9877", "unix:/run/drs.sock")
    assert (settings.web_enable_lifecycle, settings.web_max_requests, settings.log_level) == (True, 3, "debug")


@pytest.mark.parametrize(
    ("expression", "matching", "other"),
    [
        ("prod", "prod", "prod-1"),
        ("prod|test", "test", "prod|test"),
        ("(?i)prod-.*", "PROD-1", "a PROD-1"),
        ("(?x) prod - \\d  # a number", "prod-1", "prod - 1"),
    ],
)
def test_regular_expressions_match_whole_names(
    expression: str, matching: str, other: str, environ: dict[str, str]
) -> None:
    environ["DRS_EXPORTER_INCLUDE_JOBS"] = expression
    pattern = load(environ=environ).projects[0].include_jobs
    assert pattern is not None
    for method in (re.Pattern.match, re.Pattern.search, re.Pattern.fullmatch):
        assert method(pattern, matching)
        assert not method(pattern, other)


def test_variables_have_no_case_and_empty_ones_are_none(environ: dict[str, str]) -> None:
    environ["drs_exporter_poll_interval"] = "5m"
    environ["DRS_EXPORTER_TOKEN"] = ""
    (project,) = load(environ=environ).projects
    assert (project.poll_interval, project.auth) == (300, "password")


def test_service_links_of_kubernetes_are_no_settings(environ: dict[str, str]) -> None:
    """A Service called drs-exporter puts these variables into each pod of its namespace."""
    environ |= {
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "DRS_EXPORTER_SERVICE_HOST": "10.0.0.2",
        "DRS_EXPORTER_SERVICE_PORT": "9877",
        "DRS_EXPORTER_SERVICE_PORT_METRICS": "9877",
        "DRS_EXPORTER_PORT": "tcp://10.0.0.2:9877",
        "DRS_EXPORTER_PORT_9877_TCP": "tcp://10.0.0.2:9877",
        "DRS_EXPORTER_PORT_9877_TCP_ADDR": "10.0.0.2",
        "DRS_EXPORTER_HEADLESS_SERVICE_HOST": "10.0.0.3",
    }
    assert load(environ=environ).projects


def test_projects_can_be_named_in_the_single_form(environ: dict[str, str]) -> None:
    environ["DRS_EXPORTER_PROJECT_NAME"] = "prod"
    assert load(environ=environ).projects[0].name == "prod"


@pytest.mark.parametrize(("hostname", "shard"), [("drs-exporter-2", 2), ("drs-exporter-0.headless.svc", 0)])
def test_auto_reads_the_shard_from_the_host_name(hostname: str, shard: int, environ: dict[str, str]) -> None:
    environ |= {"DRS_EXPORTER_SHARD": "auto", "DRS_EXPORTER_TOTAL_SHARDS": "3"}
    assert load(environ=environ, hostname=lambda: hostname).shard == shard


def test_frequent_polls_and_unverified_certificates_are_worth_a_warning(environ: dict[str, str]) -> None:
    environ |= {"DRS_EXPORTER_POLL_INTERVAL": "5s", "DRS_EXPORTER_TLS_VERIFY": "false"}
    assert load(environ=environ).warnings == (
        (
            "DRS_EXPORTER_POLL_INTERVAL: polling every 5s spends much of the request rate the cloud allows; "
            "15s or more is enough for alerts"
        ),
        "DRS_EXPORTER_TLS_VERIFY: certificates are not verified, so credentials could be read on the way",
    )


def test_a_warning_names_the_entry_it_is_about(from_file: Callable[..., Settings]) -> None:
    text = (
        "poll_interval: 1m\ntoken: global-token\nprojects:\n"
        "- {name: a, project_id: p, region: eu-de}\n- {name: b, project_id: q, region: eu-de, poll_interval: 1s}"
    )
    (warning,) = from_file(text).warnings
    assert warning.startswith("projects[1].poll_interval: polling every 1s")


def test_an_authority_must_hold_a_certificate(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    environ["DRS_EXPORTER_CA_FILE"] = str(file)
    file.write_text("no certificate")
    with pytest.raises(SettingsError, match=r"^DRS_EXPORTER_CA_FILE: .*ca\.pem holds no certificate in PEM form$"):
        load(environ=environ)
    trustme.CA().cert_pem.write_to_path(file)
    assert load(environ=environ).projects[0].ca_file == file


def test_paths_in_a_file_are_relative_to_it(from_file: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").write_text("from-the-directory")
    settings = from_file("project_id: p\nregion: r\nsecrets_dir: secrets\nweb_config_file: web.yml")
    assert settings.web_config_file == tmp_path / "web.yml"
    token = settings.projects[0].token
    assert token is not None
    assert token.read() == "from-the-directory"


def test_equal_configurations_are_equal(environ: dict[str, str]) -> None:
    first = load(environ=environ)
    assert first == load(environ=environ)
    assert first != load(environ=environ | {"DRS_EXPORTER_PASSWORD": "another-horse"})


def test_a_changed_project_needs_no_restart(environ: dict[str, str]) -> None:
    old = load(environ=environ)
    assert restart_needed(old, load({"poll_interval": "5m"}, environ=environ)) == []


def test_a_changed_listener_needs_a_restart(environ: dict[str, str]) -> None:
    old = load(environ=environ)
    new = load({"web_listen_address": ":1", "log_format": "json", "total_shards": "2"}, environ=environ)
    assert restart_needed(old, new) == ["web_listen_address", "total_shards", "log_format"]


def test_merged_entries_of_a_file_are_no_repetition(from_file: Callable[..., Settings]) -> None:
    text = (
        "projects:\n- &a {name: a, project_id: p, region: r, token: t0ken}\n"
        "- &b {<<: *a, name: b}\n- {<<: *b, name: c, poll_interval: 5m}"
    )
    assert [project.name for project in from_file(text).projects] == ["a", "b", "c"]


def test_the_debugging_output_of_the_settings_library_shows_no_secret(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It has such output from 2.15 on; where it writes any, this setting is part of it."""
    monkeypatch.setenv("PYDANTIC_SETTINGS_DEBUG", "1")
    with caplog.at_level(logging.DEBUG, "pydantic_settings"):
        load(environ=environ)
    assert ("eu-de" in caplog.text) == (tuple(map(int, version("pydantic-settings").split("."))) >= (2, 15))
    assert "correct-horse" not in caplog.text


def test_nothing_secret_is_in_the_representation(environ: dict[str, str]) -> None:
    assert "correct-horse" not in repr(load(environ=environ))


@pytest.mark.parametrize(("interval", "timeout"), [("5s", 30), ("2m", 120)])
def test_a_poll_is_given_up_after_its_interval_but_not_before_half_a_minute(
    interval: str, timeout: float, environ: dict[str, str]
) -> None:
    (project,) = load({"poll_interval": interval}, environ=environ).projects
    assert project.poll_timeout == timeout


def test_warn_is_a_log_level_too(environ: dict[str, str]) -> None:
    assert load({"log_level": "warn"}, environ=environ).log_level == "warning"


def test_every_collector_but_the_costly_one_is_on_by_default(environ: dict[str, str]) -> None:
    (project,) = load(environ=environ).projects
    assert set(KNOWN.known) - set(project.collectors) == {"job_detail"}
