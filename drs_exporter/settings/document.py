"""Reads YAML that users write: the configuration file, the web configuration, a `clouds.yaml`."""

from pathlib import Path
from typing import Any, Final

import yaml

from drs_exporter.errors import SettingsError
from drs_exporter.regular import read_regular, shown

_MOST_MERGED: Final = 10_000
"""Entries of a mapping after its `<<` were followed; aliases of aliases could make billions of few."""

_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


class _WrongKeyError(Exception):
    """A mapping has a key twice, or one that is no text."""


class _Loader(yaml.SafeLoader):
    """Plain YAML in which a key is text and stands only once; a date is text as well."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """The mapping; of a key given twice, YAML would silently keep the last."""
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}:
                raise _WrongKeyError(f"the key in line {key.start_mark.line + 1} must be text; put it in quotes")
            if key.value in seen:
                line = node.start_mark.line + 1
                raise _WrongKeyError(f"{key.value} stands twice in the mapping that begins in line {line}")
            seen.add(key.value)
        return node

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Follow `<<`, within reason."""
        super().flatten_mapping(node)
        if len(node.value) > _MOST_MERGED:
            raise yaml.constructor.ConstructorError(problem="merged too often", problem_mark=node.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_constructors = {
    tag: construct for tag, construct in yaml.SafeLoader.yaml_constructors.items() if tag != _TIMESTAMP
}


def read_document(file: Path, *, spelled: str) -> dict[str, Any]:
    """The mapping in a YAML file, or SettingsError in one line; `spelled` is the setting that names the file.

    The library's own messages may quote the text, which can be a secret, so none of them is passed on.
    """
    try:
        document = yaml.load(read_regular(file), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as exc:
        raise SettingsError(f"{spelled}: cannot read {shown(file)}: {exc.strerror}") from None
    except _WrongKeyError as exc:
        raise SettingsError(f"{file}: {exc}") from None
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        at = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SettingsError(f"{file}: is not YAML{at}") from None
    except RecursionError:
        raise SettingsError(f"{file}: is nested too deeply") from None
    except (yaml.YAMLError, ValueError, LookupError):  # what is tagged as a number or a word of YAML and is none
        raise SettingsError(f"{file}: is not YAML") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise SettingsError(f"{file}: must be a mapping of settings")
    return document
