"""A configuration that works, to be changed by each test."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.settings import Settings

ENVIRON = {
    "DRS_EXPORTER_PROJECT_ID": "054ba152d480d55b2f5dc0069e7ddef0",
    "DRS_EXPORTER_REGION": "eu-de",
    "DRS_EXPORTER_CLOUD": "tcloud",
    "DRS_EXPORTER_USERNAME": "watcher",
    "DRS_EXPORTER_PASSWORD": "correct-horse",
    "DRS_EXPORTER_DOMAIN_NAME": "OTC-EU-DE-0000000000",
}


@pytest.fixture
def environ() -> dict[str, str]:
    """The variables of one project with a password."""
    return dict(ENVIRON)


@pytest.fixture
def from_file(tmp_path: Path) -> Callable[..., Settings]:
    """The settings that a file with this text gives, beside nothing but the variables given."""

    def read(text: str, *, options: Mapping[str, object] | None = None, **variables: str) -> Settings:
        file = tmp_path / "drs.yml"
        file.write_text(text, encoding="utf-8")
        return load({"config_file": str(file), **(options or {})}, environ=variables)

    return read


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe that nobody writes to: whoever opens it the usual way waits for ever."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path
