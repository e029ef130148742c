"""Secrets: read when needed, shown never."""

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from drs_exporter.errors import SettingsError
from drs_exporter.regular import read_regular, shown

_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

Check = Callable[[str], str]
"""The value to use; ValueError for one that a secret of this kind cannot have."""


def one_line(value: str) -> str:
    """A secret as it is sent along: it is there, and it is one line."""
    if not value:
        raise ValueError("must not be empty")
    if not value.isprintable():
        raise ValueError("must not hold line breaks or control characters")
    return value


class Secret:
    """One secret, given as a value or as a file that is read anew each time, so that it can rotate."""

    __slots__ = ("_check", "_name", "_source")

    def __init__(self, name: str, source: SecretStr | Path, *, check: Check = one_line) -> None:
        """Keep where it comes from; `name` is the setting as it was written, for messages."""
        self._name = name
        self._source = source
        self._check = check

    def __repr__(self) -> str:
        return f"Secret({self._name!r})"

    def __eq__(self, other: object) -> bool:
        """Equal when they come from the same value or file, wherever that was said."""
        return isinstance(other, Secret) and self._source == other._source

    def __hash__(self) -> int:
        return hash(self._source)

    def read(self) -> str:
        """The secret itself, without the line end and the byte order mark that an editor leaves.

        SettingsError in one line, which never holds the secret, if its file cannot be read or holds something else.
        Reading a file takes as long as its disk: from a running event loop, call it in a thread.
        """
        if isinstance(self._source, SecretStr):
            text, where = self._source.get_secret_value(), ""
        else:
            text, where = self._text_of(self._source), "" if self._name == str(self._source) else f"{self._source} "
        value = text.removeprefix(_BYTE_ORDER_MARK).strip("\r\n")
        try:
            return self._check(one_line(value))
        except ValueError as exc:
            raise SettingsError(f"{self._name}: {where}{exc}") from None

    def _text_of(self, file: Path) -> str:
        try:
            return read_regular(file).decode()
        except OSError as exc:
            raise SettingsError(f"{self._name}: cannot read {shown(file)}: {exc.strerror}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{self._name}: cannot read {shown(file)}: not UTF-8") from None


class Redactor:
    """Replaces every secret it has been told of; the second line of defence behind never passing one on."""

    _SHORTEST = 6

    def __init__(self) -> None:
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
