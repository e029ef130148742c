"""Every fault there is, in one table."""

from typing import TYPE_CHECKING, Final, NamedTuple

from drs_exporter.simulator import fault_answers as answers
from drs_exporter.simulator import fault_fields as fields
from drs_exporter.simulator import fault_pages as pages
from drs_exporter.simulator import fault_wire as wire

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from aiohttp import web

    from drs_exporter.simulator.exchange import Exchange

    Params = Mapping[str, object]
    Answer = Callable[[Exchange, Params, asyncio.Event], Awaitable[web.StreamResponse | None]]
    Send = Callable[[Exchange, int, bytes, Params, asyncio.Event], Awaitable[web.StreamResponse]]
    Change = Callable[[dict[str, Any], Exchange, Params], object]
    Window = Callable[[Sequence[Any], int, int, Params], tuple[Sequence[Any], object]]


class Kind(NamedTuple):
    """One fault: what it does, and at which point of a request."""

    meaning: str
    params: tuple[str, ...] = ()
    answer: "Answer | None" = None
    """Answers in the operation's stead, or only delays it (and returns nothing)."""
    send: "Send | None" = None
    """Sends the right answer in a wrong way."""
    change: "Change | None" = None
    """Changes the answer's JSON."""
    window: "Window | None" = None
    """Chooses what is on a page, and the total."""


KINDS: Final[dict[str, Kind]] = {
    "500": Kind("server error with an error body", answer=answers.refusal(500, "DRS.M00500", "Internal error.")),
    "502": Kind("bad gateway with an HTML page", answer=answers.html(502)),
    "503": Kind("service unavailable", ("retry_after",), answer=answers.unavailable),
    "throttle": Kind("429; retry_after seconds, or a date with date=true", ("retry_after", "date"), answers.throttle),
    "throttle_400": Kind(
        "400 DRS.M01503, throttled", answer=answers.refusal(400, "DRS.M01503", "The request is too frequent.")
    ),
    "401": Kind("token or signature not accepted", answer=answers.refusal(401, "APIGW.0301", "Unauthorized.")),
    "401_permission": Kind(
        "401 DRS.M00103, no permission", answer=answers.refusal(401, "DRS.M00103", "You have no permission.")
    ),
    "403_token": Kind("403 DRS.M00100, token", answer=answers.refusal(403, "DRS.M00100", "The token is invalid.")),
    "403_permission": Kind(
        "403 DRS.M00102, no permission", answer=answers.refusal(403, "DRS.M00102", "Permission denied.")
    ),
    "403_project": Kind(
        "403 DRS.M00261, wrong project", answer=answers.refusal(403, "DRS.M00261", "The project ID is wrong.")
    ),
    "404_gateway": Kind(
        "404 APIGW.0101, no such operation", answer=answers.refusal(404, "APIGW.0101", "The API does not exist.")
    ),
    "404_object": Kind(
        "404 with a DRS code, object gone", answer=answers.refusal(404, "DRS.M05007", "The object does not exist.")
    ),
    "422_empty": Kind("422 DRS.M00002, empty", answer=answers.refusal(422, "DRS.M00002", "The result is empty.")),
    "408": Kind("408, the service gave up waiting", answer=answers.text(408, "timeout")),
    "in_results": Kind("a refusal whose code stands in results[0]", ("status", "code"), answer=answers.in_results),
    "bad_request": Kind("400 DRS.M00202", answer=answers.refusal(400, "DRS.M00202", "The value is invalid.")),
    "bad_id": Kind(
        "400 DRS.M05004 for a batch; match id=", answer=answers.refusal(400, "DRS.M05004", "The task does not exist.")
    ),
    "refusal": Kind("any refusal", ("status", "code"), answer=answers.any_refusal),
    "202_error": Kind(
        "202 DRS.M01504, busy", answer=answers.refusal(202, "DRS.M01504", "Another operation is in progress.")
    ),
    "redirect": Kind("302 to another host", ("location",), answer=answers.redirect),
    "html": Kind("200 with an HTML page", answer=answers.html(200)),
    "empty": Kind("200 with nothing", answer=answers.raw(b"")),
    "json_array": Kind("200 []", answer=answers.raw(b"[]")),
    "json_null": Kind("200 null", answer=answers.raw(b"null")),
    "json_string": Kind("200 with a JSON string", answer=answers.raw(b'"maintenance"')),
    "json_nan": Kind("numbers that are NaN", change=fields.nan),
    "json_deep": Kind("200 with an array in an array in an array", ("depth",), answer=answers.deep),
    "json_zeros": Kind("200 with zeros= of gzip in each array", ("zeros",), answer=answers.zeros),
    "json_word": Kind("200 with a name of mebibytes=", ("mebibytes",), answer=answers.word),
    "json_nests": Kind("200 with nests= of 500 levels side by side", ("nests",), answer=answers.nests),
    "control_token": Kind("a sign-in whose token holds a control character", answer=wire.control_token),
    "json_object": Kind("200 {}", answer=answers.raw(b"{}")),
    "truncated": Kind("the answer's first half, as a whole answer", ("share",), send=wire.truncated),
    "invalid_utf8": Kind("bytes in the answer that are no UTF-8", send=wire.invalid_utf8),
    "wrong_length": Kind("a Content-Length that lies by bytes=", ("bytes",), send=wire.wrong_length),
    "reset": Kind("connection reset before an answer", answer=wire.reset),
    "close": Kind("connection closed before an answer", answer=wire.close),
    "hang": Kind("no answer until the cloud stops", answer=wire.hang),
    "slow": Kind("the right answer, after seconds=", ("seconds",), wire.slow),
    "drip": Kind("a byte every interval=", ("interval",), send=wire.drip),
    "oversize": Kind("a valid answer of mebibytes=", ("mebibytes", "declared"), wire.oversize),
    "pages_overlap": Kind("items= of the page before come again", ("items",), window=pages.overlap),
    "pages_shift": Kind("items= are skipped between pages", ("items",), window=pages.shift),
    "pages_shrink": Kind("pages after the first lack items=", ("items",), window=pages.shrink),
    "pages_repeat": Kind("every page is the first", window=pages.repeat),
    "pages_endless": Kind(
        "full pages for ever, of known items or with fresh=true of new ids",
        ("fresh",),
        window=pages.endless,
        change=fields.fresh,
    ),
    "pages_empty": Kind("pages after the first are empty, or all with first=true", ("first",), window=pages.empty),
    "total_lies": Kind("the total is total=, or ten times what it should be", ("total",), window=pages.total),
    "null_array": Kind(
        "the array is null; the total is total=, or left out; code= tells of an error",
        ("total", "code"),
        change=fields.null_array,
    ),
    "null_job": Kind("one job is null", ("id",), change=fields.null_item),
    "null_field": Kind("field= of one job is null", ("field", "id"), change=fields.null),
    "wrong_type": Kind("field= of one job is of a wrong type", ("field", "id", "value"), change=fields.wrong),
    "missing_field": Kind("field= of one job is not there", ("field", "id"), change=fields.left_out),
    "hostile_names": Kind("names with everything that can hurt", change=fields.hostile),
    "duplicate_id": Kind("two jobs with one id", change=fields.duplicate),
    "unanswered": Kind("id= is left out of the answer", ("id",), change=fields.unanswered),
    "other_array": Kind("the array is called jobs, as one published example has it", change=fields.renamed),
    "part_list": Kind("progress_map is an array, as one page has it", change=fields.part_list),
    "unknown_status": Kind("one job has a status nobody knows", ("status", "id"), change=fields.unknown),
    "misspelt_status": Kind("PAUSING is spelt PAUSEING", change=fields.misspelt),
}
"""By the name that is used on the command line and in tests."""
