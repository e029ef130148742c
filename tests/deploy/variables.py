"""Files and lines that set variables."""

import re

_LINE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")


def variables_in(text: str) -> dict[str, str]:
    """The variables of an environment file; anything but a comment has to be one."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line)
            assert match, line
            assert match["name"] not in found, line
            found[match["name"]] = match["value"]
    return found
