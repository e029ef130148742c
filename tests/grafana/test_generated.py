"""What is made from the sources, and the forms it comes in."""

import json
from pathlib import Path

import pytest
import yaml

from grafana.generate import generate
from tests.grafana.boards import ROOT, UIDS, board, panels


def test_committed_files_are_what_the_sources_make() -> None:
    """`make generate` after a change here, of the catalogue or of the alerts' thresholds."""
    stale = [str(path) for path, text in generate().items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == []


def test_the_page_tells_the_scrape_interval_that_is_provisioned() -> None:
    text = (ROOT / "grafana/provisioning/datasources/prometheus.yaml").read_text(encoding="utf-8")
    (source,) = yaml.safe_load(text)["datasources"]
    page = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    assert f"({source['jsonData']['timeInterval']} in the provisioning file)" in page


@pytest.mark.parametrize("folder", ["dashboards", "import", "sidecar"])
def test_no_file_is_left_over(folder: str) -> None:
    there = {path.relative_to(ROOT) for path in (ROOT / "grafana" / folder).iterdir()}
    assert there == {path for path in generate() if path.parent == Path("grafana") / folder}


@pytest.mark.parametrize("uid", UIDS)
class TestForms:
    def test_the_import_form_asks_for_the_data_source(self, uid: str) -> None:
        """Grafana's import page puts the chosen one in the place of the input's name."""
        imported = board(uid, "import")
        (asked,) = imported["__inputs"]
        (variable,) = (item for item in imported["templating"]["list"] if item["type"] == "datasource")
        assert (asked["type"], asked["pluginId"]) == ("datasource", "prometheus")
        assert variable["current"]["value"] == f"${{{asked['name']}}}"

    def test_the_import_form_requires_each_panel_kind_in_use(self, uid: str) -> None:
        imported = board(uid, "import")
        required = {entry["id"] for entry in imported["__requires"] if entry["type"] == "panel"}
        assert required == {panel["type"] for panel in panels(imported)}
        assert imported["id"] is None

    def test_the_import_form_is_the_same_dashboard(self, uid: str) -> None:
        assert board(uid, "import")["panels"] == board(uid)["panels"]

    def test_the_sidecar_finds_the_dashboard(self, uid: str) -> None:
        """The ConfigMap has the label that the Grafana chart's sidecar looks for, and fits into an annotation."""
        text = (ROOT / "grafana" / "sidecar" / f"{uid}.yaml").read_text(encoding="utf-8")
        manifest = yaml.safe_load(text)
        assert manifest["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert json.loads(manifest["data"][f"{uid}.json"]) == board(uid)
        assert len(text.encode()) < 262144


def test_provisioning_knows_the_data_source_and_the_folder() -> None:
    source = yaml.safe_load((ROOT / "grafana/provisioning/datasources/prometheus.yaml").read_text())
    provider = yaml.safe_load((ROOT / "grafana/provisioning/dashboards/drs.yaml").read_text())
    assert [entry["type"] for entry in source["datasources"]] == ["prometheus"]
    assert provider["providers"][0]["options"]["path"] == "/var/lib/grafana/dashboards/drs"
