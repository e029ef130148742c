"""Reads the configuration file."""

from pathlib import Path
from typing import Any

import yaml

from drs_exporter.errors import SettingsError


class _Loader(yaml.SafeLoader):
    """Plain YAML, in which a key may stand only once."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """The mapping; a repeated key would silently win over the first."""
        node = super().compose_mapping_node(anchor)
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise _RepeatedKeyError(key, node.start_mark.line + 1)
        return node


class _RepeatedKeyError(Exception):
    """One mapping has a key twice."""


def read_document(file: Path, *, spelled: str) -> dict[str, Any]:
    """The mapping in a YAML file; the library's own messages may quote its text, so none of them is passed on."""
    try:
        document = yaml.load(file.read_bytes(), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as exc:
        raise SettingsError(f"{spelled}: cannot read {file}: {exc.strerror}") from None
    except _RepeatedKeyError as exc:
        key, line = exc.args
        raise SettingsError(f"{file}: {key} stands twice in the mapping that begins in line {line}") from None
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        at = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsError(f"{file}: is not YAML{at}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SettingsError(f"{file}: is not YAML") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise SettingsError(f"{file}: must be a mapping of settings")
    return {str(key): value for key, value in document.items()}
