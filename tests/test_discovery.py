"""Projects that are searched for: found, lost, left out, and kept while IAM does not answer."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drs_exporter.cli.preparation import load
from drs_exporter.cloud.identity import IamProject
from drs_exporter.discovery import INTERVAL, MOST, RETRY, Discovery
from drs_exporter.errors import ApiConnectionError
from drs_exporter.settings import ProjectSearch, Settings

SIGNED_IN = {"DRS_EXPORTER_TOKEN": "t0ken-t0ken"}


class Iam:
    """What IAM tells, and whether it does."""

    def __init__(self, *names: str) -> None:
        self.names: tuple[str, ...] = names
        self.down = False
        self.asked: list[str] = []

    async def __call__(self, search: ProjectSearch) -> Sequence[IamProject]:
        self.asked.append(search.iam_endpoint)
        if self.down:
            raise ApiConnectionError("cannot connect to iam", operation="sign_in")
        return [IamProject(f"id-of-{name}"[:64], name) for name in self.names]


@pytest.fixture
def one() -> Settings:
    """One project by its name in IAM."""
    return load(environ=SIGNED_IN | {"DRS_EXPORTER_IAM_PROJECT": "eu-de_orders"})


@pytest.fixture
def many() -> Settings:
    """All projects of a region."""
    return load(environ=SIGNED_IN | {"DRS_EXPORTER_DISCOVER_PROJECTS": "eu-(de|nl).*", "DRS_EXPORTER_REGION": "eu-de"})


def names(discovery: Discovery) -> list[str]:
    return [project.name for project in discovery.projects()]


async def test_a_project_is_found_by_its_name(one: Settings) -> None:
    iam = Iam("eu-de", "eu-de_orders", "eu-de_orders2")
    discovery = Discovery(one, look=iam)
    assert (discovery.projects(), len(discovery.pending), discovery.pause) == ((), 1, RETRY)
    await discovery.look()
    (project,) = discovery.projects()
    assert (project.name, project.project_id, project.region) == ("eu-de_orders", "id-of-eu-de_orders", "eu-de")
    assert project.endpoint == "https://drs.eu-de.otc.t-systems.com"
    assert iam.asked == ["https://iam.eu-de.otc.t-systems.com"]
    assert (discovery.pending, discovery.pause) == ([], INTERVAL)


async def test_a_name_that_iam_does_not_know_is_told(one: Settings) -> None:
    discovery = Discovery(one, look=Iam("eu-de"))
    (search,) = await discovery.look_once()
    assert search.error == (
        "no project that these credentials can see is called as in DRS_EXPORTER_IAM_PROJECT 'eu-de_orders'; "
        "they see 1: eu-de"
    )


async def test_the_one_project_stays_though_iam_tells_of_it_no_more(one: Settings) -> None:
    iam = Iam("eu-de_orders")
    discovery = Discovery(one, look=iam)
    await discovery.look()
    iam.names = ()
    await discovery.look()
    assert (names(discovery), discovery.pending) == (["eu-de_orders"], [])


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ((), "they see none at all"),
        (("eu-ch2_b", "eu-ch2_a"), "they see 2: eu-ch2_a, eu-ch2_b"),
        (("eu-ch2", "odd\nname"), "they see 2: eu-ch2, …"),
        (tuple("hgfedcba987"), "they see 11: 7, 8, 9, a, b, c, d, e, f, g, …"),
    ],
)
async def test_an_expression_that_matches_nothing_is_told_with_the_names_there_are(
    many: Settings, seen: tuple[str, ...], told: str
) -> None:
    (search,) = await Discovery(many, look=Iam(*seen)).look_once()
    assert search.error == (
        f"no project that these credentials can see matches DRS_EXPORTER_DISCOVER_PROJECTS 'eu-(de|nl).*'; {told}"
    )


async def test_an_expression_that_matches_nothing_is_pending_and_logged_once(many: Settings) -> None:
    iam = Iam()
    discovery = Discovery(many, look=iam)
    with capture_logs() as logged:
        await discovery.look()
        await discovery.look()
        iam.down = True
        await discovery.look()
        iam.down = False
        await discovery.look()
        assert [search.empty for search in discovery.pending] == [True]
        iam.names = ("eu-de_a",)
        await discovery.look()
    assert [event["event"] for event in logged] == [
        "discovery.empty", "discovery.failed", "discovery.empty", "discovery.recovered", "discovery.changed"
    ]  # fmt: skip
    assert logged[0] == {
        "event": "discovery.empty",
        "log_level": "warning",
        "search": "eu-(de|nl).*",
        "reason": "no_project",
        "error": "no project that these credentials can see matches DRS_EXPORTER_DISCOVER_PROJECTS 'eu-(de|nl).*'; "
        "they see none at all",
    }
    assert discovery.pending == []


async def test_a_project_of_which_no_region_is_known_is_nothing_found() -> None:
    settings = load(
        environ=SIGNED_IN
        | {"DRS_EXPORTER_DISCOVER_PROJECTS": "MOS", "DRS_EXPORTER_IAM_ENDPOINT": "https://iam.example"}
    )
    (search,) = await Discovery(settings, look=Iam("MOS", "eu-de")).look_once()
    assert search.error == (
        "no project that DRS_EXPORTER_DISCOVER_PROJECTS 'MOS' means can be watched: no region is known for MOS"
    )


async def test_every_project_that_matches_is_watched_under_its_name_in_its_region(many: Settings) -> None:
    discovery = Discovery(many, look=Iam("eu-nl_b", "eu-de", "eu-de_a", "eu-ch2"))
    await discovery.look()
    found = discovery.projects()
    assert [(project.name, project.region) for project in found] == [
        ("eu-de", "eu-de"),
        ("eu-de_a", "eu-de"),
        ("eu-nl_b", "eu-nl"),
    ]
    assert found[2].endpoint == "https://drs.eu-nl.otc.t-systems.com"
    assert {project.iam_endpoint for project in found} == {"https://iam.eu-de.otc.t-systems.com"}


async def test_projects_come_and_go_and_the_others_stay_the_same(many: Settings) -> None:
    iam = Iam("eu-de_a", "eu-de_b")
    discovery = Discovery(many, look=iam)
    await discovery.look()
    before = discovery.projects()
    iam.names = ("eu-de_b", "eu-de_c")
    with capture_logs() as logged:
        await discovery.look()
    assert names(discovery) == ["eu-de_b", "eu-de_c"]
    assert discovery.projects()[0] == before[1]
    assert logged == [{"event": "discovery.changed", "log_level": "info", "added": ["eu-de_c"], "removed": ["eu-de_a"]}]


async def test_while_iam_does_not_answer_what_was_found_stays(many: Settings) -> None:
    iam = Iam("eu-de_a")
    discovery = Discovery(many, look=iam)
    await discovery.look()
    iam.down = True
    with capture_logs() as logged:
        await discovery.look()
        await discovery.look()
    assert names(discovery) == ["eu-de_a"]
    (event,) = logged
    assert (event["event"], event["reason"], event["search"]) == ("discovery.failed", "connection", "eu-(de|nl).*")
    iam.down = False
    with capture_logs() as logged:
        await discovery.look()
    assert [event["event"] for event in logged] == ["discovery.recovered"]


async def test_disabled_projects_are_not_watched(many: Settings) -> None:
    async def look(_search: ProjectSearch) -> Sequence[IamProject]:
        return [IamProject("p", "eu-de_a", enabled=False), IamProject("q", "eu-de_b")]

    discovery = Discovery(many, look=look)
    await discovery.look()
    assert names(discovery) == ["eu-de_b"]


async def test_no_more_than_a_hundred_are_found_and_the_rest_is_told(many: Settings) -> None:
    discovery = Discovery(many, look=Iam(*(f"eu-de_{number:03}" for number in range(MOST + 2))))
    with capture_logs() as logged:
        await discovery.look()
    assert len(discovery.projects()) == MOST
    assert logged[0]["event"] == "discovery.left_out"
    assert logged[0]["projects"] == ["eu-de_100", "eu-de_101"]


async def test_a_name_that_tells_no_region_is_left_out() -> None:
    settings = load(
        environ=SIGNED_IN | {"DRS_EXPORTER_DISCOVER_PROJECTS": ".*", "DRS_EXPORTER_IAM_ENDPOINT": "https://iam.example"}
    )
    discovery = Discovery(settings, look=Iam("MOS", "eu-de", "cn-north-4"))
    with capture_logs() as logged:
        await discovery.look()
    assert [(project.name, project.cloud) for project in discovery.projects()] == [
        ("cn-north-4", "huaweicloud"),
        ("eu-de", "tcloud"),
    ]
    assert logged[0]["projects"] == ["MOS"]


async def test_a_search_that_fails_is_pending_unless_it_has_projects(many: Settings) -> None:
    iam = Iam()
    iam.down = True
    discovery = Discovery(many, look=iam)
    await discovery.look()
    assert [search.error for search in discovery.pending] == ["cannot connect to iam"]
    assert discovery.pause == RETRY
    iam.down, iam.names = False, ("eu-de_a",)
    await discovery.look()
    iam.down = True
    await discovery.look()
    assert discovery.pending == []


@pytest.fixture
def beside(tmp_path: Path) -> Callable[[str], Settings]:
    """A search in a list, beside a project that is configured."""

    def read(project: str) -> Settings:
        file = tmp_path / "drs.yml"
        file.write_text(
            "token: t0ken-t0ken\nprojects:\n"
            f"- {project}\n"
            "- {discover_projects: 'eu-de.*', region: eu-de, poll_interval: 5m, project_labels: {a: b}}"
        )
        return load({"config_file": str(file)}, environ={})

    return read


async def test_an_entry_is_searched_for_with_its_own_settings(beside: Callable[[str], Settings]) -> None:
    discovery = Discovery(beside("{name: mine, project_id: p, region: eu-de}"), look=Iam("eu-de_a"))
    await discovery.look()
    mine, found = discovery.projects()
    assert (mine.name, mine.poll_interval) == ("mine", 60)
    assert (found.name, found.poll_interval, found.project_labels) == ("eu-de_a", 300, {"a": "b"})


@pytest.mark.parametrize(
    "configured",
    ["{name: eu-de_a, project_id: p, region: eu-de}", "{name: mine, project_id: id-of-eu-de_a, region: eu-de}"],
)
async def test_what_is_configured_is_not_found_again(configured: str, beside: Callable[[str], Settings]) -> None:
    discovery = Discovery(beside(configured), look=Iam("eu-de_a", "eu-de_b"))
    await discovery.look()
    assert len(discovery.projects()) == 2
    assert names(discovery)[1] == "eu-de_b"
