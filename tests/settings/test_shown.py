"""The configuration in force, as `/config` shows it."""

from pathlib import Path

import yaml

from drs_exporter.cli.preparation import load
from drs_exporter.settings.shown import shown

SECRET = "correct-horse-battery"

DOCUMENT = {
    "poll_interval": "90s",
    "web_listen_address": [":9877", "unix:/run/drs.sock"],
    "projects": [
        {
            "name": "prod",
            "project_id": "abc",
            "region": "eu-de",
            "cloud": "tcloud",
            "access_key": SECRET,
            "secret_key": SECRET,
            "security_token": SECRET,
            "proxy_url": f"http://user:{SECRET}@proxy.example:3128",
            "include_jobs": "(?i)orders-.*",
            "exclude_jobs": "(?x)a  # one",
            "exclude_phases": ["stopped", "failed"],
            "collector_intervals": {"quotas": "10m"},
            "project_labels": {"team": "data"},
            "time_zone": "Asia/Shanghai",
        }
    ],
}


def test_what_is_in_force_is_shown_as_it_would_be_written_and_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "exporter.yml"
    file.write_text(yaml.safe_dump(DOCUMENT))
    text = shown(load({"config_file": file}, environ={}))
    assert SECRET not in text
    document = yaml.safe_load(text)
    (project,) = document.pop("projects")
    assert document["web_listen_address"] == [":9877", "unix:/run/drs.sock"]
    assert (document["web_max_connections"], document["log_level"]) == (512, "info")
    expected = DOCUMENT["projects"][0] | {  # type: ignore[operator] # one of several kinds
        "access_key": "<secret>",
        "secret_key": "<secret>",
        "security_token": "<secret>",
        "proxy_url": "<secret>",
        "exclude_phases": ["failed", "stopped"],
        "poll_interval": "1m30s",
        "auth": "aksk",
        "max_requests_per_second": 10.0,
        "request_timeout": "15s",
        "tls_verify": True,
    }
    assert {name: project[name] for name in expected} == expected
    assert "password" not in project


def test_what_is_shown_can_be_loaded_again(tmp_path: Path) -> None:
    """Once the secrets are put in: nothing is written in a way that is not read."""
    first, second = tmp_path / "first.yml", tmp_path / "second.yml"
    first.write_text(yaml.safe_dump(DOCUMENT))
    settings = load({"config_file": first}, environ={})
    proxy = f"http://user:{SECRET}@proxy.example:3128"
    text = shown(settings).replace("proxy_url: <secret>", f"proxy_url: {proxy}").replace("<secret>", SECRET)
    second.write_text(text.replace(str(first), str(second)))
    again = load({"config_file": second}, environ={})
    assert again.projects == settings.projects
