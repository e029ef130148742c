"""Configuration for programs on loopback, made from the examples that people copy."""

from pathlib import Path
from typing import Any, Final

import yaml

from deploy.rules.groups import GROUPS
from deploy.rules.manifest import dump, groups
from deploy.rules.window import Window

DEPLOY: Final = Path(__file__).resolve().parent.parent
_SHORTEST: Final = 0.1
"""Seconds; what is hurried more would only burn the processor."""

_WAITS: Final = ("group_wait", "group_interval", "repeat_interval")


def prometheus(folder: Path, *, exporter: str, alertmanager: str, hurry: float, scrape_interval: str) -> Path:
    """deploy/prometheus/prometheus.yml with other addresses, and rules whose every wait is `hurry` times shorter."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    rules = folder / "rules.yml"
    rules.write_text(dump(groups(GROUPS, scale=1 / hurry)))
    config["global"]["evaluation_interval"] = scrape_interval
    config["rule_files"] = [str(rules)]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alertmanager]}]}]
    (scrape,) = config["scrape_configs"]
    scrape["scrape_interval"] = scrape["scrape_timeout"] = scrape_interval
    scrape["static_configs"] = [{"targets": [exporter]}]
    return _written(folder / "prometheus.yml", config)


def alertmanager(folder: Path, *, webhook: str, hurry: float) -> Path:
    """deploy/alertmanager/alertmanager.yml with its waits shortened and every receiver the same webhook."""
    config = yaml.safe_load((DEPLOY / "alertmanager" / "alertmanager.yml").read_text())
    del config["global"]
    config["templates"] = [str(DEPLOY / "alertmanager" / "templates" / "*.tmpl")]
    config["receivers"] = [
        {"name": receiver["name"], "webhook_configs": [{"url": webhook}]} for receiver in config["receivers"]
    ]
    _shorten(config["route"], hurry)
    return _written(folder / "alertmanager.yml", config)


def _shorten(route: dict[str, Any], hurry: float) -> None:
    for name in _WAITS:
        if name in route:
            wait = Window(route[name])
            route[name] = str(wait.scaled(max(1 / hurry, _SHORTEST / wait.seconds)))
    for child in route.get("routes", ()):
        _shorten(child, hurry)


def _written(file: Path, config: Any) -> Path:
    file.write_text(dump(config))
    return file
