"""JSON to wire models: what a service sends is read if there is any honest way to read it."""

import json
import math
from collections.abc import Callable
from typing import TypeVar

import msgspec

from drs_exporter.cloud.answer import AnswerReader, HttpAnswer
from drs_exporter.cloud.json_values import NO_NUMBER
from drs_exporter.errors import ApiSchemaError, NoAnswerError

T = TypeVar("T")
C = TypeVar("C")

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LENIENT_LIMIT = 16 * 1024 * 1024
"""Bytes that are read leniently at most, which takes ten times as long."""

_LONGEST_INTEGER = 300
"""Digits a float can still hold; Python refuses to read integers of some thousands."""


def decode(body: bytes, decoder: msgspec.json.Decoder[T], *, operation: str) -> T:
    """The body as the decoder's model; ApiSchemaError if it is none, NoAnswerError if it is empty or HTML."""
    text = body.removeprefix(_BYTE_ORDER_MARK).strip()
    if not text:
        raise NoAnswerError("the answer is empty", operation=operation)
    if is_html(text):
        raise NoAnswerError("the answer is an HTML page, not JSON", operation=operation)
    try:
        if not text.isascii():
            text.decode()  # what the decoder skips it does not check
        return decoder.decode(text)
    except RecursionError:
        raise ApiSchemaError("the answer is nested too deeply", operation=operation) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_leniently(text, decoder, operation=operation)


def reader(model: type[T], content: Callable[[T], C | None]) -> AnswerReader[C]:
    """Decodes the body as `model` and takes out its content."""
    decoder = msgspec.json.Decoder(model)

    def read(answer: HttpAnswer, /, *, operation: str) -> C | None:
        return content(decode(answer.body, decoder, operation=operation))

    return read


def is_html(body: bytes) -> bool:
    """A page for people, where JSON would begin with a brace."""
    return body.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<")


def _decode_leniently(text: bytes, decoder: msgspec.json.Decoder[T], *, operation: str) -> T:
    """What strict JSON forbids and services send: lone surrogates, NaN, huge numbers, raw control characters.

    Names cut in the middle of a character too: bytes that are no UTF-8 are U+FFFD.
    """
    if len(text) > _LENIENT_LIMIT:
        raise ApiSchemaError(
            "the answer is not strict JSON, and too large to be read in another way", operation=operation
        )
    try:
        document = json.loads(
            text.decode(errors="replace"), strict=False, parse_constant=_constant, parse_float=_real, parse_int=_integer
        )
        clean = json.dumps(document, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return decoder.decode(clean)
    except RecursionError:
        raise ApiSchemaError("the answer is nested too deeply", operation=operation) from None
    except msgspec.ValidationError:
        raise ApiSchemaError("the answer is JSON of another shape than documented", operation=operation) from None
    except ValueError:
        raise ApiSchemaError("the answer is not JSON, or was cut off", operation=operation) from None


def _constant(_literal: str) -> str:
    """What stands for NaN and Infinity."""
    return NO_NUMBER


def _real(literal: str) -> float | str:
    """The number, unless it is beyond what a float holds."""
    value = float(literal)
    return value if math.isfinite(value) else NO_NUMBER


def _integer(literal: str) -> int | str:
    """The number, unless no reader could use it."""
    return int(literal) if len(literal) <= _LONGEST_INTEGER else NO_NUMBER
