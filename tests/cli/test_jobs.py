"""`jobs` shows every job: in a table for people, as JSON for scripts."""

import json

from rich.console import Console

from drs_exporter.cli.jobs import in_families, overview
from drs_exporter.cli.screen import coloured, plain
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.snapshot import Job, JobInfo, Progress, Project, RpoRto, State
from drs_exporter.status import Phase
from drs_exporter.web.pages.words import NOTHING
from tests.cli.conftest import Drs


def test_every_job_is_in_the_table(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("jobs")
    jobs = configured.truth()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == f"prod: {len(jobs)} jobs"
    assert ended.out.splitlines()[1].split() == ["Job", "Status", "Progress", "Delay", "Remaining", "Id"]
    rows = {line.split()[-1]: line for line in ended.out.splitlines()[2:] if line}
    assert set(rows) == {job.id for job in jobs}
    for job in jobs:
        assert job.name in rows[job.id]
        assert job.status in rows[job.id]
        assert job.progress is None or f"{int(job.progress * 100)} %" in rows[job.id]


def test_json_is_the_truth(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("jobs", "--output", "json")
    assert ended.code == 0
    found = {record["job_id"]: record for record in json.loads(ended.out)}
    truth = {job.id: job for job in configured.truth()}
    assert found.keys() == truth.keys()
    for job_id, job in truth.items():
        record = found[job_id]
        assert (record["project"], record["job_name"], record["status"]) == ("prod", job.name, job.status)
        assert (record["parent_id"], record["engine_type"]) == (job.parent_id, job.engine_type)
        assert (record["error_code"] is None) == (job.error_code is None)


def test_a_project_that_cannot_be_listed_is_exit_code_1(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("list_jobs", "403_permission")
    ended = drs("jobs", "--log.level", "error")
    assert ended.code == 1
    assert ended.out.splitlines()[0] == "prod: not known"
    assert ended.err == "prod: the jobs could not be listed: HTTP 403 DRS.M00102: no permission for this operation\n"


def job(job_id: str, name: str, *, parent_id: str = "", state: State | None = None, **parts: object) -> Job:
    """A job of which only some parts are known."""
    return Job(id=job_id, name=name, info=JobInfo(parent_id=parent_id), state=state, **parts)  # type: ignore[arg-type]


def shown(project: Project, *, wide: bool = False) -> list[str]:
    """The lines of the table."""
    console = Console(width=200)
    with console.capture() as capture:
        console.print(overview(project, wide=wide))
    return [line.rstrip() for line in capture.get().splitlines()[1:]]


def test_subtasks_follow_their_job() -> None:
    jobs = [job("4", "b"), job("1", "a-2", parent_id="3"), job("2", "a-1", parent_id="3"), job("3", "a")]
    assert [one.id for one in in_families(jobs)] == ["3", "2", "1", "4"]


def test_a_subtask_without_its_job_is_still_shown() -> None:
    assert [one.id for one in in_families([job("1", "b", parent_id="gone"), job("2", "a")])] == ["2", "1"]


def test_disaster_recovery_shows_its_two_delays() -> None:
    state = State("INCRE_TRANSFER_STARTED", Phase.INCREMENTAL)
    (line,) = shown(Project(name="p", jobs=(job("1", "a", state=state, rpo_rto=RpoRto(rpo=2.5, rto=61)),)))
    assert "RPO 2.5 s, RTO 1 min 1 s" in line


def test_a_failed_job_shows_its_error_code() -> None:
    state = State("FULL_TRANSFER_FAILED", Phase.FAILED, "DRS.M05302")
    (line,) = shown(Project(name="p", jobs=(job("1", "a", state=state, progress=Progress(ratio=0.5)),)), wide=True)
    assert line.split() == ["a", "FULL_TRANSFER_FAILED", "DRS.M05302", "━" * 10, "50", "%", NOTHING, NOTHING, "1"]


def test_where_there_is_little_room_the_error_code_has_its_own_line() -> None:
    state = State("FULL_TRANSFER_FAILED", Phase.FAILED, "DRS.M05302")
    first, second = shown(Project(name="p", jobs=(job("1", "a", state=state, progress=Progress(ratio=0.5)),)))
    assert first.split() == ["a", "FULL_TRANSFER_FAILED", "━" * 4, "50", "%", NOTHING, NOTHING]
    assert second.split() == ["DRS.M05302"]


def test_a_job_of_which_nothing_is_known_is_shown_by_its_id() -> None:
    (line,) = shown(Project(name="p", jobs=(job("some-id", ""),)))
    assert line.split() == ["some-id", NOTHING, NOTHING, NOTHING, NOTHING]


def test_what_another_shard_shows_is_left_out() -> None:
    assert shown(Project(name="p", jobs=(Job(id="1", name="a"),))) == []


def test_a_name_can_steer_no_terminal_and_is_no_markup() -> None:
    assert str(plain("[red]\x1b[31m\n\u202ename")) == "[red]\ufffd[31m\ufffd\ufffdname"


def test_a_failed_status_is_red() -> None:
    assert coloured("START_JOB_FAILED", Phase.FAILED).style == "bold red"
