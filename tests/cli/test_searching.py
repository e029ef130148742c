"""Commands whose projects are searched for: what is not found, or not told of, is said by each of them."""

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs


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
