"""The systemd units: known directives, hardened, and variables and credentials that the exporter takes."""

import shlex
from pathlib import Path

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.settings.model import SECRETS
from tests.deploy.commands import understood
from tests.deploy.manifests import ROOT
from tests.deploy.units import SECTIONS, Unit, parse
from tests.deploy.variables import variables_in

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".env")
SERVICES = ("drs-exporter.service", "drs-exporter-once.service")

HARDENED = {
    "CapabilityBoundingSet": [""],
    "NoNewPrivileges": ["yes"],
    "ProtectSystem": ["strict"],
    "ProtectHome": ["yes"],
    "PrivateTmp": ["yes"],
    "PrivateDevices": ["yes"],
    "MemoryDenyWriteExecute": ["yes"],
    "RestrictAddressFamilies": ["AF_INET AF_INET6 AF_UNIX"],
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
}


def unit(name: str) -> Unit:
    """One of the units."""
    return parse((FOLDER / name).read_text(encoding="utf-8"))


def environment(service: Unit) -> dict[str, str]:
    """The variables that a unit sets itself."""
    return dict(value.split("=", 1) for value in service["Service"].get("Environment", ()))


@pytest.mark.parametrize("name", UNITS)
def test_every_directive_is_one(name: str) -> None:
    for section, directives in unit(name).items():
        assert directives.keys() <= SECTIONS[section]


@pytest.mark.parametrize("name", SERVICES)
def test_the_service_can_do_nothing_it_does_not_need(name: str) -> None:
    assert HARDENED.items() <= unit(name)["Service"].items()


@pytest.mark.parametrize("name", SERVICES)
def test_the_command_line_is_one_that_the_exporter_knows(name: str) -> None:
    (start,) = unit(name)["Service"]["ExecStart"]
    program, *words = shlex.split(start)
    assert program == "/opt/drs-exporter/bin/drs-exporter"
    assert understood(words)


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("secrets", [("password",), ("password", "proxy_url")])
def test_the_exporter_takes_variables_and_credentials(name: str, secrets: tuple[str, ...], tmp_path: Path) -> None:
    """systemd loads a folder as credentials that are named by its id, an underscore and the file."""
    service = unit(name)
    (loaded,) = service["Service"]["LoadCredential"]
    identifier, _, folder = loaded.partition(":")
    assert folder == "/etc/drs-exporter/secrets"
    for secret in secrets:
        assert secret in SECRETS
        (tmp_path / f"{identifier}_{secret}").write_text("http://proxy.example.test:3128\n")
    (file,) = service["Service"]["EnvironmentFile"]
    given = variables_in((FOLDER / Path(file).name).read_text(encoding="utf-8"))
    own = {variable: value.replace("%d", str(tmp_path)) for variable, value in environment(service).items()}
    assert own["DRS_EXPORTER_SECRETS_DIR"] == str(tmp_path)
    (project,) = load(environ=given | own).projects
    assert (project.name, project.auth) == ("prod", "password")


def test_a_wrong_configuration_is_not_tried_again() -> None:
    assert unit("drs-exporter.service")["Service"]["RestartPreventExitStatus"] == ["2"]


def test_reload_is_the_signal_that_the_exporter_understands() -> None:
    assert unit("drs-exporter.service")["Service"]["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_the_socket_is_the_one_that_the_service_takes_over(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("not-a-real-one\n")
    extension = unit("socket.conf")
    assert extension["Unit"]["Requires"] == ["drs-exporter.socket"]
    given = variables_in((FOLDER / "drs-exporter.env").read_text(encoding="utf-8")) | environment(extension)
    settings = load(environ=given | {"DRS_EXPORTER_SECRETS_DIR": str(tmp_path)})
    assert settings.web_systemd_socket is True
    assert unit("drs-exporter.socket")["Socket"]["ListenStream"] == [settings.web_listen_address[0].lstrip(":")]


def test_the_timer_starts_the_service_of_its_name() -> None:
    assert unit("drs-exporter-once.timer")["Timer"]["OnUnitActiveSec"] == ["2min"]
    (start,) = unit("drs-exporter-once.service")["Service"]["ExecStart"]
    (folder,) = unit("drs-exporter-once.service")["Service"]["ReadWritePaths"]
    assert Path(shlex.split(start)[-1]).parent == Path(folder)
