"""Any JSON where one kind of it belongs: a wrong type is for `parse` to count, never a reason to lose the job."""

from typing import Final, TypeAlias

import msgspec


class Unread(msgspec.Struct, gc=False):
    """An object where none belongs; its content is dropped while decoding."""


NO_NUMBER: Final = "\0NaN"
"""Stands where JSON had NaN, Infinity or a number that nothing holds: unreadable as a number and as a text."""

Plain: TypeAlias = str | int | float | bool | None
"""Any JSON value that is neither object nor array."""

Scalar: TypeAlias = Plain | Unread | list[msgspec.Raw]
"""A field that should hold one value, and may hold anything."""

Wrong: TypeAlias = Plain | list[msgspec.Raw]
"""What may stand where an object belongs."""

WrongList: TypeAlias = Plain | Unread
"""What may stand where a list belongs."""
