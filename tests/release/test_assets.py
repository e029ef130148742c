"""`drs-exporter assets DIR`: everything of this version, from an installed wheel, and ready to use."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
import yaml

from deploy.rules.groups import ALERTS
from deploy.rules.promises import PROMISE_ALERTS, RUNBOOK
from deploy.stack.program import Program, free_port
from drs_exporter.cli import run
from drs_exporter.origin import REPOSITORY, RUNBOOKS
from drs_exporter.revision import checked_out
from drs_exporter.web.config.document import read as read_web_config
from tools.programs import path_of

ROOT = Path(__file__).resolve().parents[2]
REVISION = "drs_exporter/REVISION"
PAGE = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def written(folder: Path, *options: str) -> Path:
    """What the command writes."""
    assert run(["assets", str(folder), *options]) == 0
    return folder


def files(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_rules_dashboards_and_runbooks_are_there(tmp_path: Path) -> None:
    folder = written(tmp_path / "new" / "assets")
    assert {path.stem for path in (folder / "runbooks").iterdir()} == {*(alert.name for alert in ALERTS), RUNBOOK}
    boards = {"drs-fleet.json", "drs-job.json", "drs-batches.json", "drs-exporter.json"}
    for kind in ("dashboards", "import"):
        assert {path.name for path in (folder / "grafana" / kind).iterdir()} == boards
    assert {"alertmanager/alertmanager.yml", "web.yml", "prometheus/prometheus.yml"} <= files(folder)


def test_every_link_of_every_page_leads_to_what_is_written_or_into_the_repository(tmp_path: Path) -> None:
    folder = written(tmp_path)
    pages = {str(page.relative_to(folder)): page.read_text(encoding="utf-8") for page in folder.rglob("*.md")}
    assert {"alerts.md", "cutover.md", "metrics.md", "promises.md"} <= pages.keys()
    for name, text in pages.items():
        assert [link for link in PAGE.findall(text) if not (folder / name).parent.joinpath(link).exists()] == []
        for path in re.findall(rf"{REPOSITORY}/blob/main/([^)#]+)", text):
            assert (ROOT / path).exists(), path
    assert "](prometheus/rules)" in pages["alerts.md"]
    assert "](alertmanager/alertmanager.yml)" in pages["alerts.md"]
    assert f"]({REPOSITORY}/blob/main/docs/architecture.md#which-fact-from-which-operation)" in pages["cutover.md"]


def test_a_company_has_its_runbooks_in_a_place_of_its_own(tmp_path: Path) -> None:
    folder = written(tmp_path, "--runbooks", "https://wiki.example.test/drs/")
    pages = {alert.name: alert.name for alert in ALERTS} | {alert.name: RUNBOOK for alert in PROMISE_ALERTS}
    found = {
        rule["alert"]: rule["annotations"]["runbook_url"]
        for kind in ("rules", "optional")
        for path in (folder / "prometheus" / kind).iterdir()
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    assert found == {alert: f"https://wiki.example.test/drs/{page}.md" for alert, page in pages.items()}
    assert all((folder / "runbooks" / f"{page}.md").is_file() for page in pages.values())
    for board in (folder / "grafana" / "dashboards").iterdir():
        text = board.read_text(encoding="utf-8")
        assert json.loads(text)
        assert RUNBOOKS not in text


def test_files_of_others_are_left_alone_and_own_ones_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "web.yml").write_text("old")
    written(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_web_config(tmp_path / "web.yml").basic_auth_users


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run(["assets", str(tmp_path / "file" / "below")]) == 1
    assert re.fullmatch(r"drs-exporter: cannot write .*/file/below.*: Not a directory\n", capsys.readouterr().err)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    return _built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution."""
    return _built("sdist", tmp_path_factory.mktemp("sdist"))


def _built(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def installed(wheel: Path, folder: Path) -> Sequence[str]:
    """The command of the wheel in an environment of its own, which takes what it needs from this one."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    (own,) = folder.glob("lib/python*/site-packages")
    (needed,) = (path for path in sys.path if path.endswith("site-packages"))
    (own / "needed.pth").write_text(f"{needed}\n")
    return [str(folder / "bin" / "drs-exporter")]


def test_an_installed_wheel_writes_what_the_repository_has(wheel: Path, tmp_path: Path) -> None:
    command = installed(wheel, tmp_path / "environment")
    subprocess.run([*command, "assets", str(tmp_path / "of-wheel")], check=True, capture_output=True, cwd=tmp_path)
    folder = written(tmp_path / "of-checkout")
    assert files(tmp_path / "of-wheel") == files(folder)
    for name in files(folder):
        assert (tmp_path / "of-wheel" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.programs
def test_promtool_and_amtool_take_what_is_written(tmp_path: Path) -> None:
    folder = written(tmp_path)
    for command in (
        [path_of("promtool"), "check", "config", folder / "prometheus" / "prometheus.yml"],
        [path_of("promtool"), "check", "rules", *(folder / "prometheus" / "rules").iterdir()],
        [path_of("amtool"), "check-config", folder / "alertmanager" / "alertmanager.yml"],
    ):
        ended = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.programs
async def test_prometheus_starts_with_them_and_evaluates_every_alert(tmp_path: Path) -> None:
    folder = written(tmp_path / "assets")
    address = f"127.0.0.1:{free_port()}"
    command: list[str | Path] = [
        path_of("prometheus"),
        f"--config.file={folder / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={address}",
    ]
    prometheus = Program("prometheus", command, log=tmp_path / "log", page=f"http://{address}/-/ready")
    await prometheus.start()
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://{address}/api/v1/rules?type=alert") as got:
            groups = (await got.json())["data"]["groups"]
    finally:
        await prometheus.stop()
    assert {rule["name"] for group in groups for rule in group["rules"]} == {alert.name for alert in ALERTS}


def test_the_page_of_the_package_has_no_link_that_works_only_in_the_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = packed.read(name).decode()
    assert "Project-URL: Changelog, https://" in metadata
    assert PAGE.findall(metadata) == []


def test_the_sdist_has_no_strays(sdist: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xf", str(sdist), "-C", str(tmp_path)], check=True)
    (root,) = tmp_path.iterdir()
    assert {path.name for path in root.iterdir()} == {
        ".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "drs_exporter", "pyproject.toml",
        "requirements.lock", "tools",
    }  # fmt: skip
    assert {path.name for path in (root / "tools").iterdir()} == {"package_page.py", "package_revision.py"}
    assert not [path for path in root.rglob("*") if path.is_symlink() or path.name == "__pycache__"]


def test_what_is_installed_knows_the_revision_it_was_built_from(wheel: Path, tmp_path: Path) -> None:
    command = installed(wheel, tmp_path / "environment")
    shown = subprocess.run([*command, "--version"], check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    source = checked_out(ROOT / ".git")
    assert source.commit != "unknown"
    assert f"revision: {source.commit})" in shown


def test_the_sdist_makes_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xf", str(sdist), "-C", str(tmp_path)], check=True)
    (root,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "again")]
    subprocess.run([*command, str(root)], check=True, capture_output=True)
    (again,) = (tmp_path / "again").iterdir()
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert set(first.namelist()) == set(second.namelist())
        assert first.read(REVISION) == second.read(REVISION)
