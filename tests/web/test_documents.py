"""`/sd` and `/config`, and who may reload."""

import json

import aiohttp
import pytest
import yaml

from tests.web.memory import MemoryDaemon, Serve


async def test_every_project_is_a_target_for_probe(serve: Serve, http: aiohttp.ClientSession) -> None:
    url = await serve()
    async with http.get(url + "/sd") as response:
        assert response.headers["Content-Type"] == "application/json"
        found = json.loads(await response.read())
    address = url.removeprefix("http://")
    assert [group["targets"] for group in found] == [[address], [address]]
    labels = found[0]["labels"]
    assert labels.pop("__meta_drs_project_id")
    assert labels == {
        "__scheme__": "http",
        "__metrics_path__": "/probe",
        "__param_target": "prod",
        "__meta_drs_project": "prod",
        "__meta_drs_region": "eu-de",
    }


@pytest.mark.parametrize(
    ("external", "address", "scheme", "path"),
    [
        ("https://monitoring.example/drs/", "monitoring.example:443", "https", "/drs/probe"),
        ("http://[fd00::1]:8080", "[fd00::1]:8080", "http", "/probe"),
        ("http://exporter", "exporter:80", "http", "/probe"),
    ],
)
async def test_targets_are_where_the_external_url_says(
    serve: Serve, http: aiohttp.ClientSession, *, external: str, address: str, scheme: str, path: str
) -> None:
    async with http.get(await serve(external_url=external) + "/sd") as response:
        group = json.loads(await response.read())[0]
    assert group["targets"] == [address]
    assert (group["labels"]["__scheme__"], group["labels"]["__metrics_path__"]) == (scheme, path)


@pytest.mark.parametrize("host", ["a b", "a/b", "a:b", "user@host", "", "[::1", "x:999999"])
async def test_a_host_that_is_none_is_no_target(serve: Serve, http: aiohttp.ClientSession, host: str) -> None:
    async with http.get(await serve() + "/sd", headers={"Host": host}) as response:
        assert response.status == 400


async def test_the_configuration_in_force_is_yaml(serve: Serve, http: aiohttp.ClientSession) -> None:
    async with http.get(await serve() + "/config") as response:
        assert response.headers["Content-Type"] == "application/yaml; charset=utf-8"
        assert yaml.safe_load(await response.read()) == {"poll_interval": "1m"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Host": "drs-exporter.monitoring.svc:9877"}, True),
        ({"Origin": "http://127.0.0.1:9877", "Host": "127.0.0.1:9877"}, True),
        ({"Origin": "http://[::1]:9877", "Host": "[::1]:9877"}, True),
        ({"Origin": "http://localhost:9877", "Host": "LOCALHOST:9877"}, True),
        ({"Origin": "https://monitoring.example", "Host": "10.0.0.1:9877"}, True),
        ({"Origin": "https://evil.example", "Host": "127.0.0.1:9877"}, False),
        ({"Origin": "http://127.0.0.1:9878", "Host": "127.0.0.1:9877"}, False),
        ({"Origin": "null", "Host": "127.0.0.1:9877"}, False),
        ({"Origin": "", "Host": "127.0.0.1:9877"}, False),
        ({"Origin": "file://", "Host": ""}, False),
        ({"Origin": "http://[::1", "Host": "127.0.0.1:9877"}, False),
        ({"Origin": "http://monitoring.example", "Host": "10.0.0.1:9877"}, False),
        # A name of somebody else's that leads here: origin and host agree.
        ({"Origin": "http://rebound.example:9877", "Host": "rebound.example:9877"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, True),
    ],
)
async def test_only_this_exporter_s_pages_and_no_browser_s_others_reload(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon, headers: dict[str, str], *, allowed: bool
) -> None:
    url = await serve(lifecycle=True, external_url="https://monitoring.example/drs") + "/-/reload"
    async with http.post(url, headers=headers) as response:
        assert response.status == (200 if allowed else 403)
    assert daemon.reloads == allowed
