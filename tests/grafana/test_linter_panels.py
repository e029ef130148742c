"""Grafana's dashboard-linter, rule by rule: what it asks of a panel."""

from typing import Any

import pytest

from tests.grafana.boards import UIDS, board, panels

WITHOUT_QUERIES = {"text", "alertlist"}
UNITS = {
    "none", "short", "percentunit", "s", "bytes", "Bps", "reqps", "ops", "wps",
    "dateTimeAsIso", "dateTimeFromNow", "suffix:days", "suffix:intervals", "suffix:\N{MULTIPLICATION SIGN}",
}  # fmt: skip
"""Those of Grafana's units that are in use here; a new one is looked up in Grafana before it is added."""

PANELS = [pytest.param(panel, id=f"{uid}-{panel['title']}") for uid in UIDS for panel in panels(board(uid))]
QUERIED = [case for case in PANELS if case.values[0]["type"] not in WITHOUT_QUERIES]  # type: ignore[index]


@pytest.mark.parametrize("panel", QUERIED)
class TestRules:
    def test_panel_datasource(self, panel: dict[str, Any]) -> None:
        """The panel and each of its queries use the data source chosen."""
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)

    def test_panel_units(self, panel: dict[str, Any]) -> None:
        """A unit for the panel, and every column's own is one that Grafana knows."""
        config = panel["fieldConfig"]
        overridden = [
            item["value"] for override in config["overrides"] for item in override["properties"] if item["id"] == "unit"
        ]
        assert {config["defaults"]["unit"], *overridden} <= UNITS

    def test_panel_no_targets(self, panel: dict[str, Any]) -> None:
        assert panel["targets"]
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters)

    def test_a_panel_says_what_it_means_that_there_is_nothing(self, panel: dict[str, Any]) -> None:
        if panel["type"] == "state-timeline":  # it would draw the text as a value
            assert "noValue" not in panel["fieldConfig"]["defaults"]
        else:
            assert panel["fieldConfig"]["defaults"]["noValue"]


@pytest.mark.parametrize("panel", PANELS)
def test_panel_title_description(panel: dict[str, Any]) -> None:
    """A title without an end, a description that is a sentence."""
    assert panel["title"]
    assert not panel["title"].endswith(".")
    assert panel["description"].endswith(".")
