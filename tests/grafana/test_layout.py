"""Places, numbers and names on the dashboards."""

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from grafana_foundation_sdk.models import dashboard

from grafana.frame import NEEDS_PANEL
from grafana.layout import Line, place
from grafana.phases import PHASE_COLOURS
from tests.grafana.boards import ROOT, UIDS, board, panels

SCREEN = 24


@pytest.mark.parametrize("uid", UIDS)
class TestGrid:
    def test_panels_do_not_overlap(self, uid: str) -> None:
        for together in _screens(uid):
            taken = Counter(
                (x, y)
                for panel in together
                for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
                for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
            )
            assert max(taken.values()) == 1

    def test_every_line_fills_the_screen(self, uid: str) -> None:
        """Side by side, of one height, 24 columns wide, and no line between two is left empty."""
        for together in _screens(uid):
            by_line: dict[int, list[dict[str, int]]] = {}
            for panel in together:
                by_line.setdefault(panel["gridPos"]["y"], []).append(panel["gridPos"])
            assert {sum(spot["w"] for spot in spots) for spots in by_line.values()} == {SCREEN}
            assert all(len({spot["h"] for spot in spots}) == 1 for spots in by_line.values())
            tops = sorted(by_line)
            assert all(upper + by_line[upper][0]["h"] == lower for upper, lower in pairwise(tops))

    def test_what_is_open_at_first_is_short(self, uid: str) -> None:
        """45 lines are some 1,700 pixels: less than two screens of a desk, and no ten thousand of a telephone."""
        assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board(uid)["panels"]) <= 45

    def test_panel_numbers_are_unique(self, uid: str) -> None:
        found = board(uid)
        numbers = [panel["id"] for panel in (*found["panels"], *panels(found)) if panel["type"] == "row"]
        numbers += [panel["id"] for panel in panels(found)]
        assert len(set(numbers)) == len(numbers)

    def test_titles_are_unique(self, uid: str) -> None:
        titles = Counter(panel["title"] for panel in panels(board(uid)))
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

    def test_looks_of_columns_are_in_the_form_that_their_schema_has(self, uid: str) -> None:
        """From schema 38 on, Grafana takes `cellOptions` as they are and migrates nothing."""
        assert board(uid)["schemaVersion"] >= 38

    def test_links_to_the_others_take_no_room(self, uid: str) -> None:
        assert all(link["asDropdown"] for link in board(uid)["links"])


def test_a_line_that_does_not_fill_the_screen_is_refused() -> None:
    panel = dashboard.Panel(title="half")
    with pytest.raises(ValueError, match=r"12 of 24 columns filled by \['half'\]"):
        place([Line(4, [(12, panel)])])


def _links(panel: dict[str, Any]) -> list[str]:
    """Addresses of every data link of a panel."""
    config = panel.get("fieldConfig", {})
    found = list(config.get("defaults", {}).get("links", ()))
    found += [
        link
        for override in config.get("overrides", ())
        for item in override["properties"]
        if item["id"] == "links"
        for link in item["value"]
    ]
    return [link["url"] for link in found]


def test_links_to_jobs_keep_what_was_chosen() -> None:
    """Data source, scrape selection, time range, and the projects chosen: the way back shows the same fleet."""
    links = [link for uid in UIDS for panel in panels(board(uid)) for link in _links(panel) if "/d/drs-job/" in link]
    assert links
    for link in links:
        address, _, carried = link.partition("?")
        assert address == "/d/drs-job/drs-job"
        job, *kept = carried.split("&")
        assert job in {"var-job_id=${__data.fields.job_id}", "var-job_id=${__field.labels.job_id}"}
        assert set(kept) == {
            "${datasource:queryparam}",
            "${job:queryparam}",
            "${instance:queryparam}",
            "${project:queryparam}",
            "${__url_time_range}",
        }


def test_figures_of_trouble_lead_to_the_jobs_in_trouble() -> None:
    fleet = board("drs-fleet")
    (table,) = (panel for panel in panels(fleet) if panel["id"] == NEEDS_PANEL)
    assert table["title"] == "What needs me now"
    wanted = f"viewPanel={NEEDS_PANEL}&"
    leading = {panel["title"] for panel in panels(fleet) if any(wanted in link for link in _links(panel))}
    assert {"Failed", "Lagging", "Standing still", "RPO or RTO missed", "Errors"} <= leading


def test_linked_rows_have_the_column_their_link_needs() -> None:
    for uid in UIDS:
        for panel in panels(board(uid)):
            if any("__data.fields.job_id" in link for link in _links(panel)):
                assert "job_id" in {item["matcher"]["options"] for item in panel["fieldConfig"]["overrides"]}


def test_two_jobs_of_one_name_can_be_told_apart() -> None:
    """The list of jobs shows name, project and id."""
    (job,) = (item for item in board("drs-job")["templating"]["list"] if item["name"] == "job_id")
    assert "label_join(" in job["query"]["query"]
    assert '"job_name", "project", "job_id"' in job["query"]["query"]
    assert "(?<text>" in job["regex"]


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


def _screens(uid: str) -> list[list[dict[str, Any]]]:
    """Panels that stand on the screen together: with all rows as they are at first, and each closed row's own."""
    found = board(uid)["panels"]
    return [found, *(panel["panels"] for panel in found if panel.get("panels"))]
