"""`start` changes something, so it asks, sends once, and says of each job what is known."""

import json
import os
import pty
import re
import select
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drs_exporter.cli.start_time import start_time
from drs_exporter.cli.starting import Result, batches, start_all
from drs_exporter.drs import wire
from drs_exporter.drs.client import Start
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def waiting(cloud: SimulatedCloud, count: int) -> list[str]:
    """Ids of jobs that can be started."""
    job_ids = [job.id for job in cloud.truth() if not job.parent_id][:count]
    for job_id in job_ids:
        cloud.fleet.set_status(job_id, "CONFIGURATION")
    assert len(job_ids) == count
    return job_ids


def sent(cloud: SimulatedCloud) -> list[list[dict[str, str]]]:
    """The jobs of each call that came."""
    return [json.loads(seen.body)["jobs"] for seen in cloud.requests if seen.operation == "batch_start"]


def rows(out: str) -> dict[str, str]:
    """What the table says of each job, behind its id and name."""
    columns = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()[2:] if line]
    return {row[0]: " ".join(row[2:]) for row in columns}


def test_jobs_are_started_ten_a_call_and_each_once(configured: SimulatedCloud, drs: Drs) -> None:
    job_ids = waiting(configured, 12)
    ended = drs("start", "--yes", *job_ids, job_ids[0])
    assert (ended.code, ended.err) == (0, "")
    assert rows(ended.out) == dict.fromkeys(job_ids, "started")
    assert sent(configured) == [
        [{"job_id": job_id} for job_id in job_ids[:10]],
        [{"job_id": job_id} for job_id in job_ids[10:]],
    ]


def test_a_time_is_sent_as_milliseconds_in_a_text(configured: SimulatedCloud, drs: Drs) -> None:
    (job_id,) = waiting(configured, 1)
    ended = drs("start", "--yes", "--at", "2126-03-01T13:00:00+01:00", job_id)
    assert (ended.code, rows(ended.out)) == (0, {job_id: "scheduled for 2126-03-01 12:00:00 UTC"})
    assert sent(configured) == [[{"job_id": job_id, "start_time": str(4928040000000)}]]


def test_the_table_names_each_job(configured: SimulatedCloud, drs: Drs) -> None:
    (job_id,) = waiting(configured, 1)
    (name,) = (job.name for job in configured.truth() if job.id == job_id)
    assert name in drs("start", "--yes", job_id).out


def test_a_name_in_place_of_an_id_is_refused_with_the_ids_that_have_it(configured: SimulatedCloud, drs: Drs) -> None:
    (job_id,) = waiting(configured, 1)
    (name,) = (job.name for job in configured.truth() if job.id == job_id)
    ended = drs("start", "--yes", name)
    assert (ended.code, ended.err) == (2, f"drs-exporter: JOB_ID: {name} is a name; the job's id is {job_id}\n")
    assert not configured.calls["batch_start"]


def test_jobs_are_started_though_they_cannot_be_listed(configured: SimulatedCloud, drs: Drs) -> None:
    """Who says --yes knows the ids; only the names are missing."""
    (job_id,) = waiting(configured, 1)
    configured.faults.set("list_jobs", "403_permission")
    ended = drs("start", "--yes", job_id)
    assert (ended.code, rows(ended.out)) == (0, {job_id: "started"})


def test_a_job_that_cannot_be_started_is_exit_code_1(configured: SimulatedCloud, drs: Drs) -> None:
    good, bad = waiting(configured, 2)
    configured.fleet.set_status(bad, "INCRE_TRANSFER_STARTED")
    ended = drs("start", "--yes", good, bad)
    assert ended.code == 1
    assert rows(ended.out)[good] == "started"
    assert rows(ended.out)[bad].startswith("failed DRS.M")


def test_without_a_terminal_and_yes_nothing_is_sent(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("start", *waiting(configured, 1))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "nothing was started: there is no terminal to ask on; repeat with --yes\n"
    assert not configured.requests


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("start", "--dry-run", "--at", "2126-03-01T12:00:00Z", *(f"job-{number}" for number in range(11)))
    assert (ended.code, ended.err) == (0, "")
    url = f"POST {configured.url}/v3/{configured.project_id}/jobs/batch-starting\n"
    first, second = (json.loads(part) for part in ended.out.split(url)[1:])
    assert first["jobs"][0] == {"job_id": "job-0", "start_time": "4928040000000"}
    assert [len(first["jobs"]), len(second["jobs"])] == [10, 1]
    assert not configured.requests


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("throttle", "failed APIGW.0308"),
        ("bad_request", "failed DRS.M00202"),
        ("500", "unknown"),
        ("close", "unknown"),
        ("html", "unknown"),
    ],
)
def test_a_call_that_fails_is_not_repeated_and_ends_it(
    fault: str, outcome: str, configured: SimulatedCloud, drs: Drs
) -> None:
    job_ids = waiting(configured, 11)
    configured.faults.set("batch_start", fault)
    ended = drs("start", "--yes", *job_ids)
    assert ended.code == 1
    assert configured.calls["batch_start"] == 1
    assert rows(ended.out)[job_ids[0]].startswith(outcome)
    assert rows(ended.out)[job_ids[10]] == "not sent"
    assert ("look at the state" in ended.err) is (outcome == "unknown")


def test_a_refused_sign_in_sends_nothing(configured: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRS_EXPORTER_PASSWORD", "wrong-password")
    ended = drs("start", "--yes", *waiting(configured, 1))
    assert ended.code == 1
    assert ended.err.startswith("drs-exporter: HTTP 401: signing in was refused")
    assert not configured.calls["batch_start"]


def test_of_several_projects_one_has_to_be_named(
    configured: SimulatedCloud, drs: Drs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROJECT_ID", "PROJECT_NAME", "REGION"):
        monkeypatch.delenv(f"DRS_EXPORTER_{name}")
    file = tmp_path / "drs.yml"
    file.write_text(
        f"projects:\n- {{name: one, project_id: {configured.project_id}, region: r}}\n"
        "- {name: two, project_id: other, region: r}\n"
    )
    monkeypatch.setenv("DRS_EXPORTER_CONFIG_FILE", str(file))
    (job_id,) = waiting(configured, 1)
    ended = drs("start", "--yes", job_id)
    assert (ended.code, ended.err) == (2, "drs-exporter: --project: is needed, there are one, two\n")
    ended = drs("start", "--yes", "--project", "three", job_id)
    assert (ended.code, ended.err) == (2, "drs-exporter: --project: there is no such project; there are one, two\n")
    ended = drs("start", "--yes", "--project", "one", job_id)
    assert (ended.code, rows(ended.out)) == (0, {job_id: "started"})


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_it_asks_and_names_project_and_jobs(answer: str, code: int, configured: SimulatedCloud) -> None:
    one, two = waiting(configured, 2)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "drs_exporter", "start", one, two],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "120"},
    ) as process:
        os.close(theirs)
        asked = read(ours, until="[y/N]: ")
        os.write(ours, f"{answer}\n".encode())
        rest = read(ours)
        process.wait()
    os.close(ours)
    assert process.returncode == code
    names = {job.id: job.name for job in configured.truth()}
    for job_id in (one, two):
        assert f"  {job_id}  {names[job_id]}  CONFIGURATION\r\n" in asked
    assert "Start these 2 jobs of project prod (sim-north-1) now? [y/N]: " in asked
    assert ("started" in rest.replace("nothing was started", "")) is (code == 0)
    assert configured.calls["batch_start"] == (1 if code == 0 else 0)


def test_the_question_tells_of_a_job_that_is_not_there(configured: SimulatedCloud) -> None:
    configured.faults.set("list_jobs", "403_permission", match={"db_use_type": "sync"})
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "drs_exporter", "start", "--at", "2126-03-01T12:00:00Z", "some-id"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "120"},
    ):
        os.close(theirs)
        asked = read(ours, until="[y/N]: ")
        os.write(ours, b"n\n")
        read(ours)
    os.close(ours)
    assert "  some-id  not among the listed jobs of this project\r\n" in asked
    assert "Start this job of project prod (sim-north-1) at 2126-03-01 12:00:00 UTC? [y/N]: " in asked
    assert not configured.calls["batch_start"]


def read(terminal: int, *, until: str | None = None) -> str:
    """What the terminal shows, up to a text or to the end."""
    shown = ""
    while until is None or until not in shown:
        readable, _, _ = select.select([terminal], [], [], 30)
        assert readable, f"nothing more came after {shown!r}"
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # the other side was closed
            break
        if not chunk:
            break
        shown += chunk.decode()
    return shown


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01t14:00:00+01:00", NOON + 3600),
        ("2026-03-01 12:00:01.5+00:00", NOON + 1.5),
        ("+30m", NOON + 1800),
        ("+0", NOON),
    ],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert start_time(text, now=NOON) == seconds * 1000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-03-01T11:59:59Z", "is in the past"),
        ("2026-03-01T12:00:00", "needs a zone: write Z for UTC, or +01:00"),
        ("2026-03-02", "needs a zone: write Z for UTC, or +01:00"),
        ("tomorrow", "must be a time with a zone, such as 2026-03-01T02:00:00+01:00, or +30m"),
        ("+soon", "must be a time with a zone, such as 2026-03-01T02:00:00+01:00, or +30m"),
    ],
)
def test_a_wrong_time_is_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=rf"^{re.escape(message)}$"):
        start_time(text, now=NOON)


def test_a_wrong_time_is_a_wrong_option(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("start", "--at", "2020-01-01T00:00:00Z", "some-id")
    assert (ended.code, ended.err) == (2, "drs-exporter: Invalid value for '--at': is in the past\n")


def test_a_batch_names_no_job_twice() -> None:
    assert batches(["a", "b", "a"]) == [["a", "b"]]


class Answering:
    """A client whose service answers oddly."""

    def __init__(self, *answers: wire.StartResult | wire.Wrong) -> None:
        self.answers = list(answers)

    async def batch_start(self, _starts: list[Start]) -> list[wire.StartResult | wire.Wrong]:
        return self.answers


async def test_a_job_that_the_answer_does_not_name_is_unknown() -> None:
    client = Answering(None, wire.StartResult(id=[]), wire.StartResult(id="b", status="failed", error_code=5))
    results = await start_all(client, ["a", "b"], at_ms=None)  # type: ignore[arg-type]
    assert results == [Result("a", "unknown", reason="the answer does not name it"), Result("b", "failed")]


@pytest.mark.parametrize("status", [None, "", "accepted", 1])
async def test_a_job_of_which_the_answer_tells_neither_is_unknown_unless_it_has_a_code(status: Any) -> None:
    """It may have been started: that it failed would have somebody start it again."""
    told, refused = wire.StartResult(id="a", status=status), wire.StartResult("b", status, error_code="DRS.M00304")
    results = await start_all(Answering(told, refused), ["a", "b"], at_ms=None)  # type: ignore[arg-type]
    assert results == [
        Result("a", "unknown", reason="the answer does not say whether it is started"),
        Result("b", "failed", error_code="DRS.M00304"),
    ]
