"""Commands whose projects are searched for: what is not found, or not told of, is said by each of them."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drs_exporter.cli import waiting
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs, lines


@pytest.fixture
def searching(configured: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> SimulatedCloud:
    """The same cloud, with an expression in place of the project; tests set it."""
    for name in ("PROJECT_ID", "PROJECT_NAME"):
        monkeypatch.delenv(f"DRS_EXPORTER_{name}")
    return configured


@pytest.mark.parametrize("command", [["check"], ["jobs"], ["once"], ["start", "--dry-run", "some-id"]])
def test_an_expression_that_matches_nothing_is_a_failure_told_with_the_names_there_are(
    command: list[str], searching: SimulatedCloud, drs: Drs
) -> None:
    ended = drs(*command, "--discover-projects", "nomatch")
    assert ended.code == 1
    assert "next: drs-exporter serve" not in ended.out
    assert (
        "no project that these credentials can see matches --discover-projects 'nomatch'; "
        f"they see 1: {searching.region}"
    ) in ended.out + ended.err


@pytest.fixture
def beside(configured: SimulatedCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimulatedCloud:
    """The same cloud as one project, beside a search whose identity service is not there."""
    project_id, region = configured.project_id, configured.region
    for name in ("PROJECT_ID", "PROJECT_NAME", "REGION"):
        monkeypatch.delenv(f"DRS_EXPORTER_{name}")
    file = tmp_path / "drs.yml"
    file.write_text(
        f"projects:\n- {{name: good, project_id: {project_id}, region: {region}}}\n"
        "- {discover_projects: lost.*, iam_endpoint: 'http://127.0.0.1:1'}\n"
    )
    monkeypatch.setenv("DRS_EXPORTER_CONFIG_FILE", str(file))
    return configured


LOST = "cannot connect to 127.0.0.1:1: connection refused"


@pytest.mark.usefixtures("beside")
def test_check_tries_the_other_projects_though_a_search_fails(drs: Drs) -> None:
    ended = drs("check")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("lost.*: searched for at http://127.0.0.1:1 by password\n")
    assert LOST in ended.out
    assert "\ngood: " in ended.out
    assert " jobs seen, " in ended.out
    assert ended.out.endswith("\nnext: mend what failed, and check again\n")


def test_jobs_shows_the_other_projects_though_a_search_fails(beside: SimulatedCloud, drs: Drs) -> None:
    ended = drs("jobs")
    assert ended.code == 1
    assert f"lost.*: the jobs could not be listed: {LOST}\n" in ended.err
    assert all(job.id in ended.out for job in beside.truth())
    assert drs("jobs", "--project", "good").code == 0


def test_once_writes_the_other_projects_though_a_search_fails(beside: SimulatedCloud, drs: Drs) -> None:
    ended = drs("once", "--log.format", "json")
    assert ended.code == 1
    assert '"discovery.failed"' in ended.err
    assert LOST in ended.err
    families = {family.name: family for family in text_string_to_metric_families(ended.out)}
    assert {sample.labels["project"]: sample.value for sample in families["drs_up"].samples} == {"good": 1, "lost.*": 0}
    assert {sample.labels["job_id"] for sample in families["drs_job_info"].samples} == {
        job.id for job in beside.truth()
    }


def test_start_asks_for_no_projects_where_the_one_is_configured(beside: SimulatedCloud, drs: Drs) -> None:
    ended = drs("start", "--dry-run", "--project", "good", "some-id")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"POST {beside.url}/v3/{beside.project_id}/")


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("project", [[], ["--project", "lost-one"]])
def test_start_says_which_search_failed_where_the_project_may_be_one_of_it(project: list[str], drs: Drs) -> None:
    ended = drs("start", "--dry-run", *project, "some-id")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (f"drs-exporter: --project: which one is meant cannot be told: lost.*: {LOST}\n")


def test_start_finds_the_project_by_its_name(searching: SimulatedCloud, drs: Drs) -> None:
    project = ["--discover-projects", ".*", "--project", searching.region]
    assert drs("start", "--dry-run", *project, "some-id").out.startswith(f"POST {searching.url}/v3/")
    ended = drs("start", "--dry-run", *project, "--project", "other", "some-id")
    assert (ended.code, ended.err) == (
        2, f"drs-exporter: --project: there is no such project; there are {searching.region}\n"
    )  # fmt: skip


ONE = ["--iam-project", "nobody"]
MANY = ["--discover-projects", "nobody.*"]


@pytest.mark.parametrize("search", [ONE, MANY])
def test_check_says_what_to_do_about_a_search_that_may_not_sign_in(
    search: list[str], searching: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRS_EXPORTER_PASSWORD", "wrong-password")
    ended = drs("check", *search)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith(f"{search[1]}: searched for at {searching.url} by password\n")
    assert lines(ended) == {
        "sign_in": "HTTP 401: signing in was refused: the credential, or the project or domain it is for, "
        "is not accepted; check username, password and domain_name, and that the user may use the API"
    }
    assert ended.out.endswith("\n\nnext: mend what failed, and check again\n")


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ("503", "; the identity service is in trouble: try again later"),
        ("403_permission", "; check domain_name, if it is given, and that the user or agency may list projects in IAM"),
        ("html", " does not answer like the service: check iam_endpoint and proxy_url"),
    ],
)
def test_check_says_what_to_do_about_an_identity_service_that_does_not_tell(
    fault: str, advice: str, searching: SimulatedCloud, drs: Drs
) -> None:
    searching.faults.set("sign_in", fault)
    (result,) = lines(drs("check", *MANY)).values()
    assert result.endswith(advice)


@pytest.mark.parametrize(("search", "setting"), [(ONE, "iam_project"), (MANY, "discover_projects")])
@pytest.mark.usefixtures("searching")
def test_check_says_what_to_do_about_a_search_that_finds_nothing(search: list[str], setting: str, drs: Drs) -> None:
    (result,) = lines(drs("check", *search)).values()
    assert result.endswith(f"; check {setting}, which is about whole names, or let the user or agency see the project")


@pytest.mark.parametrize(
    ("credentials", "advice"),
    [
        ({"TOKEN": "some-token"}, "; get a new token: this one has ended, or is of another account"),
        (
            {"ACCESS_KEY": "some-key", "SECRET_KEY": "some-secret"},
            "; check access_key and secret_key; a temporary key needs its security_token and ends",
        ),
    ],
)
@pytest.mark.usefixtures("searching")
def test_check_names_the_credentials_that_a_search_is_refused_with(
    credentials: dict[str, str], advice: str, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USERNAME", "PASSWORD", "DOMAIN_NAME"):
        monkeypatch.delenv(f"DRS_EXPORTER_{name}")
    for name, value in credentials.items():
        monkeypatch.setenv(f"DRS_EXPORTER_{name}", value)
    (result,) = lines(drs("check", *MANY)).values()
    assert result.endswith(advice)


@pytest.mark.usefixtures("searching")
def test_who_waits_for_the_projects_is_told_so(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    told = drs("check", *MANY).err.splitlines()
    assert told
    assert set(told) == {"asking IAM which projects there are, after 0 s"}
