import msgspec
import pytest

from drs_exporter.cloud.decode import decode
from drs_exporter.drs.wire import NO_NUMBER, JobPage, ListedJob
from drs_exporter.errors import ApiSchemaError, NoAnswerError

PAGES = msgspec.json.Decoder(JobPage)


def first(body: bytes) -> ListedJob:
    page = decode(body, PAGES, operation="list_jobs")
    assert isinstance(page.jobs, list)
    job = page.jobs[0]
    assert isinstance(job, ListedJob)
    return job


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (b'"plain"', "plain"),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b'"a\\ud800z"', "a\N{REPLACEMENT CHARACTER}z"),
        (b'"\\udc00\\ud800"', "\N{REPLACEMENT CHARACTER}" * 2),
        (b'"NaN"', "NaN"),
        (b"NaN", NO_NUMBER),
        (b"-Infinity", NO_NUMBER),
        (b"1e999", NO_NUMBER),
        (b"1.5", 1.5),
        (b"1" * 5000, NO_NUMBER),
        (b'"tab\tand\nline"', "tab\tand\nline"),
        (b'"nul\\u0000"', "nul\x00"),
        (b'"\xff"', "\N{REPLACEMENT CHARACTER}"),
        (b'"inner-job-\xe5\x90\x8c\xe6\xad"', "inner-job-同\N{REPLACEMENT CHARACTER}"),
        (b'"\xed\xa0\x80"', "\N{REPLACEMENT CHARACTER}" * 3),
    ],
)
def test_a_readable_value_is_read_however_odd(value: bytes, read: object) -> None:
    """One odd field costs at most itself, never the page."""
    name = first(b'{"jobs":[{"id":"j1","name":' + value + b"}]}").name
    assert name == read
    str(name).encode()


@pytest.mark.parametrize("value", [b"\\ud800", b"1e999", b"NaN", b"1.5"])
def test_an_odd_value_where_nothing_is_read_harms_nothing(value: bytes) -> None:
    unread = b'"' + value + b'"' if value.startswith(b"\\") else value
    assert first(b'{"jobs":[{"id":"j1","unread":' + unread + b',"name":"\\ud800"}]}').id == "j1"


def test_ordinary_numbers_survive_beside_an_odd_value() -> None:
    job = first(b'{"jobs":[{"id":12,"name":NaN,"status":1.25}]}')
    assert (job.id, job.status) == (12, 1.25)


def test_a_byte_order_mark_is_skipped() -> None:
    assert first(b'\xef\xbb\xbf{"jobs":[{"id":"j1"}]}').id == "j1"


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\xef\xbb\xbf", b"<html>", b" <!DOCTYPE html>", b"\xef\xbb\xbf<x/>"])
def test_html_or_nothing_is_no_answer(body: bytes) -> None:
    with pytest.raises(NoAnswerError):
        decode(body, PAGES, operation="list_jobs")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"null", "the answer is JSON of another shape than documented"),
        (b"[]", "the answer is JSON of another shape than documented"),
        (b'"text"', "the answer is JSON of another shape than documented"),
        (b"NaN", "the answer is JSON of another shape than documented"),
        (b'{"jobs":[{"id":"j1"}', "the answer is not JSON, or was cut off"),
        (b"{} {}", "the answer is not JSON, or was cut off"),
        (b"Service unavailable", "the answer is not JSON, or was cut off"),
        (b'{"jobs":' + b"[" * 100_000, "the answer is nested too deeply"),
        (b'{"x":NaN,"jobs":' + b"[" * 100_000, "the answer is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_a_schema_error_that_quotes_nothing(body: bytes, message: str) -> None:
    with pytest.raises(ApiSchemaError, match="^" + message + "$") as caught:
        decode(body, PAGES, operation="list_jobs")
    assert not isinstance(caught.value, NoAnswerError)
    assert (caught.value.operation, caught.value.reason) == ("list_jobs", "schema")
