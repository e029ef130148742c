"""`jobs` shows every job: in a table for people, as JSON for scripts."""

import asyncio
import io
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import pytest
import trustme
from rich.console import Console

from drs_exporter.app import Exporter
from drs_exporter.cli.jobs import _status, job_table
from drs_exporter.cli.running import fetch
from drs_exporter.cli.screen import bar, fit, plain
from drs_exporter.cli.signals import Ended
from drs_exporter.errors import ApiConnectionError, DrsExporterError
from drs_exporter.overview import Fares, Overview, Record
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.snapshot import Project
from drs_exporter.status import Phase
from drs_exporter.words import NOTHING
from tests.cli.conftest import Drs


def test_every_job_is_in_the_table(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("jobs")
    jobs = configured.truth()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0].startswith(f"prod: {len(jobs)} jobs, ")
    columns = ["Job", "Status", "Progress", "Delay", "Remaining", "CPU", "Memory", "Disk", "Cut-over", "Id"]
    assert ended.out.splitlines()[1].split() == columns
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


def job(job_id: str, name: str, **parts: object) -> Record:
    """A job of which only some parts are known."""
    return Record(project="p", job_id=job_id, job_name=name, **parts)  # type: ignore[arg-type]


def shown(*jobs: Record, wide: bool = False, columns: int = 200, machines: bool = False) -> list[str]:
    """The lines of the table."""
    console = Console(width=columns)
    with console.capture() as capture:
        console.print(job_table(jobs, wide=wide, machines=machines))
    return [line.rstrip() for line in capture.get().splitlines()[1:]]


def test_disaster_recovery_shows_its_two_delays() -> None:
    first, second = shown(job("1", "a", status="INCRE_TRANSFER_STARTED", rpo_delay_seconds=2.5, rto_delay_seconds=61))
    assert "INCRE_TRANSFER_STARTED" in first
    assert "RPO 2.5 s, RTO 1 min 1 s" in second


FAILED = {"status": "FULL_TRANSFER_FAILED", "phase": Phase.FAILED, "error_code": "DRS.M05302", "progress_ratio": 0.5}


def test_where_there_is_room_the_machine_under_a_job_is_shown() -> None:
    used = job("1", "a", instance_cpu_utilization_ratio=0.34, instance_disk_utilization_ratio=0.999)
    (line,) = shown(used, wide=True, machines=True)
    assert line.split()[-6:] == ["34", "%", NOTHING, "99", "%", "1"]
    assert "34" not in shown(used, wide=True)[0]


def test_json_tells_of_the_machine_under_a_job(configured: SimulatedCloud, drs: Drs) -> None:
    found = json.loads(drs("jobs", "--output", "json").out)
    running = {record["job_id"] for record in found if record["instance_disk_utilization_ratio"] is not None}
    assert running
    assert running <= {job.id for job in configured.truth()}


def test_a_failed_job_shows_its_error_code() -> None:
    (line,) = shown(job("1", "a", **FAILED), wide=True)
    expected = ["a", "FULL_TRANSFER_FAILED", "DRS.M05302", "━" * 10 + "─" * 10, "50", "%", NOTHING, NOTHING, "1"]
    assert line.split() == expected


LONG = job(
    "9a470239-2308-4bb5-a6bc-1040402fjb21",
    "orders-mysql-production-0025-subtask",
    status="RELEASE_CHILD_TRANSFER_COMPLETE",
    phase=Phase.STOPPED,
    progress_ratio=0.539,
    incremental_delay_seconds=93_000.0,
)


def test_at_80_columns_no_word_is_broken() -> None:
    """The longest status of the vendor's table, an id of its length, all figures there are."""
    first, second = shown(LONG, columns=80)
    assert first.split() == ["orders-mysql-production-0025-subtask", "RELEASE_CHILD_TRANSFER_COMPLETE"]
    assert second.split("  ")[0] == "9a470239-2308-4bb5-a6bc-1040402fjb21"
    assert second.endswith("━━━━──── 53 %  delay 1 d 1 h")
    recovery = job(
        "9a470239", "orders", status="INCRE_TRANSFER_STARTED", rpo_delay_seconds=86_390, rto_delay_seconds=86_390
    )
    assert shown(recovery, columns=80)[1].endswith("RPO 23 h 59 min, RTO 23 h 59 min")
    moving = msgspec.structs.replace(LONG, cutover_blockers=("rows_unknown",) * 12)
    assert shown(moving, columns=80)[1].endswith("  delay 1 d 1 h  12 blockers")
    full = msgspec.structs.replace(LONG, incremental_delay_seconds=None, remaining_seconds=86_390)
    assert shown(full, columns=80)[1].endswith("━━━━──── 53 %  23 h 59 min left")


def test_what_speaks_against_a_switch_is_named_where_there_is_room() -> None:
    def told(*reasons: str) -> str:
        return shown(job("1", "a", cutover_blockers=reasons), wide=True)[0]

    assert "no blocker" in told()
    assert "rows not applied +1" in told("rows_not_applied", "precheck_failed")
    assert "blocker" not in shown(job("1", "a"), wide=True)[0]


def test_a_bar_is_full_only_when_everything_is_done() -> None:
    assert str(bar(0.999, Phase.FULL, width=8)) == "━━━━━━━─"
    assert str(bar(1.0, Phase.FULL, width=8)) == "━━━━━━━━"


def test_a_job_of_which_nothing_is_known_is_shown_by_its_id() -> None:
    (line,) = shown(job("some-id", ""), wide=True)
    assert line.split() == ["some-id", NOTHING, NOTHING, NOTHING, NOTHING, "some-id"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp437", "ascii", "utf-8", "koi8-r"])
@pytest.mark.parametrize("wide", [True, False])
def test_any_encoding_can_show_the_table(encoding: str, *, wide: bool) -> None:
    """Dashes and bars become the nearest letters; a name that cannot be shown is no reason to fail."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=fit(stream), width=80)
    console.print(job_table([LONG, job("1", "заказы-订单"), job("2", "b")], wide=wide))
    stream.flush()
    written = raw.getvalue().decode(encoding)
    assert ("####...." in written or "━━━━──── " in written) or wide
    assert NOTHING in written or "-" in written


def test_what_needs_somebody_comes_first(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    found = json.loads(drs("jobs", "--output", "json").out)
    failed = [record["phase"] == "failed" for record in found if not record["parent_id"]]
    assert failed == sorted(failed, reverse=True)
    assert any(failed)


def test_jobs_can_be_chosen_and_sorted(configured: SimulatedCloud, drs: Drs) -> None:
    truth = configured.truth()
    found = json.loads(
        drs("jobs", "--output", "json", "--phase", "failed", "--name", ".*mysql.*", "--sort", "name").out
    )
    wanted = {job.id for job in truth if job.status.endswith("_FAILED") and "mysql" in job.name}
    assert {record["job_id"] for record in found} == wanted
    assert [record["job_name"] for record in found] == sorted(record["job_name"] for record in found)
    ended = drs("jobs", "--phase", "failed", "--project", "prod")
    assert ended.out.splitlines()[0].startswith(f"prod: {sum(job.status.endswith('_FAILED') for job in truth)} of ")


def test_a_name_is_matched_as_a_whole_as_in_prometheus(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    assert json.loads(drs("jobs", "--output", "json", "--name", "mysql").out) == []
    ended = drs("jobs", "--name", "(")
    assert ended.code == 2
    assert "is not a regular expression" in ended.err


def test_an_unknown_project_is_told_with_those_there_are(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("jobs", "--project", "prd")
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == "drs-exporter: --project: there is no prd; there are prod"


def test_an_exporter_that_cannot_be_read_is_told_in_one_line(drs: Drs) -> None:
    ended = drs("jobs", "--url", "http://127.0.0.1:1")
    assert ended.code == 1
    assert ended.err.startswith("drs-exporter: --url: http://127.0.0.1:1 cannot be read: ")
    assert len(ended.err.splitlines()) == 1


async def test_a_certificate_of_an_authority_of_its_own_is_told_with_how_to_trust_it() -> None:
    """As the documentation has it for an exporter with TLS; the settings of the command are about the cloud."""
    certificate = trustme.CA().issue_cert("127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", ssl=context) as server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(DrsExporterError) as raised:
            await fetch(f"https://{host}:{port}")
    advice = "unable to get local issuer certificate; SSL_CERT_FILE=PATH names an authority of your own"
    assert str(raised.value) == f"--url: https://{host}:{port} cannot be read: {advice}"


@pytest.mark.parametrize(
    "url",
    [
        *("", " ", "http://", "https:///jobs", "http://[", "http://a b", "http://:9877", "ftp://a", "://a"),
        *("http://a:99999", "http://a:0", "http://a..b", f"http://{'a' * 64}"),
    ],
)
@pytest.mark.parametrize("watch", [(), ("--watch",)])
def test_what_is_no_address_of_an_exporter_is_a_wrong_option(url: str, watch: tuple[str, ...], drs: Drs) -> None:
    ended = drs("jobs", "--url", url, *watch)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "drs-exporter: --url: is not an address such as http://127.0.0.1:9877\n"


ONE: Final = Overview(projects=[Fares(project="prod", up=True, jobs=0, need_somebody=0)], jobs=[])
OTHER: Final = Overview(projects=[Fares(project="test", up=True, jobs=0, need_somebody=0)], jobs=[])
GONE: Final = DrsExporterError("--url: http://exporter:9877 cannot be read: Connection refused")


def looks(found: Sequence[Overview | BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """What each look at an exporter finds; then there is a Ctrl-C."""
    results = iter([*found, Ended(signal.SIGINT)])

    async def next_result(_url: str) -> Overview:
        result = next(results)
        if isinstance(result, BaseException):
            raise result
        return result

    monkeypatch.setattr("drs_exporter.cli.jobs.fetch", next_result)


def test_watching_outlives_an_exporter_that_is_gone_for_a_while(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each absence is told once."""
    looks([ONE, GONE, GONE, ONE, GONE], monkeypatch)
    ended = drs("jobs", "--watch", "--url", "http://exporter:9877")
    assert ended.code == 130
    assert ended.out.count("prod: 0 jobs") == 2
    assert ended.err.splitlines() == [
        *2 * [f"drs-exporter: {GONE}; it is tried again"],
        "drs-exporter: ended by SIGINT",
    ]


def test_watching_outlives_a_project_that_is_gone_for_a_while(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    looks([ONE, OTHER, ONE], monkeypatch)
    ended = drs("jobs", "--watch", "--url", "http://exporter:9877", "--project", "prod")
    assert ended.out.count("prod: 0 jobs") == 2
    assert ended.err.splitlines()[0] == "drs-exporter: --project: there is no prod; there are test; it is tried again"


def test_watching_ends_if_nothing_was_seen_yet(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    looks([GONE], monkeypatch)
    ended = drs("jobs", "--watch", "--url", "http://exporter:9877")
    assert (ended.code, ended.err) == (1, f"drs-exporter: {GONE}\n")


def test_watching_outlives_a_cloud_that_does_not_answer(
    configured: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configured.url
    gone = ApiConnectionError("the identity service cannot be reached", operation="sign_in")
    failures = iter([None, gone, gone, None, Ended(signal.SIGINT)])
    poll_once = Exporter.poll_once

    async def polled(exporter: Exporter) -> tuple[Project, ...]:
        if failure := next(failures):
            raise failure
        return await poll_once(exporter)

    monkeypatch.setattr(Exporter, "poll_once", polled)
    ended = drs("jobs", "--watch", "--log.level", "error")
    assert ended.code == 130
    assert ended.out.count("prod: ") == 2
    assert ended.err.splitlines() == [f"drs-exporter: {gone}; it is tried again", "drs-exporter: ended by SIGINT"]


JOBS = (sys.executable, "-m", "drs_exporter", "jobs")


def test_a_full_disk_is_told_in_one_line(configured: SimulatedCloud) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*JOBS], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert configured.url
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["drs-exporter: standard output cannot be written: No space left on device"]


def test_a_reader_that_has_gone_is_no_error_worth_a_word(configured: SimulatedCloud) -> None:
    """As of `jobs | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        ended = subprocess.run(
            [sys.executable, "-m", "drs_exporter", "jobs"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert configured.url
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_name_can_steer_no_terminal_and_is_no_markup() -> None:
    assert str(plain("[red]\x1b[31m\n\u202ename")) == "[red]\ufffd[31m\ufffd\ufffdname"


def test_a_failed_status_is_red() -> None:
    failed = Record(project="prod", job_id="1", status="START_JOB_FAILED", phase=Phase.FAILED)
    assert _status(failed).style == "bold red"
