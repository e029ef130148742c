"""`check` says of every operation whether it works, and of what does not what to do."""

import re
from pathlib import Path

import pytest

from drs_exporter.cli import waiting
from drs_exporter.poll import COLLECTORS
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.status import Phase, phase_of
from tests.cli.conftest import Drs, lines


def test_a_cloud_that_works_is_all_ok(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == f"prod: {configured.url}, signed in by password"
    assert lines(ended) == dict.fromkeys(
        (
            "sign_in",
            "list_jobs migration",
            "list_jobs sync",
            "list_jobs cloudDataGuard",
            "batch_status",
            "batch_progress",
            "batch_rpo_rto",
            "batch_detail",
            "list_async_jobs",
            "async_job_detail",
            "quotas",
            "dr_monitor",
            "monitor_data",
            "dirty_data",
            "components",
            "ces_list_metrics",
            "ces_data",
        ),
        "ok",
    )


@pytest.mark.usefixtures("configured")
def test_what_takes_seconds_is_told_to_who_waits_and_the_table_is_as_ever(
    drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = drs("check")
    monkeypatch.setattr(waiting, "PATIENCE", 0.001)
    ended = drs("check")
    told = ended.err.splitlines()
    assert all(
        re.fullmatch(r"prod: (signing in|\d+ calls were made, the last of \w+), after \d+ s", line) for line in told
    )
    assert any("signing in" in line for line in told)
    assert any("the last of " in line for line in told)
    assert lines(ended) == lines(quiet)


def test_the_jobs_that_were_seen_are_counted(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("check", "--collectors", "jobs", "--scenarios", "sync")
    (line,) = (line for line in ended.out.splitlines() if line.startswith("list_jobs sync"))
    wanted = [job for job in configured.truth() if job.db_use_type == "sync"]
    assert line.split()[4] == str(len(wanted))


def test_every_collector_asks_as_it_would_all_day(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("check", "--collectors", ",".join(COLLECTORS))
    assert {line.split()[0] for line in lines(ended)} == {*configured.calls, "sign_in"}
    alive = [job for job in configured.truth() if phase_of(job.status) is not Phase.STOPPED]
    assert configured.calls["list_jobs"] == 3
    assert configured.calls["batch_detail"] == -(-len(alive) // 10)
    assert configured.calls["job_detail"] > len(alive)


def test_a_user_without_a_right_for_cloud_eye_is_told_which_and_has_no_failure(
    configured: SimulatedCloud, drs: Drs
) -> None:
    configured.faults.set("ces_list_metrics", "403_permission")
    ended = drs("check")
    assert ended.code == 0
    assert "ces_data" not in lines(ended)
    told = " ".join(ended.out.split())
    assert "not here: HTTP 403" in told
    assert "ces:metrics:list and ces:metricData:list" in told
    assert "leave cloud_eye out of collectors" in told


def test_a_question_that_is_not_for_every_pair_of_engines_is_no_failure(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("components", "bad_request")
    ended = drs("check")
    assert ended.code == 0
    assert lines(ended)["components"].startswith("not here: HTTP 400")
    assert "leave diagnosis out of collectors" in " ".join(ended.out.split())


def test_where_there_is_no_cloud_eye_the_setting_is_named(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("ces_list_metrics", "404_gateway")
    ended = drs("check")
    assert ended.code == 0
    assert f"check cloud_eye_endpoint: there is no Cloud Eye at {configured.url}" in " ".join(ended.out.split())


def test_an_empty_project_has_nothing_to_ask_about(configured: SimulatedCloud, drs: Drs) -> None:
    for job in configured.truth():
        if not job.parent_id:
            configured.fleet.delete(job.id)
    ended = drs("check", "--collectors", "status,job_detail")
    assert ended.code == 0
    assert lines(ended)["batch_status"] == "no job to ask about"
    assert lines(ended)["job_detail"] == "no job to ask about"


def test_a_cloud_without_v3_is_listed_over_v5(configured: SimulatedCloud, drs: Drs) -> None:
    configured.v3 = False
    ended = drs("check")
    assert ended.code == 0
    told = lines(ended)
    assert [told[f"list_jobs_v5 {scenario}"] for scenario in ("migration", "sync", "cloudDataGuard")] == ["ok"] * 3
    assert "list_jobs sync" not in told
    assert told["batch_status"].startswith("not here: HTTP 404 APIGW.0101")


def test_without_either_listing_the_older_one_is_what_fails(configured: SimulatedCloud, drs: Drs) -> None:
    configured.v3 = configured.v5 = False
    ended = drs("check", "--scenarios", "sync", "--collectors", "jobs")
    assert ended.code == 1
    assert lines(ended).keys() == {"sign_in", "list_jobs sync"}


def test_replays_are_listed_over_v5_alone(configured: SimulatedCloud, drs: Drs) -> None:
    assert drs("check", "--scenarios", "replay", "--collectors", "jobs").code == 0
    assert (configured.calls["list_jobs"], configured.calls["list_jobs_v5"]) == (0, 1)


def test_a_cloud_without_v5_is_no_failure(configured: SimulatedCloud, drs: Drs) -> None:
    configured.v5 = False
    ended = drs("check")
    assert ended.code == 0
    assert lines(ended)["list_async_jobs"] == (
        "not here: HTTP 404 APIGW.0101: this cloud or region has no such operation; "
        "nothing, the rest works without it; leave async_jobs out of collectors to hide this"
    )
    assert lines(ended)["quotas"] == "ok"


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ("403_permission", "give the user or agency the right to read DRS in this project (DRS ReadOnlyAccess)"),
        ("throttle", "lower max_requests_per_second, or poll less often; others share the limit"),
        ("500", "the service is in trouble: try again later"),
        ("404_gateway", "check endpoint, region and cloud: there is no such operation at {url}"),
        ("bad_request", "try again; if it stays, look the code up in the service's list of error codes"),
        ("html", "{url} does not answer like the service: check endpoint and proxy_url"),
    ],
)
def test_a_refused_scenario_is_told(fault: str, advice: str, configured: SimulatedCloud, drs: Drs) -> None:
    configured.v5 = False  # or its listing would take the place of one that is not there
    configured.faults.set("list_jobs", fault, match={"db_use_type": "sync"})
    ended = drs("check")
    assert ended.code == 1
    assert lines(ended)["list_jobs sync"].endswith(f"; {advice.format(url=configured.url)}")
    assert lines(ended)["list_jobs migration"] == "ok"


def test_every_project_has_its_own_table(
    configured: SimulatedCloud, drs: Drs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROJECT_ID", "PROJECT_NAME", "REGION"):
        monkeypatch.delenv(f"DRS_EXPORTER_{name}")
    file = tmp_path / "drs.yml"
    file.write_text(
        f"projects:\n- {{name: alive, project_id: {configured.project_id}, region: r}}\n"
        f"- {{name: dead, project_id: {configured.project_id}, region: r, endpoint: 'http://127.0.0.1:1'}}\n"
    )
    ended = drs("check", "--config.file", str(file), "--collectors", "jobs")
    assert ended.code == 1
    assert f"alive: {configured.url}, signed in by password" in ended.out
    assert "dead: http://127.0.0.1:1, signed in by password" in ended.out


def test_offline_reads_the_files_and_asks_nobody(configured: SimulatedCloud, drs: Drs, tmp_path: Path) -> None:
    ended = drs("check", "--offline")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == "the configuration can be used"
    assert not configured.requests
    (tmp_path / "web.yml").write_text("nonsense: 1\n")
    for mode in ((), ("--offline",)):
        ended = drs("check", *mode, "--web.config.file", str(tmp_path / "web.yml"))
        assert ended.code == 2
        assert "nonsense" in ended.err
    assert not configured.requests


def test_what_the_filters_leave_is_told_and_what_to_do_next(configured: SimulatedCloud, drs: Drs) -> None:
    jobs = configured.truth()
    ended = drs("check", "--include-jobs", "nothing", "--collectors", "jobs")
    assert f"{len(jobs)} jobs seen, 0 left after the filters" in ended.out.splitlines()
    assert ended.out.splitlines()[-1] == "next: drs-exporter serve"


def test_a_refused_sign_in_is_not_called_signed_in(
    configured: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRS_EXPORTER_PASSWORD", "wrong-password")
    ended = drs("check")
    assert ended.out.splitlines()[0] == f"prod: {configured.url}, not signed in by password"
    assert ended.out.splitlines()[-1] == "next: mend what failed, and check again"


def test_what_the_fleet_asks_of_the_request_budget_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    """Each minute asks for three listings of one page, and one batch of statuses."""
    ended = drs("check", "--collectors", "jobs,status", "--max-requests-per-second", "2", "--max-concurrency", "1000")
    assert configured.calls == {"sign_in": 1, "list_jobs": 3, "batch_status": 1}
    assert "DRS: 4 calls a minute needed, 120 allowed" in ended.out.splitlines()


def test_a_budget_that_is_too_small_is_told_with_what_helps(configured: SimulatedCloud, drs: Drs) -> None:
    """Four calls every other second, of which there may be two."""
    assert configured.url
    asked = {"collectors": "jobs,status", "poll-interval": "2s", "max-requests-per-second": "1"}
    ended = drs("check", *(word for name, value in asked.items() for word in (f"--{name}", value)))
    assert ended.code == 0
    told = (
        "DRS: 120 calls a minute needed, 60 allowed: intervals are stretched 2.0 times; raise max_requests_per_second"
    )
    assert told in ended.out


def test_a_collector_whose_calls_never_end_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("batch_status", "hang")
    ended = drs("check", "--collectors", "jobs,status", "--poll-timeout", "1s")
    assert ended.code == 1
    assert "no call has ended for 1 s, 0 of 1 were done: raise poll_timeout" in lines(ended)["batch_status"]
