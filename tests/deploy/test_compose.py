"""The compose files: valid, everything they mount is there, and the exporter takes what they give it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from drs_exporter.cli.preparation import load
from tests.deploy.manifests import ROOT
from tests.deploy.variables import variables_in
from tools.programs import path_of

FOLDER = ROOT / "deploy" / "compose"
FILES = ("compose.yml", "compose.demo.yml", "monitoring.yml", "exporter.yml")
STACKS = ("compose.yml", "compose.demo.yml")


def read(name: str) -> dict[str, Any]:
    """One of the files."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return loaded


def mounts(services: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every file or folder of the repository that a container sees, and where."""
    for service in services.values():
        for volume in service.get("volumes", ()):
            source, target, *_ = volume.split(":")
            if source.startswith("."):
                yield (FOLDER / source).resolve(), target


def test_the_schema_has_nothing_against_any_file() -> None:
    files = [FOLDER / name for name in FILES]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", *map(str, files)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_everything_that_is_mounted_or_named_is_there() -> None:
    found = list(mounts(read("monitoring.yml")["services"]))
    assert len(found) == 5
    for path, _ in found:
        assert path.exists(), path
    for stack in map(read, STACKS):
        exporter = stack["services"]["exporter"]
        named = [*stack["include"], exporter["extends"]["file"], *exporter.get("env_file", ())]
        assert all((FOLDER / name).is_file() for name in named)
    assert (FOLDER / read("exporter.yml")["services"]["exporter"]["build"]["context"] / "Dockerfile").is_file()


def test_only_what_is_written_is_writable() -> None:
    for volume in (volume for service in read("monitoring.yml")["services"].values() for volume in service["volumes"]):
        assert volume.endswith(":ro") == volume.startswith(".")


def test_nothing_listens_beyond_this_machine() -> None:
    services = read("monitoring.yml")["services"] | read("exporter.yml")["services"]
    ports = [port for service in services.values() for port in service["ports"]]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_exporter_can_do_nothing_it_does_not_need() -> None:
    exporter = read("exporter.yml")["services"]["exporter"]
    assert exporter["read_only"] is True
    assert exporter["cap_drop"] == ["ALL"]
    assert exporter["security_opt"] == ["no-new-privileges:true"]
    assert exporter["stop_grace_period"] == "10s"


def test_a_password_never_comes_into_the_repository() -> None:
    ignored = (FOLDER / "secrets" / ".gitignore").read_text().split("\n")
    assert "*" in ignored
    assert read("compose.yml")["secrets"] == {"password": {"file": "./secrets/password"}}


def test_the_exporter_takes_the_variables_and_the_secret(tmp_path: Path) -> None:
    exporter = read("compose.yml")["services"]["exporter"]
    for name in exporter["secrets"]:
        (tmp_path / name).write_text("not-a-real-one\n")
    given = variables_in((FOLDER / "exporter.env").read_text(encoding="utf-8")) | exporter["environment"]
    assert given["DRS_EXPORTER_SECRETS_DIR"] == "/run/secrets"
    (project,) = load(environ=given | {"DRS_EXPORTER_SECRETS_DIR": str(tmp_path)}).projects
    assert (project.name, project.auth) == ("prod", "password")


def test_the_demo_needs_nothing() -> None:
    stack = read("compose.demo.yml")
    assert "secrets" not in stack
    assert stack["services"]["exporter"].keys() == {"extends", "command"}
    assert stack["services"]["exporter"]["command"][0] == "demo"


def test_prometheus_is_the_usual_one_with_names_instead_of_addresses() -> None:
    text = (FOLDER / "prometheus.yml").read_text(encoding="utf-8")
    for name, port in (("alertmanager", 9093), ("exporter", 9877)):
        assert name in read("monitoring.yml")["services"] | read("compose.yml")["services"]
        text = text.replace(f"{name}:{port}", f"localhost:{port}")
    usual = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == yaml.safe_load(usual)


@pytest.mark.programs
def test_prometheus_and_alertmanager_take_what_is_mounted(tmp_path: Path) -> None:
    for path, target in mounts(read("monitoring.yml")["services"]):
        place = tmp_path / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, place)
        else:
            shutil.copy(path, place)
    for command, says in (
        ([str(path_of("promtool")), "check", "config", str(tmp_path / "etc/prometheus/prometheus.yml")], "rules found"),
        ([str(path_of("amtool")), "check-config", str(tmp_path / "etc/alertmanager/alertmanager.yml")], "SUCCESS"),
    ):
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert says in ended.stdout


def test_grafana_finds_what_it_is_told_of() -> None:
    grafana = read("monitoring.yml")["services"]["grafana"]
    seen = {target: path for path, target in mounts({"grafana": grafana})}
    (provider,) = yaml.safe_load((seen["/etc/grafana/provisioning"] / "dashboards" / "drs.yaml").read_text())[
        "providers"
    ]
    dashboards = seen[provider["options"]["path"]]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (dashboards / Path(home).name).is_file()
    (source,) = yaml.safe_load((seen["/etc/grafana/provisioning"] / "datasources" / "prometheus.yaml").read_text())[
        "datasources"
    ]
    assert source["url"] == "http://prometheus:9090"
