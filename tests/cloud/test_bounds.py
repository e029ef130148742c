"""A few kilobytes that unpack to more than anybody asked for are refused while they are read."""

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from drs_exporter.clock import SystemClock
from drs_exporter.cloud.bounds import ONE, Bounds, Intake
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.transport import Transport
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.refusals import REFUSALS
from drs_exporter.errors import ApiSchemaError, NoAnswerError
from tests.cloud.doubles import FakeAuth, Seen, http, raw

Serve = Callable[..., Awaitable[str]]

VALUES = "the answer holds far more values than what was asked for can have"
LONG = "the answer holds a value longer than any that is read"
LARGE = "the answer is larger than 64 MiB"
MEBIBYTE = 1024 * 1024

HEAD, TAIL = b'{"total_record":1,"jobs":[', b"]}"
NAMED, QUOTED = b'{"total_record":1,"jobs":[{"id":"a","name":"', b'"}]}'
BOMBS = {
    "zeros": (HEAD, b"0,", TAIL, VALUES),
    "zeros read leniently": (b'{"x":NaN,"jobs":[', b"0,", TAIL, VALUES),
    "zeros where nothing is read": (b'{"jobs":[],"total_record":0,"x":[', b"0,", TAIL, VALUES),
    "zeros in a job": (b'{"jobs":[{"id":"a","children":[', b"0,", b"]}]}", VALUES),
    "empty objects": (HEAD, b"{},", TAIL, VALUES),
    "empty texts": (HEAD, b'"",', TAIL, VALUES),
    "members of one object": (b'{"jobs":[{', b'"a":1,', b"}]}", VALUES),
    "nests side by side": (HEAD, b"[" * 500 + b"]" * 500 + b",", TAIL, VALUES),
    "one nest": (HEAD, b"[", TAIL, VALUES),
    "one word": (NAMED, b"x", QUOTED, LONG),
    "one word of escapes": (NAMED, b"\\u0041", QUOTED, LONG),
    "one word of quotes": (NAMED, b'\\"', QUOTED, LARGE),
    "one word of backslashes": (NAMED, b"\\\\", QUOTED, LONG),
    "one word of two bytes a letter": (NAMED, "é".encode(), QUOTED, LONG),
    "one number": (b'{"jobs":[{"id":"a","name":', b"1", b"}]}", LONG),
    "one key": (b'{"jobs":[{"', b"k", b'":1}]}', LONG),
    "nothing but spaces": (HEAD, b" ", TAIL, LONG),
    "quotes": (HEAD, b'"', TAIL, LARGE),
}
"""What stands in front, what is repeated to 60 MB and more, what stands behind, and what is said of it."""


def bomb(head: bytes, unit: bytes, tail: bytes, *, size: int = 70_000_000) -> bytes:
    """Compressed piece by piece, so that the test itself stays small."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = unit * (MEBIBYTE // len(unit))
    packed = [packer.compress(head), *(packer.compress(block) for _ in range(size // len(block)))]
    return b"".join([*packed, packer.compress(tail), packer.flush()])


def connected(session: aiohttp.ClientSession, endpoint: str, seen: Seen) -> DrsClient:
    """A client of a real server, on the real clock."""
    clock = SystemClock()
    transport = Transport(
        HttpExchange(session, request_timeout=30),
        endpoint=endpoint,
        project_id="p",
        auth=FakeAuth(),
        budget=Budget(rate=None, concurrency=4, clock=clock, observer=seen),
        clock=clock,
        observer=seen,
        refusals=REFUSALS,
    )
    return DrsClient(transport)


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_while_it_is_read(
    session: aiohttp.ClientSession, serve: Serve, seen: Seen, name: str
) -> None:
    """In a fraction of a second of this process' time, the server's part included, and without memory to speak of."""
    head, unit, tail, message = BOMBS[name]
    body = bomb(head, unit, tail)
    assert len(body) < 400_000
    client = connected(session, await serve(raw(http("200 OK", body, "Content-Encoding: gzip"))), seen)
    began = time.process_time()
    with pytest.raises(ApiSchemaError) as caught:
        await client.list_jobs("sync")
    assert time.process_time() - began < 1.0
    assert str(caught.value) == message
    assert seen.attempts == [("list_jobs", "schema")]


async def test_what_is_refused_was_never_held(session: aiohttp.ClientSession, serve: Serve, seen: Seen) -> None:
    body = bomb(HEAD, b"0,", TAIL)
    client = connected(session, await serve(raw(http("200 OK", body, "Content-Encoding: gzip"))), seen)
    tracemalloc.start()
    try:
        with pytest.raises(ApiSchemaError):
            await client.list_jobs("sync")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEBIBYTE


async def test_more_elements_than_were_asked_for_are_refused_and_a_few_more_are_not(
    session: aiohttp.ClientSession, serve: Serve, seen: Seen
) -> None:
    """Services ignore page sizes; a thousand on a page of a hundred are read, two thousand are not."""
    jobs = [{"id": f"j{number}", "name": "n"} for number in range(2000)]
    for count, refused in ((1000, False), (2000, True)):
        answer = json.dumps({"total_record": count, "jobs": jobs[:count]}).encode()
        client = connected(session, await serve(raw(http("200 OK", answer))), seen)
        if refused:
            with pytest.raises(ApiSchemaError, match="far more elements than were asked for"):
                await client.list_jobs("sync")
        else:
            assert len((await client.list_jobs("sync")).items) == count


async def test_a_page_as_large_as_any_honest_one_is_read_and_soon(
    session: aiohttp.ClientSession, serve: Serve, seen: Seen
) -> None:
    """99 jobs of 600 kB each."""
    jobs = [{"id": f"j{number}", "name": "n", "description": "d" * 600_000} for number in range(99)]
    answer = gzip.compress(json.dumps({"total_record": 99, "jobs": jobs}).encode(), 1)
    client = connected(session, await serve(raw(http("200 OK", answer, "Content-Encoding: gzip"))), seen)
    began = time.process_time()
    assert len((await client.list_jobs("sync")).items) == 99
    assert time.process_time() - began < 3.0


async def test_a_large_answer_that_is_not_strict_json_is_not_read_leniently(
    session: aiohttp.ClientSession, serve: Serve, seen: Seen
) -> None:
    """Which would take ten times as long; a page of an ordinary size is."""
    for size, refused in ((1000, False), (200_000, True)):
        jobs = [{"id": f"j{number}", "name": float("nan"), "description": "d" * size} for number in range(99)]
        answer = json.dumps({"total_record": 99, "jobs": jobs}).encode()
        client = connected(session, await serve(raw(http("200 OK", answer))), seen)
        if refused:
            with pytest.raises(ApiSchemaError, match="not strict JSON, and too large"):
                await client.list_jobs("sync")
        else:
            assert len((await client.list_jobs("sync")).items) == 99


async def test_a_large_page_for_people_is_still_a_gateway_in_trouble(
    session: aiohttp.ClientSession, serve: Serve, seen: Seen
) -> None:
    page = b" <html>" + b"a,{[" * 500_000
    client = connected(session, await serve(raw(http("200 OK", page))), seen)
    with pytest.raises(NoAnswerError):
        await client.quotas()
    assert seen.codes == ["schema"] * 3


def taken_in(*chunks: bytes, bounds: Bounds = ONE) -> bytes:
    """The body of these chunks."""
    intake = Intake(bounds, operation="quotas")
    for chunk in chunks:
        intake.add(chunk)
    return intake.body()


def test_a_long_word_is_seen_however_it_is_cut_into_chunks() -> None:
    half = b"x" * (MEBIBYTE // 2)
    assert taken_in(b'{"a":"', half, b'","b":"', half, b'"}')
    with pytest.raises(ApiSchemaError, match="longer than any"):
        taken_in(b'{"a":"', half, half, b"x", b'"}')
    with pytest.raises(ApiSchemaError, match="longer than any"):
        taken_in(b'{"a":"' + half + b'\\"' + half, b'\\\\"}')
    assert taken_in(b'{"a":"' + half + b'\\\\","b":"' + half, b'"}')


def test_what_was_asked_for_decides_how_much_may_come() -> None:
    body = b'{"a":[' + b"0," * 100_000 + b"0]}"
    with pytest.raises(ApiSchemaError, match="far more values"):
        taken_in(body)
    assert taken_in(body, bounds=Bounds(elements=100)) == body
    assert Bounds(elements=1000).size == 64 * MEBIBYTE
