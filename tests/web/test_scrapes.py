import gzip

import aiohttp
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from drs_exporter.clock import SystemClock
from drs_exporter.errors import SettingsError
from drs_exporter.web.answers import SLICE
from drs_exporter.web.server import Server
from tests.web.memory import MemoryDaemon, Serve

OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
PLAIN = {"Accept-Encoding": "identity"}


async def series(http: aiohttp.ClientSession, url: str) -> set[str]:
    """Names of projects in the answer, and `self` for process-wide metrics."""
    async with http.get(url, headers=PLAIN) as response:
        assert response.status == 200
        families = list(parse_text(await response.text()))
    found = {sample.labels["project"] for family in families for sample in family.samples if sample.labels}
    own = any(family.name.startswith("drs_exporter") for family in families)
    return found | ({"self"} if own else set())


async def test_metrics_come_as_text_unless_asked_otherwise(serve: Serve, http: aiohttp.ClientSession) -> None:
    async with http.get(await serve() + "/metrics", headers=PLAIN) as response:
        body = await response.read()
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(body))
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in response.headers
    assert b"drs_job_status{" in body


async def test_openmetrics_and_gzip_come_when_asked_for(serve: Serve, http: aiohttp.ClientSession) -> None:
    headers = OPENMETRICS | {"Accept-Encoding": "gzip"}
    async with http.get(await serve() + "/metrics", headers=headers) as response:
        body = await response.read()
    assert response.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Length"] == str(len(body))
    assert list(parse_openmetrics(gzip.decompress(body).decode()))  # type: ignore[no-untyped-call]


async def test_zstandard_comes_when_it_is_liked_best(serve: Serve, http: aiohttp.ClientSession) -> None:
    headers = {"Accept-Encoding": "zstd, gzip;q=0.5"}
    async with http.get(await serve() + "/metrics", headers=headers, auto_decompress=False) as response:
        body = await response.read()
    assert response.headers["Content-Encoding"] == "zstd"
    assert body.startswith(bytes.fromhex("28b52ffd"))


async def test_a_reader_that_takes_no_encoding_there_is_hears_which_there_are(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    async with http.get(await serve() + "/metrics", headers={"Accept-Encoding": "br, identity;q=0"}) as response:
        assert response.status == 406
        assert await response.text() == "the page comes as zstd, gzip, identity\n"


@pytest.mark.parametrize("size", [0, SLICE - 1, SLICE, SLICE + 1, 5 * SLICE + 17])
async def test_a_body_of_any_size_arrives_whole(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon, size: int
) -> None:
    daemon.padding = b"# padding\n" * (size // 10)
    whole = b"".join(
        await daemon.metrics(projects=None, process_wide=True, jobs=True, openmetrics=False, encoding="identity")
    )
    async with http.get(await serve() + "/metrics", headers=PLAIN) as response:
        assert await response.read() == whole


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("/metrics", {"prod", "beijing", "self"}),
        ("/metrics?", {"prod", "beijing", "self"}),
        ("/metrics?other=1", {"prod", "beijing", "self"}),
        ("/metrics?project=prod", {"prod", "self"}),
        ("/metrics?project=beijing&project=prod&project=prod", {"prod", "beijing", "self"}),
        ("/metrics?self=1", {"self"}),
        ("/metrics?self=true", {"self"}),
        ("/metrics?self=0&project=prod", {"prod", "self"}),
        ("/probe?target=beijing", {"beijing"}),
    ],
)
async def test_a_query_narrows_what_comes(
    serve: Serve, http: aiohttp.ClientSession, query: str, expected: set[str]
) -> None:
    assert await series(http, await serve() + query) == expected


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("/metrics?project=nobody", 404, "no project is named 'nobody' here\n"),
        ("/metrics?project=prod&project=", 404, "no project is named '' here\n"),
        ("/metrics?self=maybe", 400, "self is 1 or 0\n"),
        ("/metrics?self=1&project=prod", 400, "self=1 leaves every project out, so it goes with no project=\n"),
        ("/probe", 400, "which project? /probe?target=NAME\n"),
        ("/probe?target=", 400, "which project? /probe?target=NAME\n"),
        ("/probe?target=prod&target=beijing", 400, "which project? /probe?target=NAME\n"),
        ("/probe?target=example.org", 404, "no project is named 'example.org' here\n"),
        ("/nowhere", 404, "no such page\n"),
        ("/metrics/", 404, "no such page\n"),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(
    serve: Serve, http: aiohttp.ClientSession, query: str, status: int, text: str
) -> None:
    async with http.get(await serve() + query) as response:
        assert (response.status, await response.text()) == (status, text)
        assert response.content_type == "text/plain"


@pytest.mark.parametrize("path", ["/metrics", "/probe?target=prod", "/", "/jobs", "/-/healthy", "/-/ready"])
async def test_head_works_wherever_get_does(serve: Serve, http: aiohttp.ClientSession, path: str) -> None:
    url = await serve() + path
    async with http.get(url, headers=PLAIN) as got, http.head(url, headers=PLAIN) as headed:
        assert await headed.read() == b""
        assert headed.status == got.status == 200
        for name in ("Content-Type", "Content-Length"):
            assert headed.headers[name] == got.headers[name]
    async with http.post(url) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET, HEAD"


async def test_the_telemetry_path_can_be_moved(serve: Serve, http: aiohttp.ClientSession) -> None:
    url = await serve(telemetry_path="/drs/metrics")
    assert "self" in await series(http, url + "/drs/metrics")
    async with http.get(url + "/metrics") as response:
        assert response.status == 404
    async with http.get(url + "/") as response:
        assert b'href="drs/metrics' in gzip.decompress(await response.read())


async def test_a_telemetry_path_of_the_root_takes_the_landing_page_s_place(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    assert "self" in await series(http, await serve(telemetry_path="/") + "/")


@pytest.mark.parametrize("path", ["metrics", "", "/jobs", "/-/ready", "/probe"])
def test_an_impossible_telemetry_path_is_refused(daemon: MemoryDaemon, path: str) -> None:
    with pytest.raises(SettingsError, match="web_telemetry_path: must begin with a slash"):
        Server(daemon, addresses=[":0"], clock=SystemClock(), telemetry_path=path)
