"""The plain manifests: valid, complete, and what the chart makes by default."""

from pathlib import Path
from typing import Any

import pytest

from drs_exporter import __version__
from tests.deploy import chart
from tests.deploy.container import Object, of_kind, pod_of, settings_in
from tests.deploy.manifests import ROOT, check, documents, read

FOLDER = "deploy/kubernetes"
FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).rglob("*.yaml"))


def kustomization(folder: str) -> Object:
    """The kustomization of a folder."""
    (found,) = read(f"{folder}/kustomization.yaml")
    return found


def resources(folder: str) -> list[Object]:
    """Every object that a kustomization names."""
    return [item for name in kustomization(folder)["resources"] for item in read(f"{folder}/{name}")]


@pytest.mark.parametrize("path", [path for path in FILES if not path.endswith("kustomization.yaml")])
def test_every_object_is_valid(path: str) -> None:
    for item in read(path):
        check(item)
        assert item["metadata"]["labels"]["app.kubernetes.io/name"] == "drs-exporter"


def test_the_kustomization_names_every_file_but_the_example() -> None:
    named = {f"{FOLDER}/{name}" for name in kustomization(FOLDER)["resources"]}
    named |= {f"{FOLDER}/shards/{name}" for name in kustomization(f"{FOLDER}/shards")["resources"]}
    assert set(FILES) - named == {
        f"{FOLDER}/kustomization.yaml",
        f"{FOLDER}/shards/kustomization.yaml",
        f"{FOLDER}/secret.example.yaml",
    }


def test_the_image_is_of_this_version() -> None:
    assert kustomization(FOLDER)["images"] == [{"name": "drs-exporter", "newTag": __version__}]


def test_shards_take_away_what_they_replace() -> None:
    """The component deletes by name, so the names have to be those of the objects it deletes."""
    plain = {(item["kind"], item["metadata"]["name"]) for item in resources(FOLDER)}
    for entry in kustomization(f"{FOLDER}/shards")["patches"]:
        (patch,) = documents(entry["patch"])
        assert patch["$patch"] == "delete"
        assert (patch["kind"], patch["metadata"]["name"]) in plain


def test_shards_are_as_many_as_they_think() -> None:
    objects = resources(f"{FOLDER}/shards")
    shards = of_kind(objects, "StatefulSet")["spec"]
    environment = {entry["name"]: entry["value"] for entry in pod_of(objects)["spec"]["containers"][0]["env"]}
    assert environment["DRS_EXPORTER_TOTAL_SHARDS"] == str(shards["replicas"])
    (service,) = read(f"{FOLDER}/shards/service.yaml")
    assert shards["serviceName"] == service["metadata"]["name"]


@pytest.mark.parametrize(("folder", "shard"), [(FOLDER, 0), (f"{FOLDER}/shards", 2)])
def test_the_exporter_takes_the_configuration(folder: str, shard: int, tmp_path: Path) -> None:
    files = [*resources(folder), *read(f"{FOLDER}/secret.example.yaml")]
    if not any(item["kind"] == "ConfigMap" for item in files):
        files += read(f"{FOLDER}/configmap.yaml")
    settings = settings_in(tmp_path, files, hostname=f"drs-exporter-{shard}")
    (project,) = settings.projects
    assert (project.name, project.auth, settings.shard) == ("prod", "password", shard)


@pytest.mark.parametrize(("folder", "shards"), [(FOLDER, 1), (f"{FOLDER}/shards", 3)])
def test_the_pod_is_the_chart_s(folder: str, shards: int) -> None:
    given = chart.values("password-values.yaml") | {"shards": shards}
    charted = pod_of(chart.objects(given))["spec"]
    container = charted["containers"][0]
    container["image"] = container["image"].removesuffix(f":{__version__}")
    assert pod_of(resources(folder))["spec"] == charted


@pytest.mark.parametrize(
    ("path", "kind", "endpoints"),
    [
        ("servicemonitor.yaml", "ServiceMonitor", "endpoints"),
        ("shards/podmonitor.yaml", "PodMonitor", "podMetricsEndpoints"),
    ],
)
def test_scrapes_are_those_of_the_chart(path: str, kind: str, endpoints: str) -> None:
    given = chart.values("password-values.yaml") | {"serviceMonitor": {"enabled": True}}
    charted = of_kind(chart.objects(given), "ServiceMonitor")["spec"]["endpoints"]
    plain: dict[str, Any] = of_kind(read(f"{FOLDER}/{path}"), kind)["spec"]
    assert plain[endpoints] == charted
