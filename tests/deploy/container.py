"""A pod as the exporter in it sees it: the files that its volumes bring, and its variables."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from drs_exporter.cli.preparation import load
from drs_exporter.settings import Settings
from drs_exporter.settings.names import PREFIX

Object = dict[str, Any]


def of_kind(objects: Iterable[Object], *kinds: str) -> Object:
    """The one object of these kinds."""
    (found,) = (item for item in objects if item["kind"] in kinds)
    return found


def pod_of(objects: Iterable[Object]) -> Object:
    """The pod that a Deployment or a StatefulSet makes."""
    template: Object = of_kind(objects, "Deployment", "StatefulSet")["spec"]["template"]
    return template


def fill(root: Path, pod: Object, objects: Iterable[Object], others: Mapping[str, Mapping[str, str]]) -> None:
    """Write what the pod's volumes hold under this root; `others` are Secrets that are not among the objects."""
    held = dict(others)
    for item in objects:
        if item["kind"] == "ConfigMap":
            held[item["metadata"]["name"]] = item["data"]
        elif item["kind"] == "Secret":
            decoded = {name: base64.b64decode(data).decode() for name, data in item.get("data", {}).items()}
            held[f"secret {item['metadata']['name']}"] = decoded | item.get("stringData", {})
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", ())}
    for mount in pod["spec"]["containers"][0].get("volumeMounts", ()):
        volume = volumes[mount["name"]]
        name = volume["configMap"]["name"] if "configMap" in volume else f"secret {volume['secret']['secretName']}"
        folder = root / mount["mountPath"].lstrip("/")
        folder.mkdir(parents=True)
        for file, text in held[name].items():
            (folder / file).write_text(text, encoding="utf-8")


def variables(root: Path, pod: Object) -> dict[str, str]:
    """The exporter's variables, paths beginning at this root."""
    return {
        variable["name"]: str(root / variable["value"].lstrip("/"))
        if variable["value"].startswith("/")
        else variable["value"]
        for variable in pod["spec"]["containers"][0].get("env", ())
        if variable["name"].startswith(PREFIX)
    }


def settings_in(
    root: Path,
    objects: Iterable[Object],
    *,
    others: Mapping[str, Mapping[str, str]] | None = None,
    hostname: str = "drs-exporter-0",
) -> Settings:
    """The settings with which the exporter in the pod begins."""
    objects = list(objects)
    pod = pod_of(objects)
    fill(root, pod, objects, others or {})
    return load(environ=variables(root, pod), hostname=lambda: hostname)
