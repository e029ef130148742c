"""Basic auth, rate limit and added headers."""

import asyncio
import base64
import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import aiohttp
import bcrypt
import pytest

from drs_exporter.web.config import users as users_module
from drs_exporter.web.config.users import credentials
from tests.web.memory import HandClock, Serve

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
    assert len(checks) == 2


async def test_a_name_nobody_has_costs_what_the_costliest_user_costs(
    serve: Serve, http: aiohttp.ClientSession, users: Path, checks: Checks
) -> None:
    url = await serve(web_config_file=users) + "/-/ready"
    assert await status(http, url, header("nobody", "pässwörd")) == 401
    assert [hashed for _, hashed in checks] == [COSTLY.encode()]


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


async def test_a_flood_of_passwords_is_bounded_and_shuts_out_nobody_known(
    serve: Serve, http: aiohttp.ClientSession, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await serve(web_config_file=users) + "/-/ready"
    assert await status(http, url, header("prometheus", "sesame")) == 200
    monkeypatch.setattr(users_module, "_WAITING", 4)
    gate, running = threading.Event(), []

    def slow(password: bytes, _hashed: bytes) -> bool:
        running.append(password)
        return not gate.wait(10)

    monkeypatch.setattr(bcrypt, "checkpw", slow)
    flood = [asyncio.create_task(status(http, url, header("prometheus", str(number)))) for number in range(10)]
    for first in itertools.islice(asyncio.as_completed(flood), 6):
        assert await first == 503
    assert len(running) <= 2
    assert await status(http, url, header("prometheus", "sesame")) == 200
    gate.set()
    assert sorted(await asyncio.gather(*flood)) == [401] * 4 + [503] * 6


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
