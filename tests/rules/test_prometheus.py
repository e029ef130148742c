"""The examples of how to scrape are accepted by Prometheus itself and agree with the rules and the manifests."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.programs import path_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
EXAMPLES = sorted(path.relative_to(FOLDER) for path in [FOLDER / "prometheus.yml", *FOLDER.glob("examples/*.yml")])

examples = pytest.mark.parametrize("example", EXAMPLES, ids=str)


def scrape_configs(example: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load((FOLDER / example).read_text())["scrape_configs"])


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([path_of("promtool"), *arguments], check=False, capture_output=True, text=True)


@pytest.mark.programs
@examples
def test_promtool_accepts_the_example(example: Path, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    secrets = tmp_path / "examples" / "tls"
    secrets.mkdir()
    for name in ("ca.pem", "password", "prometheus.pem", "prometheus-key.pem"):
        (secrets / name).touch()
    if example.name == "kubernetes.yml":
        _without_kubernetes(tmp_path / example)
    check = promtool("check", "config", *(["--syntax-only"] if example.name == "tls.yml" else []), tmp_path / example)
    assert check.returncode == 0, check.stdout + check.stderr


def _without_kubernetes(file: Path) -> None:
    """Debian's Prometheus is built without discovery in Kubernetes: check the rest of the file."""
    config = yaml.safe_load(file.read_text())
    for scrape in config["scrape_configs"]:
        scrape["static_configs"] = [{"targets": ["pod:9877"]} for _ in scrape.pop("kubernetes_sd_configs")]
    file.write_text(yaml.safe_dump(config))


@examples
def test_every_scrape_ends_under_the_job_the_rules_look_for(example: Path) -> None:
    for scrape in scrape_configs(example):
        renamed = [
            rule["replacement"] for rule in scrape.get("relabel_configs", ()) if rule.get("target_label") == "job"
        ]
        assert [scrape["job_name"], *renamed][-1] == "drs-exporter"


@examples
def test_every_scrape_is_limited_and_as_often_as_the_rules_need(example: Path) -> None:
    for scrape in scrape_configs(example):
        assert scrape["scrape_interval"] == "30s"
        assert scrape.get("sample_limit", 0) >= 50_000 or scrape.get("params") == {"self": ["1"]}


def test_the_main_example_reads_every_rule_file_and_hides_its_label_from_alerts() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    assert config["rule_files"] == ["rules/*.yml"]
    assert config["alerting"]["alert_relabel_configs"] == [{"regex": "grafana_url", "action": "labeldrop"}]
    assert config["global"]["external_labels"] == {"grafana_url": "http://localhost:3000"}


def test_pods_are_looked_for_as_the_manifests_name_them() -> None:
    (scrape,) = scrape_configs(Path("examples/kubernetes.yml"))
    deployment = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "deployment.yaml").read_text())
    template = deployment["spec"]["template"]
    name, _, value = scrape["kubernetes_sd_configs"][0]["selectors"][0]["label"].partition("=")
    assert template["metadata"]["labels"][name] == value
    (port,) = template["spec"]["containers"][0]["ports"]
    assert scrape["relabel_configs"][0]["regex"] == port["name"]


def test_a_probe_asks_the_exporter_about_a_project() -> None:
    process, probe = scrape_configs(Path("examples/probe.yml"))
    assert process["params"] == {"self": ["1"]}
    assert probe["metrics_path"] == "/probe"
    assert [rule["target_label"] for rule in probe["relabel_configs"]] == [
        "__param_target",
        "instance",
        "__address__",
        "job",
    ]
