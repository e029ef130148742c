"""How a setting is spelled in each place a user can write it."""

from typing import Final

PREFIX: Final = "DRS_EXPORTER_"

_DOTTED: Final = {"config_file": "config.file", "web_config_file": "web.config.file"}
_DOTTED_GROUPS: Final = ("web_", "log_")


def variable(setting: str) -> str:
    """The environment variable: `poll_interval` is `DRS_EXPORTER_POLL_INTERVAL`."""
    return PREFIX + setting.upper()


def option(setting: str) -> str:
    """The command line option: kebab case, the web and log ones dotted as Prometheus does."""
    if setting in _DOTTED:
        return "--" + _DOTTED[setting]
    for group in _DOTTED_GROUPS:
        if setting.startswith(group):
            return f"--{group[:-1]}.{setting.removeprefix(group).replace('_', '-')}"
    return "--" + setting.replace("_", "-")
