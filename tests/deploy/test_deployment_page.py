"""Every example in docs/deployment.md and docs/operations.md is tried, as far as that goes on any machine."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from drs_exporter.cli.preparation import load
from drs_exporter.settings.model import TOP_NAMES
from drs_exporter.settings.names import PREFIX
from drs_exporter.web.config.document import read as read_web_config
from tests.deploy import chart
from tests.deploy.blocks import Block, blocks, rows
from tests.deploy.commands import understood
from tests.deploy.container import of_kind, settings_in
from tests.deploy.manifests import ROOT, check
from tests.deploy.units import SECTIONS, parse
from tools.programs import path_of

PAGES = ("deployment.md", "operations.md")
EXAMPLES = [block for page in PAGES for block in blocks(page, "yaml")]
SHELL = [block for page in PAGES for block in blocks(page, "sh")]


def examples(kind: str) -> list[Block]:
    """The YAML examples of a kind."""
    return [block for block in EXAMPLES if block.kind == kind]


def commands() -> Iterator[list[str]]:
    """Every command in the shell examples, as words."""
    for block in SHELL:
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield words


def test_every_example_is_of_a_kind_that_is_tried() -> None:
    kinds = {"values of the chart", "Prometheus", "web configuration", "/etc/drs-exporter/drs-exporter.yml"}
    assert {block.kind for block in EXAMPLES} == kinds
    languages = {language for page in PAGES for language in re.findall(r"^```(\w+)$", page_text(page), re.MULTILINE)}
    assert languages <= {"yaml", "sh", "json", "ini"}


def page_text(page: str) -> str:
    """A page."""
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", examples("values of the chart"), ids=str)
def test_values_install_an_exporter_that_takes_its_configuration(block: Block, tmp_path: Path) -> None:
    given: dict[str, Any] = yaml.safe_load(block.text)
    rendered = chart.objects(given)
    for item in rendered:
        check(item)
    secret = chart.secrets_named(given["config"]) or {"password": "not-a-real-one"}
    settings = settings_in(tmp_path, rendered, others={f"secret {given['existingSecret']}": secret})
    assert "prod" in {project.name for project in settings.projects}


@pytest.mark.parametrize("block", examples("web configuration"), ids=str)
def test_the_web_configuration_is_one(block: Block, tmp_path: Path) -> None:
    (tmp_path / "web.yml").write_text(block.text)
    assert read_web_config(tmp_path / "web.yml").tls_server_config.enabled


@pytest.mark.programs
@pytest.mark.parametrize("block", examples("Prometheus"), ids=str)
def test_prometheus_takes_the_configuration(block: Block, tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text(block.text)
    command = [path_of("promtool"), "check", "config", "--syntax-only", tmp_path / "prometheus.yml"]
    ended = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_the_file_and_the_credentials_of_systemd_go_together(tmp_path: Path) -> None:
    (extension,) = blocks("deployment.md", "ini")
    (file,) = examples("/etc/drs-exporter/drs-exporter.yml")
    service = parse(extension.text)["Service"]
    assert service.keys() <= SECTIONS["Service"]
    for credential in filter(None, service["LoadCredential"]):
        name, _, path = credential.partition(":")
        assert path == f"/etc/drs-exporter/secrets/{name}"
        (tmp_path / name).write_text("not-a-real-one")
    text = file.text.replace("/run/credentials/drs-exporter.service", str(tmp_path))
    (tmp_path / "drs-exporter.yml").write_text(text)
    environ = {
        "DRS_EXPORTER_CONFIG_FILE": str(tmp_path / "drs-exporter.yml"),
        "DRS_EXPORTER_SECRETS_DIR": str(tmp_path),
    }
    assert [project.auth for project in load(environ=environ).projects] == ["password", "aksk"]


@pytest.mark.parametrize("words", [words for words in commands() if words[0] == "drs-exporter"], ids=shlex.join)
def test_commands_of_the_exporter_are_understood(words: list[str]) -> None:
    assert understood(words[1:])


def test_the_variables_given_to_docker_are_a_configuration(tmp_path: Path) -> None:
    (command,) = (words for words in commands() if words[:2] == ["docker", "run"] and "--detach" in words)
    given = dict(command[position + 1].split("=", 1) for position, word in enumerate(command) if word == "--env")
    assert f"./secrets:{given['DRS_EXPORTER_SECRETS_DIR']}:ro" in command
    (tmp_path / "password").write_text("not-a-real-one")
    assert load(environ=given | {"DRS_EXPORTER_SECRETS_DIR": str(tmp_path)}).projects


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_is_named_exists(page: str) -> None:
    found = re.findall(rf"(?<!_){PREFIX}[A-Z_]+", page_text(page))  # with a dash in front it is the shell's completion
    named = {name.removeprefix(PREFIX).lower() for name in found}
    assert named <= set(TOP_NAMES)


def test_every_file_of_the_repository_that_a_command_names_is_there() -> None:
    named = {word for words in commands() for word in words if re.match(r"(deploy|grafana)/", word)}
    assert len(named) > 8
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_policy_is_json_that_only_reads() -> None:
    (block,) = blocks("deployment.md", "json")
    (statement,) = json.loads(block.text)["Statement"]
    assert statement["Effect"] == "Allow"
    assert all(action.endswith((":get*", ":list*", ":list")) for action in statement["Action"])


def test_how_to_ask_shards_is_promql() -> None:
    queries = [
        cells[1].strip("`")
        for cells in rows(
            "deployment.md",
            "How to ask, so that the answer is right for one process and for many, and while a shard restarts:",
        )
    ]
    assert len(queries) == 8
    for query in queries:
        promql_parser.parse(query)


def test_scrapes_have_the_job_name_that_rules_and_dashboards_know() -> None:
    for block in examples("Prometheus"):
        for scrape in yaml.safe_load(block.text)["scrape_configs"]:
            relabeled = {"target_label": "job", "replacement": "drs-exporter"}
            assert scrape["job_name"] == "drs-exporter" or relabeled in scrape["relabel_configs"]


def test_the_operator_s_objects_are_in_the_first_example() -> None:
    rendered = chart.objects(yaml.safe_load(examples("values of the chart")[0].text))
    assert of_kind(rendered, "ServiceMonitor")["metadata"]["labels"]["release"] == "prometheus"
