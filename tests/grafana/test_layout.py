"""Places, numbers and names on the dashboards."""

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from grafana_foundation_sdk.models import dashboard

from grafana.layout import Line, place
from grafana.phases import PHASE_COLOURS
from tests.grafana.boards import ROOT, UIDS, board, panels

SCREEN = 24


@pytest.mark.parametrize("uid", UIDS)
class TestGrid:
    def test_panels_do_not_overlap(self, uid: str) -> None:
        taken = Counter(
            (x, y)
            for panel in board(uid)["panels"]
            for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
            for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
        )
        assert max(taken.values()) == 1

    def test_every_line_fills_the_screen(self, uid: str) -> None:
        """Side by side, of one height, 24 columns wide, and no line between two is left empty."""
        by_line: dict[int, list[dict[str, int]]] = {}
        for panel in board(uid)["panels"]:
            by_line.setdefault(panel["gridPos"]["y"], []).append(panel["gridPos"])
        assert {sum(spot["w"] for spot in spots) for spots in by_line.values()} == {SCREEN}
        assert all(len({spot["h"] for spot in spots}) == 1 for spots in by_line.values())
        tops = sorted(by_line)
        assert all(upper + by_line[upper][0]["h"] == lower for upper, lower in pairwise(tops))

    def test_panel_numbers_are_unique(self, uid: str) -> None:
        numbers = [panel["id"] for panel in board(uid)["panels"]]
        assert len(set(numbers)) == len(numbers)

    def test_titles_are_unique(self, uid: str) -> None:
        titles = Counter(panel["title"] for panel in board(uid)["panels"])
        assert titles.most_common(1)[0][1] == 1

    def test_it_is_found_by_its_uid_and_tag(self, uid: str) -> None:
        """The other dashboards find it by its tag and take variables and time range along."""
        found = board(uid)
        (link,) = found["links"]
        assert found["uid"] == uid
        assert link["tags"][0] in found["tags"]
        assert link["includeVars"]
        assert link["keepTime"]

    def test_alerts_are_marked(self, uid: str) -> None:
        marked = board(uid)["annotations"]["list"]
        assert marked
        assert all('ALERTS{alertname=~"DRS' in annotation["expr"] for annotation in marked)

    def test_schema_is_read_by_grafana_9_4(self, uid: str) -> None:
        """Schema 36 is older than 9.4 and migrated by every later Grafana."""
        assert board(uid)["schemaVersion"] == 36


def test_a_line_that_does_not_fill_the_screen_is_refused() -> None:
    panel = dashboard.Panel(title="half")
    with pytest.raises(ValueError, match=r"12 of 24 columns filled by \['half'\]"):
        place([Line(4, [(12, panel)])])


def test_links_to_jobs_keep_what_was_chosen() -> None:
    """A row's link leads to its job, with data source, scrape selection and time range."""
    links = [
        item["value"][0]["url"]
        for uid in UIDS
        for panel in panels(board(uid))
        for override in panel.get("fieldConfig", {}).get("overrides", ())
        for item in override["properties"]
        if item["id"] == "links"
    ]
    assert links
    for link in links:
        address, _, carried = link.partition("?")
        assert address == "/d/drs-job/drs-job"
        assert set(carried.split("&")) == {
            "var-project=${__data.fields.project}",
            "var-job_id=${__data.fields.job_id}",
            "${datasource:queryparam}",
            "${job:queryparam}",
            "${instance:queryparam}",
            "${__url_time_range}",
        }


def test_linked_rows_have_the_columns_their_link_needs() -> None:
    for uid in UIDS:
        for panel in panels(board(uid)):
            found = panel.get("fieldConfig", {}).get("overrides", ())
            overrides = {item["matcher"]["options"]: item for item in found}
            if any(entry["id"] == "links" for item in overrides.values() for entry in item["properties"]):
                assert {"project", "job_id"} <= set(overrides)


def test_a_phase_has_one_colour_everywhere() -> None:
    colours: dict[str, set[str]] = {}
    for mapping in _mappings():
        for result in mapping["options"].values():
            colours.setdefault(result["text"], set()).add(result["color"])
    for phase, colour in PHASE_COLOURS.items():
        if phase != "failed":
            assert colours[phase.replace("_", " ")] == {colour}
    assert len(set(PHASE_COLOURS.values())) == len(PHASE_COLOURS)


def _mappings() -> list[dict[str, Any]]:
    """Every value mapping there is."""
    found: list[dict[str, Any]] = []

    def collect(item: dict[str, Any]) -> dict[str, Any]:
        if item.get("type") == "value" and "options" in item:
            found.append(item)
        return item

    for uid in UIDS:
        json.loads((ROOT / "grafana" / "dashboards" / f"{uid}.json").read_text(), object_hook=collect)
    return found
