"""The code in the body of a refusal, in whichever of the cloud's ways it is said."""

import re
from typing import Final

import msgspec

from drs_exporter.cloud.decode import decode
from drs_exporter.cloud.json_values import Scalar, Wrong, WrongList
from drs_exporter.errors import ApiSchemaError

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What an error code looks like; anything else in its place is text of the service and is not kept."""


class _Part(msgspec.Struct, gc=False):
    """An object in which a code may stand; messages are not read, they can hold secrets."""

    error_code: Scalar = None
    code: Scalar = None

    def stated(self) -> object:
        return self.code if self.error_code is None else self.error_code


class _ErrorBody(_Part, gc=False):
    """Where services put a code: on top, in `error`, in `message`, or in the first of the results."""

    errorCode: Scalar = None  # noqa: N815 - so spelt by the vendor
    error: _Part | Wrong = None
    message: _Part | Wrong = None
    results: list[_Part | Wrong] | WrongList = None
    jobs: list[_Part | Wrong] | WrongList = None


_ERROR: Final = msgspec.json.Decoder(_ErrorBody)


def stated_code(body: bytes) -> object:
    """What stands where the code of an error belongs; None if nothing does, or if nothing can be read."""
    try:
        found = decode(body, _ERROR, operation="")
    except ApiSchemaError:
        return None
    firsts = [items[0] for items in (found.results, found.jobs) if isinstance(items, list) and items]
    parts = [part for part in (found.error, found.message, *firsts) if isinstance(part, _Part)]
    for stated in (found.error_code, found.errorCode, *(part.stated() for part in parts), found.code):
        if says_no(stated):
            return stated
    return None


def says_no(stated: object) -> bool:
    """Whether what stands where a code belongs tells of an error; a zero says that there was none."""
    return stated not in (None, "", "0", 0)


def known_code(value: object) -> str | None:
    """The value if it looks like an error code: bounded, and free of anything a message could carry."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None
