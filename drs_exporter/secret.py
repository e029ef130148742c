"""Secrets: read when needed, shown never."""

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from drs_exporter.errors import SettingsError


class Secret:
    """One secret, given as a value or as a file that is read anew each time, so that it can rotate."""

    __slots__ = ("_name", "_source")

    def __init__(self, name: str, source: SecretStr | Path) -> None:
        """Keep where it comes from; `name` is the setting, for messages."""
        self._name = name
        self._source = source

    def __repr__(self) -> str:
        """The setting's name only."""
        return f"Secret({self._name!r})"

    def __eq__(self, other: object) -> bool:
        """Equal when they come from the same value or file."""
        return isinstance(other, Secret) and (self._name, self._source) == (other._name, other._source)

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash((self._name, self._source))

    def read(self) -> str:
        """The secret itself, without the line end a file has; SettingsError if the file cannot be read or is empty."""
        if isinstance(self._source, SecretStr):
            return self._source.get_secret_value()
        try:
            value = self._source.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else "not UTF-8"
            raise SettingsError(f"{self._name}_file: cannot read {self._source}: {reason}") from None
        if not value:
            raise SettingsError(f"{self._name}_file: {self._source} is empty")
        return value


class Redactor:
    """Replaces every secret it has been told of; the second line of defence behind never passing one on."""

    _SHORTEST = 6

    def __init__(self) -> None:
        """Know nothing yet."""
        self._values: dict[str, None] = {}

    def remember(self, value: str) -> None:
        """Hide this value from now on; very short ones would hide half of every text and are left alone."""
        if len(value) >= self._SHORTEST:
            self._values[value] = None
            while len(self._values) > 256:  # noqa: PLR2004 - tokens rotate for years; the oldest are dead
                del self._values[next(iter(self._values))]

    def redact(self, text: str) -> str:
        """The text without any remembered secret."""
        for value in self._values:
            if value in text:
                text = text.replace(value, "[redacted]")
        return text


Remember = Callable[[str], None]
"""Told of each secret as it comes into use."""
