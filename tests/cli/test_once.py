"""`once` writes one poll as text: to standard output, or to a file that is never seen half written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drs_exporter.cli.output import deliver, replace
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs


def test_one_poll_goes_to_standard_output(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("once")
    assert (ended.code, ended.err) == (0, "")
    families = {family.name: family for family in text_string_to_metric_families(ended.out)}
    wanted = {job.id for job in configured.truth()}
    assert {sample.labels["job_id"] for sample in families["drs_job_info"].samples} == wanted
    assert [sample.value for sample in families["drs_up"].samples] == [1]


def test_nothing_that_a_textfile_must_not_hold_is_written(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    families = list(text_string_to_metric_families(drs("once").out))
    assert {family.type for family in families} == {"gauge"}
    assert not [family.name for family in families if family.name.startswith(("process_", "python_"))]


def test_a_failed_collector_is_exit_code_1_and_the_rest_is_written(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("batch_progress", "403_permission")
    ended = drs("once", "--log.format", "json")
    assert ended.code == 1
    assert 'drs_exporter_collector_success{collector="progress",project="prod"} 0' in ended.out
    assert "drs_job_info{" in ended.out
    assert '"collector.failed"' in ended.err


def test_a_collector_that_the_cloud_lacks_is_no_failure(configured: SimulatedCloud, drs: Drs) -> None:
    configured.v5 = False
    ended = drs("once")
    assert ended.code == 0
    assert 'drs_exporter_collector_supported{collector="async_jobs",project="prod"} 0' in ended.out


def test_a_dead_endpoint_is_exit_code_1_and_says_down(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("once", "--endpoint", "http://127.0.0.1:1")
    assert ended.code == 1
    assert 'drs_up{project="prod"} 0' in ended.out


def test_a_file_is_replaced_as_a_whole_and_readable_for_all(
    configured: SimulatedCloud, drs: Drs, tmp_path: Path
) -> None:
    assert configured.url
    file = tmp_path / "drs.prom"
    file.write_text("old")
    file.chmod(0o600)
    before = file.stat().st_ino
    ended = drs("once", "--output", str(file))
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert file.read_text().startswith("# HELP drs_")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert file.stat().st_ino != before
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_told(configured: SimulatedCloud, drs: Drs, tmp_path: Path) -> None:
    assert configured.url
    ended = drs("once", "--output", str(tmp_path / "missing" / "drs.prom"))
    assert ended.code == 1
    assert ended.err == f"drs-exporter: --output: cannot write {tmp_path}/missing/drs.prom: No such file or directory\n"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "drs.prom"
    file.write_text("old")
    monkeypatch.setattr("os.fchmod", full)
    with pytest.raises(OSError, match="No space left"):
        replace(file, b"new")
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("given", [(), ("--output", "-")])
def test_a_dash_is_standard_output_even_beside_a_folder_of_that_name(
    given: tuple[str, ...], configured: SimulatedCloud, drs: Drs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configured.url
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").mkdir()
    ended = drs("once", *given)
    assert ended.out.startswith("# HELP drs_")
    assert [entry.name for entry in tmp_path.rglob("*")] == ["-"]


@pytest.mark.parametrize(
    ("output", "message"), [("", "must not be empty; - is standard output"), (".", "File '.' is a directory.")]
)
def test_what_can_be_no_file_is_refused_before_anything_is_asked(
    output: str, message: str, configured: SimulatedCloud, drs: Drs
) -> None:
    ended = drs("once", "--output", output)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"drs-exporter: Invalid value for '--output': {message}\n"
    assert not configured.calls


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path, *, there: bool) -> None:
    """Also where nothing is there yet."""
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "drs.prom", tmp_path / "drs.prom"
    if there:
        file.write_text("old")
    link.symlink_to(file)
    deliver(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert list(file.parent.iterdir()) == [file]


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    content = b"x" * 200_000
    copy = tmp_path / "copy"
    with fifo.open("r+b", buffering=0) as both, copy.open("wb") as into:
        reader = subprocess.Popen(["head", "-c", str(len(content))], stdin=both, stdout=into)
        deliver(fifo, content)
        assert reader.wait() == 0
    assert copy.read_bytes() == content
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_pipe_that_nobody_reads_is_told_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="nobody reads from this pipe"):
        deliver(tmp_path / "fifo", b"new")


def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    deliver(tmp_path / "null", b"new")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert (tmp_path / "null").is_symlink()


DELIVER = """
import sys
from pathlib import Path
from drs_exporter.cli.output import deliver
deliver(Path(sys.argv[1]), b"new")
"""


@pytest.mark.parametrize("name", ["/dev/stdout", "/proc/self/fd/1", "link"])
def test_standard_output_is_written_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("/proc/self/fd/1")
    ended = subprocess.run([sys.executable, "-c", DELIVER, name], cwd=tmp_path, capture_output=True, check=True)
    assert ended.stdout == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["link"]


def test_standard_output_that_is_a_file_is_appended_to(tmp_path: Path) -> None:
    """As the shell opened it: with >> what was there stays."""
    file = tmp_path / "page"
    file.write_text("old\n")
    with file.open("ab") as opened:
        subprocess.run([sys.executable, "-c", DELIVER, "/dev/stdout"], stdout=opened, check=True)
    assert file.read_bytes() == b"old\nnew"
