"""What `simulate` prints is what a newcomer types: every line works in a shell, before the cloud that printed it."""

import subprocess

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.cli.simulate import configuration
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs


def environment_after(lines: str) -> dict[str, str]:
    """What a shell that ran them would hand to a program."""
    ended = subprocess.run(["sh", "-e", "-c", f"{lines}\nenv -0"], check=True, capture_output=True, text=True, env={})
    return dict(entry.split("=", 1) for entry in ended.stdout.split("\0") if entry)


def typed(cloud: SimulatedCloud, way: str) -> dict[str, str]:
    """The environment of somebody who typed the first lines and then the one that has this word, if any."""
    first, others = configuration(cloud).split("drs-exporter check\n")
    further = [line for line in others.splitlines() if way in line and not line.startswith("#")]
    assert len(further) == (0 if way == "password" else 1)
    return environment_after("\n".join([first, *further]))


@pytest.mark.parametrize("way", ["password", "aksk", "pod_identity", "oidc"])
def test_every_way_to_sign_in_that_is_printed_works(
    way: str, cloud: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in typed(cloud, way).items():
        monkeypatch.setenv(name, value)
    ended = drs("check", "--no-collector.cloud_eye")
    assert f"signed in by {way}" in ended.out
    assert ended.out.splitlines()[-1] == "next: drs-exporter serve"


def test_the_line_for_discovery_finds_projects(cloud: SimulatedCloud) -> None:
    environ = typed(cloud, "DISCOVER_PROJECTS")
    assert "DRS_EXPORTER_PROJECT_ID" not in environ
    (search,) = load(environ=environ).searches
    assert search.wants(f"{cloud.region}_orders")
