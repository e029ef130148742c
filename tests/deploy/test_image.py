"""The container image: what it is made of, and that the parts it is put together from work."""

import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from drs_exporter.settings.table import TABLE
from tests.deploy.manifests import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COPIED = (
    "LICENSE",
    "README.md",
    "deploy",
    "docs",
    "drs_exporter",
    "grafana",
    "pyproject.toml",
    "requirements.lock",
    "tools/package_page.py",
    "tools/package_revision.py",
)
"""`drs_exporter/assets` points into deploy, docs and grafana."""
BUILD = ("hatchling", "editables")


def instructions(name: str) -> list[str]:
    """What follows this instruction, wherever it stands, on one line each."""
    lines = re.sub(r"\\\n\s*", "", DOCKERFILE).splitlines()
    return [line.strip().removeprefix(f"{name} ") for line in lines if line.strip().startswith(f"{name} ")]


def needed(*names: str) -> set[str]:
    """These packages with everything they need here."""
    seen: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        seen.add(name)
        for line in distribution(name).requires or ():
            wanted = Requirement(line)
            extras = ("", *requirement.extras)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
                found = canonicalize_name(wanted.name)
                if found not in seen:
                    waiting.append(wanted)
    return seen


def test_the_linter_has_nothing_against_the_dockerfile() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    ended = subprocess.run([linter, ROOT / "Dockerfile"], check=False, capture_output=True, text=True)
    assert (ended.stdout, ended.returncode) == ("", 0)


def test_the_process_is_a_number_that_is_not_root() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_dependencies_are_only_what_is_locked_with_hashes() -> None:
    commands = [part for line in instructions("RUN") for part in line.split("&&")]
    installs = [command for command in commands if " install " in command]
    assert len(installs) == 2
    assert all("--no-deps --require-hashes" in command or "--no-deps --no-index" in command for command in installs)
    assert sum(command.strip().endswith(" check") for command in commands) == 1


def test_what_only_builds_stays_behind() -> None:
    """Whatever the lock holds for the build backend alone is taken out again."""
    runtime = needed("drs-exporter") - {"drs-exporter"}
    (command,) = (part for line in instructions("RUN") for part in line.split("&&") if "uninstall" in part)
    assert set(command.split("--yes")[1].split()) == needed(*BUILD) - runtime


def test_the_build_sees_only_what_it_copies() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [word.removeprefix("./") for line in instructions("COPY") for word in line.split()[:-1]]
    assert sorted(allowed) == sorted(COPIED)
    assert {name for name in copied if not name.startswith(("--from", "/"))} == set(COPIED)


def test_no_registry_is_named() -> None:
    assert all(re.fullmatch(r"python:\$\{PYTHON_VERSION\}-slim(?: AS build)?", line) for line in instructions("FROM"))


def test_the_wheel_knows_its_revision_and_holds_the_whole_package(tmp_path: Path) -> None:
    """The commands of the build, with this interpreter and without a network."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (tmp_path / "drs_exporter" / "REVISION").write_text("0123abc\n")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    options = ["--disable-pip-version-check", "--wheel-dir", str(tmp_path / "wheels"), str(tmp_path)]
    subprocess.run([*command, *options], check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        packed.extractall(tmp_path / "installed")
    sources = (path.relative_to(ROOT) for path in (ROOT / "drs_exporter").rglob("*") if path.is_file())
    assert {str(path) for path in sources if "__pycache__" not in path.parts} <= names
    script = (
        "from drs_exporter.revision import revision; import drs_exporter; "
        "print(revision().commit, drs_exporter.__file__)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path / "installed",
        env={"PYTHONPATH": str(tmp_path / "installed")},
    )
    assert ended.stdout.split() == ["0123abc", str(tmp_path / "installed" / "drs_exporter" / "__init__.py")]


class Exporter(HTTPServer):
    """Something that answers as an exporter in this state would."""

    status = 200


class Answering(BaseHTTPRequestHandler):
    """Answers every GET with the status of the server."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Exporter)
        self.send_response(self.server.status if self.path == "/-/healthy" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def listening() -> Iterator[Exporter]:
    """A server of a status that the test sets."""
    with Exporter(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_a_healthy_exporter(listening: Exporter, status: int, code: int) -> None:
    """The command itself, asked about a port of the test; a proxy of the environment is none of its business."""
    listening.status = status
    (line,) = re.findall(r"^\s+CMD (\[\"python\".*)$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(line.replace("9877", str(listening.server_port)))
    environment = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    ended = subprocess.run([sys.executable, *arguments], check=False, env=environment)
    assert ended.returncode == code


def test_the_health_check_asks_the_port_that_is_exposed() -> None:
    (port,) = instructions("EXPOSE")
    assert re.findall(r"127\.0\.0\.1', (\d+)", DOCKERFILE) == [port]
    assert f":{port}" == next(row.default for row in TABLE if row.name == "web_listen_address")
