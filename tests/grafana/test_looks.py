"""What a person sees that only a real Grafana showed: each fault by the kind, where the JSON can tell."""

from itertools import pairwise
from typing import Any

import promql_parser
import pytest

from tests.grafana.boards import UIDS, board, nodes, panels

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

    def test_its_columns_fit_on_a_laptop(self, panel: dict[str, Any]) -> None:
        """1,440 pixels wide: a table that is wider hides its last columns. One without a width takes 150 at least."""
        columns = [
            {item["id"]: item["value"] for item in one["properties"]} for one in panel["fieldConfig"]["overrides"]
        ]
        widths = [held.get("custom.width", 150) for held in columns if "custom.hidden" not in held]
        assert sum(widths) <= panel["gridPos"]["w"] * 1440 / 24 - 24

    def test_every_number_has_a_unit(self, panel: dict[str, Any]) -> None:
        """Or a word, or is not seen; and its column is called by its query if there are several, as Grafana does."""
        letters = [target["refId"] for target in panel["targets"]]
        values = {f"Value #{letter}" for letter in letters} if len(letters) > 1 else {"Value"}
        by_name = {one["matcher"]["options"]: one["properties"] for one in panel["fieldConfig"]["overrides"]}
        assert {name for name in by_name if name.startswith("Value")} == values
        for name in values:
            assert {item["id"] for item in by_name[name]} & {"unit", "mappings", "custom.hidden"}

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
    """By its labels: where answers have no names of their own, `${__series.name}` stands there as it is written."""
    named = {
        override["matcher"]["options"]: override["properties"][0]["value"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"]["id"] == "byFrameRefID"
    }
    legends = {target["refId"]: target["legendFormat"] for target in panel["targets"]}
    assert named == {
        letter: legend.replace("{{", "${__field.labels.").replace("}}", "}") for letter, legend in legends.items()
    }
    assert all("${__field.labels." in name for name in named.values())


@pytest.mark.parametrize("panel", of_kind("stat", "bargauge"))
def test_a_figure_is_that_of_now(panel: dict[str, Any]) -> None:
    """Of a course Grafana shows the last value there was, however old: an exporter that is gone looks well."""
    assert all(target["instant"] for target in panel["targets"])


@pytest.mark.parametrize("panel", of_kind("bargauge"))
def test_colours_of_bars_find_the_name_that_the_legend_gives(panel: dict[str, Any]) -> None:
    """Once a bar has a display name, an override by name looks for that, as it is written."""
    kinds = [override["matcher"]["id"] for override in panel["fieldConfig"]["overrides"]]
    assert kinds == sorted(kinds, key=lambda kind: kind == "byFrameRefID")


@pytest.mark.parametrize("panel", of_kind("bargauge"))
def test_few_bars_are_no_larger_than_many(panel: dict[str, Any]) -> None:
    """One bar would fill its panel with letters that leave no room for its name."""
    options = panel["options"]
    assert (options["sizing"], options["maxVizHeight"]) == ("manual", 40)
    assert options["text"] == {"titleSize": 12, "valueSize": 16}


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
    """What is drawn is filtered by something else, or divided by what is no zero: never by its own value."""
    for target in panel["targets"]:
        for node, above in nodes(target["expr"]):
            if is_filter(node):
                chain = [*above, node]
                assert any(
                    isinstance(outer, promql_parser.BinaryExpr)
                    and str(outer.op) in {"and", "unless", "/"}
                    and str(outer.rhs) == str(inner)
                    for outer, inner in pairwise(chain)
                ), target["expr"]


def is_filter(node: promql_parser.Expr) -> bool:
    """Whether it drops what does not compare."""
    if not isinstance(node, promql_parser.BinaryExpr) or str(node.op) not in {">", "<", ">=", "<=", "==", "!="}:
        return False
    return node.modifier is None or not node.modifier.return_bool


SHARES = {
    "What needs me now": "the progress of a transfer",
    "Share of the allowed delay in use": "cut at 2",
    "Full transfers in flight": "progress, and objects done of those there are",
    "Progress": "of a transfer",
    "Kept: delay within its threshold": "of the time",
    "Kept: RPO within its threshold": "of the time",
    "Objects transferred": "of those there are",
    "Pre-check items passed": "of those there are",
    "Failing calls": "of all calls",
    "Request budget": "nobody asks for ten times as much as there is",
    "CPU": "one process has few threads",
}
"""Panels of shares that cannot be ten times the whole, with the reason."""


@pytest.mark.parametrize("panel", PANELS)
def test_what_may_be_many_times_the_whole_is_no_percentage(panel: dict[str, Any]) -> None:
    """Nobody reads `22218 %`."""
    units = [item["value"] for item in properties(panel) if item["id"] == "unit"] if "fieldConfig" in panel else []
    defaults = panel["fieldConfig"]["defaults"]
    if "percentunit" in {*units, defaults.get("unit")}:
        assert defaults.get("max") == 1 or panel["title"] in SHARES


def test_what_was_typed_cannot_break_a_query() -> None:
    """A half-typed regular expression turned every panel red."""
    typed = [target["expr"] for panel in panels(board("drs-fleet")) for target in panel["targets"]]
    assert any("${name:regex}" in expr for expr in typed)
    assert not any("$name" in expr for expr in typed)


def test_a_job_that_failed_has_no_delay_that_looks_well() -> None:
    """What the service last said of it would go on standing there in green."""
    (delay,) = (panel for panel in panels(board("drs-job")) if panel["title"] == "Delay")
    assert ") unless max by (job_id) (drs_job_status{" in delay["targets"][0]["expr"]
    assert 'phase="failed"' in delay["targets"][0]["expr"]


def test_a_fleet_that_needs_nobody_says_so() -> None:
    """And only while every project is read: without the exporter nobody knows whether all is well."""
    (table,) = (panel for panel in panels(board("drs-fleet")) if panel["title"] == "What needs me now")
    *_, well, unknown = table["targets"][0]["expr"].split("\nor on () ")
    assert well.startswith("label_replace((min(max by (project) (drs_up{")
    assert '== 1) * 0, "status", "no job needs anybody"' in well
    assert unknown == 'label_replace(vector(-1), "status", "some project is not read", "", "")'
    urgency = {item["id"]: item["value"] for item in table["fieldConfig"]["overrides"][0]["properties"]}
    words = urgency["mappings"][0]["options"]
    assert (words["-1"]["text"], words["-1"]["color"]) == ("not known", "#8E9BB3")
