"""What a person sees that only a real Grafana showed: each fault by the kind, where the JSON can tell."""

from typing import Any

import pytest

from tests.grafana.boards import UIDS, board, panels

PANELS = [pytest.param(panel, id=f"{uid}-{panel['title']}") for uid in UIDS for panel in panels(board(uid))]


def of_kind(*kinds: str) -> list[Any]:
    """Panels of these types, as test cases."""
    return [case for case in PANELS if case.values[0]["type"] in kinds]  # type: ignore[index]


def properties(panel: dict[str, Any]) -> list[dict[str, Any]]:
    """Every property that an override sets."""
    return [item for override in panel["fieldConfig"]["overrides"] for item in override["properties"]]


def special(mappings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands for no value."""
    return [item["options"]["result"] for item in mappings if item["type"] == "special"]


@pytest.mark.parametrize("panel", of_kind("table"))
class TestTables:
    def test_every_column_says_how_its_cells_look(self, panel: dict[str, Any]) -> None:
        """Without cell options among the defaults Grafana 12 leaves out those of single columns."""
        assert panel["fieldConfig"]["defaults"]["custom"]["cellOptions"] == {"type": "auto"}
        looks = [item["value"] for item in properties(panel) if item["id"] == "custom.cellOptions"]
        assert len(looks) == len(panel["fieldConfig"]["overrides"])
        assert {look["type"] for look in looks} <= {"auto", "gauge", "color-background", "color-text"}

    def test_no_column_has_the_look_of_an_older_schema(self, panel: dict[str, Any]) -> None:
        assert [item for item in properties(panel) if item["id"] == "custom.displayMode"] == []

    def test_a_cell_on_a_colour_is_grey_where_nothing_is_known(self, panel: dict[str, Any]) -> None:
        """Else it would stand on the colour of the lowest threshold, though nothing is written on it."""
        for override in panel["fieldConfig"]["overrides"]:
            held = {item["id"]: item["value"] for item in override["properties"]}
            if held["custom.cellOptions"]["type"] == "color-background":
                (result,) = special(held["mappings"])
                assert (result["text"], result["color"]) == ("", "#8E9BB3")

    def test_words_stand_to_the_left(self, panel: dict[str, Any]) -> None:
        """A number that is shown as a word would stand to the right."""
        for override in panel["fieldConfig"]["overrides"]:
            held = {item["id"]: item["value"] for item in override["properties"]}
            assert ("mappings" not in held) or held["custom.align"] == "left"

    def test_one_column_takes_the_room_that_is_left(self, panel: dict[str, Any]) -> None:
        """Or the table ends where its widths end, and leaves the screen empty beside it."""
        shown = [
            {item["id"] for item in override["properties"]}
            for override in panel["fieldConfig"]["overrides"]
            if not any(item["id"] == "custom.hidden" for item in override["properties"])
        ]
        assert any("custom.width" not in held for held in shown)


@pytest.mark.parametrize("panel", of_kind("stat", "bargauge"))
def test_nothing_is_grey(panel: dict[str, Any]) -> None:
    """An outage must not look healthy, nor the absence of errors like one."""
    (result,) = special(panel["fieldConfig"]["defaults"]["mappings"])
    assert result["color"] == "#8E9BB3"
    assert result["text"] == panel["fieldConfig"]["defaults"]["noValue"]


@pytest.mark.parametrize("panel", of_kind("bargauge"))
def test_a_bar_keeps_its_name_when_it_is_the_only_one(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["displayName"] == "${__series.name}"


@pytest.mark.parametrize("panel", of_kind("stat"))
def test_a_figure_that_is_a_name_always_has_one(panel: dict[str, Any]) -> None:
    """Where there is no series Grafana shows an empty panel, so the query has one that says so."""
    if panel["options"]["textMode"] == "name":
        assert all('"", "")' in target["expr"] and "vector(0)" in target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("panel", of_kind("state-timeline"))
def test_stretches_of_time_are_named_by_their_state(panel: dict[str, Any]) -> None:
    """Merged values in threshold colours are shown as the range of their threshold, in one colour."""
    assert panel["options"]["mergeValues"]
    assert panel["fieldConfig"]["defaults"]["color"]["mode"] == "palette-classic"
    assert special(panel["fieldConfig"]["defaults"]["mappings"]) == []


@pytest.mark.parametrize("panel", PANELS)
def test_one_space_stands_before_a_unit_of_our_own(panel: dict[str, Any]) -> None:
    """Grafana puts it there: with one of ours a figure would read `2  days`."""
    units = [panel["fieldConfig"]["defaults"].get("unit", "")]
    units += [item["value"] for item in properties(panel) if item["id"] == "unit"]
    assert [unit for unit in units if unit.startswith("suffix: ")] == []


@pytest.mark.parametrize("uid", UIDS)
def test_alerts_are_marked_where_they_begin(uid: str) -> None:
    """Marks for as long as an alert fires are filled regions, which hide what they stand over."""
    for annotation in board(uid)["annotations"]["list"]:
        assert " unless ALERTS{" in annotation["expr"]
        assert "offset 1m" in annotation["expr"]
    if uid == "drs-fleet":
        assert not any(annotation["enable"] for annotation in board(uid)["annotations"]["list"])


@pytest.mark.parametrize("panel", of_kind("timeseries"))
def test_a_course_is_not_broken_where_it_touches_zero(panel: dict[str, Any]) -> None:
    assert [target["expr"] for target in panel["targets"] if target["expr"].rstrip(") ").endswith("> 0")
            and " and on (" not in target["expr"] and " / (" not in target["expr"]] == []  # fmt: skip


def test_what_was_typed_cannot_break_a_query() -> None:
    """A half-typed regular expression turned every panel red."""
    typed = [target["expr"] for panel in panels(board("drs-fleet")) for target in panel["targets"]]
    assert any("${name:regex}" in expr for expr in typed)
    assert not any("$name" in expr for expr in typed)


def test_a_fleet_that_needs_nobody_says_so() -> None:
    (table,) = (panel for panel in panels(board("drs-fleet")) if panel["title"] == "What needs me now")
    assert "no job needs anybody" in table["targets"][0]["expr"]
