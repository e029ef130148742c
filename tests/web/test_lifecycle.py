import aiohttp

from tests.web.memory import MemoryDaemon, Serve


async def answer(http: aiohttp.ClientSession, url: str, method: str = "GET") -> tuple[int, str]:
    async with http.request(method, url) as response:
        return response.status, await response.text()


async def test_health_follows_the_poll_loops(serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon) -> None:
    url = await serve() + "/-/healthy"
    assert await answer(http, url) == (200, "healthy\n")
    daemon.trouble = "project prod has not polled for 300 s"
    assert await answer(http, url) == (503, "project prod has not polled for 300 s\n")


async def test_readiness_says_what_is_waited_for(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    url = await serve() + "/-/ready"
    daemon.waiting = "the first poll of prod is under way"
    assert await answer(http, url) == (503, "the first poll of prod is under way\n")
    daemon.waiting = None
    assert await answer(http, url) == (200, "ready\n")


async def test_a_reload_is_posted(serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon) -> None:
    url = await serve(lifecycle=True) + "/-/reload"
    assert await answer(http, url, "POST") == (200, "reloaded\n")
    assert daemon.reloads == 1
    async with http.get(url) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_a_reload_that_fails_says_why(serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon) -> None:
    daemon.wrong = "poll_intervall: unknown; did you mean poll_interval?"
    status, text = await answer(http, await serve(lifecycle=True) + "/-/reload", "POST")
    assert (status, text) == (500, f"the configuration was not changed: {daemon.wrong}\n")


async def test_a_reload_is_off_unless_turned_on(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    status, text = await answer(http, await serve() + "/-/reload", "POST")
    assert (status, text) == (403, "reloading over HTTP is off; --web.enable-lifecycle turns it on\n")
    assert daemon.reloads == 0
