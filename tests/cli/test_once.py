"""`once` writes one poll as text: to standard output, or to a file that is never seen half written."""

import stat
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drs_exporter.cli.once import replace
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
