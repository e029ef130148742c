"""A real Prometheus scrapes the demo over TLS with a password, and not without."""

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import bcrypt
import pytest
import trustme
import yaml

from deploy.stack.program import Program, free_port
from tools.programs import path_of

pytestmark = pytest.mark.programs

PASSWORD = "scrape-me-7d21"


def serving(folder: Path, authority: trustme.CA) -> Path:
    """A web configuration: a certificate, and one user."""
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    file = folder / "web.yml"
    tls = {"cert_file": "server.pem", "key_file": "server.pem"}
    file.write_text(yaml.safe_dump({"tls_server_config": tls, "basic_auth_users": {"prometheus": hashed}}))
    return file


def scraping(folder: Path, authority: trustme.CA, exporter: str) -> Path:
    """A Prometheus that asks three times: as it should, with a wrong password, and trusting nobody."""
    authority.cert_pem.write_to_path(folder / "ca.pem")
    trusted = {"ca_file": str(folder / "ca.pem")}
    user = {"username": "prometheus", "password": PASSWORD}
    job: dict[str, Any] = {"scheme": "https", "scrape_interval": "1s", "static_configs": [{"targets": [exporter]}]}
    jobs = [
        {**job, "job_name": "right", "tls_config": trusted, "basic_auth": user},
        {**job, "job_name": "wrong-password", "tls_config": trusted, "basic_auth": {**user, "password": "no"}},
        {**job, "job_name": "untrusting", "basic_auth": user},
    ]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump({"scrape_configs": jobs}))
    return file


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[str]:
    """Where the Prometheus is that scrapes the demo these three ways."""
    authority = trustme.CA()
    exporter, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    options = ("--jobs", "20", "--web.config.file", serving(tmp_path, authority), "--web.listen-address", exporter)
    demo = Program(
        "the demo",
        [sys.executable, "-m", "drs_exporter", "demo", *options],
        log=tmp_path / "demo.log",
        page=f"http://{server}/-/ready",
        environ={},
    )
    watcher = Program(
        "Prometheus",
        [
            path_of("prometheus"),
            f"--config.file={scraping(tmp_path, authority, exporter)}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address={server}",
        ],
        log=tmp_path / "prometheus.log",
        page=f"http://{server}/-/ready",
    )
    # The demo answers nobody without a certificate and a password, so that it is Prometheus that tells when it is up.
    async with watcher, demo:
        yield f"http://{server}"


def targets(prometheus: str) -> dict[str, tuple[str, str]]:
    """Health and last error of each target."""
    with urllib.request.urlopen(f"{prometheus}/api/v1/targets", timeout=10) as answer:  # noqa: S310 - loopback
        active: list[dict[str, Any]] = json.load(answer)["data"]["activeTargets"]
    return {target["labels"]["job"]: (target["health"], target["lastError"]) for target in active}


def settled(found: Mapping[str, tuple[str, str]]) -> bool:
    """Each was scraped once the exporter listened."""
    tried = [health != "unknown" and "refused" not in error for health, error in found.values()]
    return len(tried) == 3 and all(tried) and found["right"][0] == "up"


async def test_only_the_scrape_that_trusts_and_knows_the_password_succeeds(prometheus: str) -> None:
    async with asyncio.timeout(40):
        while not settled(found := await asyncio.to_thread(targets, prometheus)):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.1)
    assert found["right"] == ("up", "")
    assert found["wrong-password"] == ("down", "server returned HTTP status 401 Unauthorized")
    assert found["untrusting"][0] == "down"
    assert "certificate" in found["untrusting"][1]
