"""What a command imports: no more than it uses, since that is what people wait for."""

import subprocess
import sys

import pytest

HEAVY = {"aiohttp", "bcrypt", "msgspec", "prometheus_client", "pydantic", "rich", "structlog", "yaml"}
SIMULATOR = "drs_exporter.simulator"


def imported(code: str) -> set[str]:
    """Top-level modules, and parts of our own package, that are there after this ran in a fresh process."""
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["zzz"]])
def test_what_needs_no_command_imports_no_library(arguments: list[str]) -> None:
    modules = imported(f"from drs_exporter.cli import run\nrun({arguments!r})")
    assert "click" in modules
    assert not modules & {*HEAVY, SIMULATOR}


@pytest.mark.parametrize("command", ["serve", "once", "check", "jobs", "start"])
def test_only_the_demo_and_the_simulator_import_the_simulated_cloud(command: str) -> None:
    modules = imported(f"from drs_exporter.cli import run\nrun([{command!r}, '--help'])")
    assert "aiohttp" in modules
    assert SIMULATOR not in modules


@pytest.mark.parametrize("module", ["cloud", "control"])
def test_no_part_of_the_simulated_cloud_needs_another_to_be_imported_first(module: str) -> None:
    assert f"{SIMULATOR}.{module}" in imported(f"import {SIMULATOR}.{module}")
