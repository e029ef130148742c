"""Basic auth, rate limit and added headers."""

import asyncio
import base64
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path

import aiohttp
import bcrypt
import pytest

from drs_exporter.web.config import turns as turns_module
from drs_exporter.web.config import users as users_module
from drs_exporter.web.config.turns import Refusals, Turns
from drs_exporter.web.config.users import credentials
from tests.web.memory import HandClock, MemoryDaemon, Serve

CHEAP = bcrypt.hashpw(b"sesame", bcrypt.gensalt(4)).decode()
COSTLY = bcrypt.hashpw("pässwörd".encode(), bcrypt.gensalt(5)).decode()

Checks = list[tuple[bytes, bytes]]


def header(name: str, password: str) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(name, password, "utf-8")}


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a web configuration file."""

    def write(text: str) -> Path:
        path = tmp_path / "web.yml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def users(config: Callable[[str], Path]) -> Path:
    """Two users."""
    return config(f"basic_auth_users:\n  prometheus: {CHEAP}\n  jürgen: {COSTLY}\n")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Every bcrypt comparison, which still happens; none on the event loop's thread."""
    seen: Checks = []
    compare = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        assert threading.current_thread() is not threading.main_thread()
        seen.append((password, hashed))
        return compare(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    return seen


async def status(http: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None) -> int:
    async with http.get(url, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("path", ["/metrics", "/probe?target=prod", "/", "/jobs", "/-/healthy", "/-/ready", "/no"])
async def test_a_password_covers_every_path(serve: Serve, http: aiohttp.ClientSession, users: Path, path: str) -> None:
    async with http.get(await serve(web_config_file=users) + path) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == 'Basic realm="drs-exporter", charset="UTF-8"'


async def test_what_is_refused_is_counted_by_the_path_that_was_asked_for(
    serve: Serve, http: aiohttp.ClientSession, users: Path, daemon: MemoryDaemon
) -> None:
    url = await serve(web_config_file=users)
    for path in ("/metrics", "/metrics?self=1", "/jobs/prod/an-id", "/no"):
        assert await status(http, url + path) == 401
    users.write_text("rate_limit: {interval: 2s, burst: 1}")
    assert [await status(http, url + path) for path in ("/-/ready", "/sd")] == [200, 429]
    expected = {("/metrics", 401): 2, ("/jobs/", 401): 1, (None, 401): 1, ("/-/ready", 200): 1, ("/sd", 429): 1}
    assert daemon.answers == expected


async def test_right_passwords_open_and_are_worked_out_once(
    serve: Serve, http: aiohttp.ClientSession, users: Path, checks: Checks
) -> None:
    url = await serve(web_config_file=users) + "/-/ready"
    for _ in range(3):
        assert await status(http, url, header("prometheus", "sesame")) == 200
        assert await status(http, url, header("jürgen", "pässwörd")) == 200
    assert len(checks) == 2


async def test_wrong_passwords_are_worked_out_each_time(
    serve: Serve, http: aiohttp.ClientSession, users: Path, checks: Checks
) -> None:
    url = await serve(web_config_file=users) + "/-/ready"
    for _ in range(2):
        assert await status(http, url, header("prometheus", "Sesame")) == 401
    assert [password for password, _ in checks] == [b"Sesame"] * 4


@pytest.mark.parametrize("name", ["prometheus", "jürgen", "nobody", ""])
async def test_a_wrong_password_costs_the_same_whoever_is_named(
    serve: Serve, http: aiohttp.ClientSession, users: Path, checks: Checks, name: str
) -> None:
    """One hash of each cost there is, so that time tells no names; not even where another's password is given."""
    url = await serve(web_config_file=users) + "/-/ready"
    for password in ("wrong", "x" * 80, "pässwörd" if name != "jürgen" else "sesame"):
        checks.clear()
        assert await status(http, url, header(name, password)) == 401
        assert sorted(hashed[4:6] for _, hashed in checks) == [b"04", b"05"]


async def test_a_changed_password_counts_from_the_next_request(
    serve: Serve, http: aiohttp.ClientSession, users: Path
) -> None:
    url = await serve(web_config_file=users) + "/-/ready"
    assert await status(http, url, header("prometheus", "sesame")) == 200
    users.write_text(f"basic_auth_users: {{prometheus: {bcrypt.hashpw(b'other', bcrypt.gensalt(4)).decode()}}}")
    assert await status(http, url, header("prometheus", "sesame")) == 401
    assert await status(http, url, header("prometheus", "other")) == 200


async def test_passwords_too_long_or_odd_for_bcrypt_are_judged_all_the_same(
    serve: Serve, http: aiohttp.ClientSession, config: Callable[[str], Path]
) -> None:
    hashed = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")
    url = await serve(web_config_file=config(f"basic_auth_users: {{a: {hashed}}}")) + "/-/ready"
    assert await status(http, url, header("a", "x" * 80)) == 200
    assert await status(http, url, header("a", "x" * 71)) == 401
    assert await status(http, url, header("a", "x\0y")) == 401
    assert await status(http, url, header("a", "")) == 401


async def test_a_scraper_that_comes_anew_waits_for_one_guess_and_not_for_all(
    serve: Serve, http: aiohttp.ClientSession, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who guess have been refused before; and known passwords are not worked out at all."""
    url = await serve(web_config_file=users) + "/-/ready"
    assert await status(http, url, header("jürgen", "pässwörd")) == 200
    worked_out: list[bytes] = []
    gate, going_on = threading.Event(), threading.Semaphore(0)
    compare = bcrypt.checkpw

    def slow(password: bytes, hashed: bytes) -> bool:
        worked_out.append(password)
        if gate.is_set():
            going_on.acquire(timeout=10)
        return compare(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", slow)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20)) as guesser:
        refused = await asyncio.gather(*(status(guesser, url, header("prometheus", f"a{i}")) for i in range(20)))
        assert refused == [401] * 20
        gate.set()
        guesses = [asyncio.create_task(status(guesser, url, header("prometheus", f"b{i}"))) for i in range(20)]
        await until(lambda: len(worked_out) > 40)
        assert await status(http, url, header("jürgen", "pässwörd")) == 200
        begun = len(worked_out)
        scraper = asyncio.create_task(status(http, url, header("prometheus", "sesame")))
        going_on.release(100)
        assert await scraper == 200
        assert worked_out[begun:].index(b"sesame") <= 4  # behind what had begun, of two users each
        await asyncio.gather(*guesses)


@pytest.mark.parametrize("known", [True, False], ids=["refused before", "all came before the first was refused"])
async def test_whoever_guesses_for_one_name_delays_no_other_name(
    serve: Serve, users: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    """Though it comes on a new connection for each guess, from the same address."""
    url = await serve(web_config_file=users) + "/-/ready"
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    order: list[bytes] = []
    asked: list[str] = []
    gate = threading.Event()
    compare, take = bcrypt.checkpw, Turns.take

    def noting(password: bytes, hashed: bytes) -> bool:
        order.append(password)
        gate.wait(10)
        return compare(password, hashed)

    async def counted(turns: Turns, lane: str, *, refusals: Refusals) -> bool:
        asked.append(lane)
        return await take(turns, lane, refusals=refusals)

    async def alone(name: str, password: str) -> int:
        async with aiohttp.ClientSession() as session:
            return await status(session, url, header(name, password))

    if known:
        assert await alone("prometheus", "0") == 401
    monkeypatch.setattr(bcrypt, "checkpw", noting)
    monkeypatch.setattr(Turns, "take", counted)
    guesses = [asyncio.create_task(alone("prometheus", f"guess {number}")) for number in range(8)]
    await until(lambda: len(asked) == 8)
    scraper = asyncio.create_task(alone("jürgen", "pässwörd"))
    await until(lambda: len(asked) == 9)
    gate.set()
    assert await scraper == 200
    assert len(set(order[: order.index("pässwörd".encode())])) == 1  # the guess that had begun
    assert await asyncio.gather(*guesses) == [401] * 8


async def until(holds: Callable[[], bool]) -> None:
    """Let others go on until it holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - of a thread
            await asyncio.sleep(0.001)


async def test_every_address_has_its_turn() -> None:
    """However many wait at one of them."""
    turns, order = Turns(places=1), []

    async def ask(lane: str, refusals: int) -> None:
        assert await turns.take(lane, refusals=lambda: (refusals, 0))
        order.append(lane)
        await asyncio.sleep(0)
        turns.give_back()

    asked = [("a", 0), *[("b", 0)] * 5, ("c", 9), ("b", 3), ("d", 0)]
    await asyncio.gather(*(ask(lane, refusals) for lane, refusals in asked))
    assert "".join(order) == "abcdbbbbb"


async def test_who_was_refused_least_is_next() -> None:
    turns, order = Turns(places=1), []

    async def ask(refusals: int) -> None:
        assert await turns.take("here", refusals=lambda: (refusals, 0))
        order.append(refusals)
        await asyncio.sleep(0)
        turns.give_back()

    await asyncio.gather(*(ask(refusals) for refusals in (7, 3, 0, 5, 0, 1)))
    assert order == [7, 0, 0, 1, 3, 5]


async def test_one_that_stops_waiting_takes_no_place_along() -> None:
    turns = Turns(places=1)
    assert await turns.take("a", refusals=lambda: (0, 0))
    waiting = [asyncio.create_task(turns.take("a", refusals=lambda: (0, 0))) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    turns.give_back()
    assert await waiting[1]
    turns.give_back()
    waiting[2].cancel()  # it has the place already, and does not know it yet
    await asyncio.wait(waiting)
    assert await asyncio.wait_for(turns.take("b", refusals=lambda: (0, 0)), 1)


async def test_more_that_wait_than_is_sensible_are_told_so(
    serve: Serve, http: aiohttp.ClientSession, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "WAITING", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: not gate.wait(10))
    url = await serve(web_config_file=users) + "/-/ready"
    flood = [asyncio.create_task(status(http, url, header("prometheus", str(number)))) for number in range(10)]
    for first in itertools.islice(asyncio.as_completed(flood), 5):
        assert await first == 503
    gate.set()
    assert sorted(await asyncio.gather(*flood)) == [401] * 5 + [503] * 5


async def test_only_so_many_right_passwords_are_remembered(
    serve: Serve, http: aiohttp.ClientSession, users: Path, checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users_module, "_REMEMBERED", 1)
    url = await serve(web_config_file=users) + "/-/ready"
    for name, password in (("prometheus", "sesame"), ("jürgen", "pässwörd"), ("prometheus", "sesame")):
        assert await status(http, url, header(name, password)) == 200
    assert len(checks) == 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (base64.b64encode(b"a:b:c").decode(), ("a", b"b:c")),
        (base64.b64encode(b"a").decode(), None),
        (base64.b64encode(b"\xff:b").decode(), None),
        ("%%%", None),
        ("", None),
        ("ä", None),
    ],
)
def test_what_an_authorization_header_holds(given: str, expected: tuple[str, bytes] | None) -> None:
    assert credentials(f"basic  {given}") == expected
    assert credentials(f"Bearer {given}") is None


async def test_more_requests_than_the_limit_wait_for_the_next_token(
    serve: Serve, http: aiohttp.ClientSession, config: Callable[[str], Path], clock: HandClock
) -> None:
    path = config("rate_limit: {interval: 2s, burst: 3}")
    url = await serve(web_config_file=path) + "/-/ready"
    assert [await status(http, url) for _ in range(4)] == [200, 200, 200, 429]
    async with http.get(url) as response:
        assert response.headers["Retry-After"] == "2"
    clock.now += 2
    assert [await status(http, url) for _ in range(2)] == [200, 429]
    clock.now += 1000
    assert [await status(http, url) for _ in range(4)] == [200, 200, 200, 429]
    path.write_text("rate_limit: {interval: 0, burst: 3}")
    assert [await status(http, url) for _ in range(4)] == [200] * 4


async def test_configured_headers_are_on_every_answer(
    serve: Serve, http: aiohttp.ClientSession, config: Callable[[str], Path]
) -> None:
    text = "http_server_config: {headers: {X-Frame-Options: deny, Content-Security-Policy: 'default-src https:'}}"
    url = await serve(web_config_file=config(text))
    for path in ("/metrics", "/jobs", "/nowhere"):
        async with http.get(url + path) as response:
            assert response.headers["X-Frame-Options"] == "deny"
            assert response.headers.getall("Content-Security-Policy") == ["default-src https:"]
