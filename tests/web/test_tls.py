"""TLS, client certificates and rotation, with curl as the client."""

import asyncio
import select
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import bcrypt
import pytest
import trustme
from structlog.testing import capture_logs

from tests.web.memory import MemoryDaemon, Serve

HASH = bcrypt.hashpw(b"sesame", bcrypt.gensalt(4)).decode()

Curl = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def curl(certificates: Path) -> Curl:
    """Run curl in the certificates' folder; exit code and output with the status at its end."""

    async def run(*arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            "curl", "-sS", "-w", "%{http_code}", *arguments, cwd=certificates, stdout=-1, stderr=-3
        )
        output, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode(errors="replace")

    return run


@pytest.fixture
def web_config(certificates: Path) -> Path:
    """Asks for a client certificate of one name, and a password."""
    path = certificates / "web.yml"
    path.write_text(
        "tls_server_config:\n"
        "  cert_file: server.crt\n  key_file: server.key\n  client_ca_file: ca.pem\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_allowed_sans: [prometheus.example.org]\n"
        "http_server_config:\n  http2: true\n  headers: {Strict-Transport-Security: max-age=60}\n"
        f"basic_auth_users: {{prometheus: {HASH}}}\n"
    )
    return path


def tls_only(folder: Path) -> Path:
    path = folder / "web.yml"
    path.write_text("tls_server_config: {cert_file: server.crt, key_file: server.key}")
    return path


AUTHORITY = ("--cacert", "ca.pem")
CLIENT = ("--cert", "client.crt", "--key", "client.key")
STRANGER = ("--cert", "stranger.crt", "--key", "stranger.key")
PASSWORD = ("--user", "prometheus:sesame")


async def test_curl_with_everything_gets_metrics(serve: Serve, web_config: Path, curl: Curl) -> None:
    url = await serve(web_config_file=web_config)
    assert url.startswith("https://")
    code, output = await curl(*AUTHORITY, *CLIENT, *PASSWORD, "-i", f"{url}/metrics")
    assert code == 0
    assert output.startswith("HTTP/1.1 200 OK")
    assert "Strict-Transport-Security: max-age=60" in output
    assert "drs_job_status{" in output
    assert output.endswith("200")


async def test_curl_without_a_part_is_refused(serve: Serve, web_config: Path, curl: Curl) -> None:
    url = f"{await serve(web_config_file=web_config)}/metrics"
    assert (await curl(*CLIENT, *PASSWORD, url))[0] == 60  # the server's certificate is not trusted
    code, output = await curl(*AUTHORITY, *PASSWORD, url)
    assert code != 0
    assert output.endswith("000")
    code, output = await curl(*AUTHORITY, *CLIENT, url)
    assert (code, output) == (0, "user name and password, please\n401")
    code, output = await curl(*AUTHORITY, *CLIENT, "--user", "prometheus:wrong", url)
    assert (code, output) == (0, "user name and password, please\n401")
    code, output = await curl(*AUTHORITY, *STRANGER, *PASSWORD, url)
    assert code == 0
    assert output.endswith("(client_allowed_sans)\n403")
    code, output = await curl(url.replace("https:", "http:"))
    assert (code, output) == (0, "this port speaks HTTPS, and the client sent plain HTTP\n400")


@pytest.mark.parametrize("allowed", ["10.0.0.7", "fd00:0::7", "prometheus.example.org"])
async def test_any_one_allowed_name_of_a_certificate_is_enough(
    serve: Serve, certificates: Path, curl: Curl, allowed: str
) -> None:
    path = certificates / "web.yml"
    path.write_text(
        "tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: ca.pem, "
        f"client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [other, '{allowed}']}}"
    )
    url = f"{await serve(web_config_file=path)}/-/ready"
    assert await curl(*AUTHORITY, *CLIENT, url) == (0, "ready\n200")
    assert (await curl(*AUTHORITY, *STRANGER, url))[1].endswith("403")
    assert await curl(*AUTHORITY, url) == (0, "ready\n200")  # none was given, which this policy allows


async def served(url: str, trust: ssl.SSLContext) -> bytes:
    """The certificate that a new connection gets."""
    host, port = url.removeprefix("https://").split(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=trust)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    assert isinstance(certificate, bytes)
    return certificate


async def test_a_rotated_certificate_is_served_to_the_next_connection(
    serve: Serve, certificates: Path, authority: trustme.CA, trust: ssl.SSLContext
) -> None:
    url = await serve(web_config_file=tls_only(certificates))
    first = await served(url, trust)
    assert await served(url, trust) == first
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    with capture_logs() as logs:
        leaf.private_key_pem.write_to_path(str(certificates / "server.key"))
        assert await served(url, trust) == first  # the old pair, while the new one is half there
        leaf.cert_chain_pems[0].write_to_path(str(certificates / "server.crt"))
        second = await served(url, trust)
        assert await served(url, trust) == second
    assert second == ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    assert [entry["event"] for entry in logs] == ["web_config.rejected", "web_config.reloaded"]


async def test_a_certificate_behind_a_symbolic_link_rotates_as_kubernetes_does_it(
    serve: Serve, certificates: Path, authority: trustme.CA, trust: ssl.SSLContext
) -> None:
    (certificates / "web.yml").write_text("tls_server_config: {cert_file: now/server.crt, key_file: now/server.key}")
    for name, leaf in (
        ("one", authority.issue_cert("localhost", "127.0.0.1")),
        ("two", authority.issue_cert("127.0.0.1")),
    ):
        (certificates / name).mkdir()
        leaf.cert_chain_pems[0].write_to_path(str(certificates / name / "server.crt"))
        leaf.private_key_pem.write_to_path(str(certificates / name / "server.key"))
    (certificates / "now").symlink_to("one")
    url = await serve(web_config_file=certificates / "web.yml")
    first = await served(url, trust)
    (certificates / "next").symlink_to("two")
    (certificates / "next").rename(certificates / "now")
    assert await served(url, trust) != first


async def test_a_wrong_new_file_keeps_the_old_one_and_says_so_once(
    serve: Serve, certificates: Path, trust: ssl.SSLContext, http: aiohttp.ClientSession
) -> None:
    path = tls_only(certificates)
    url = await serve(web_config_file=path)
    with capture_logs() as logs:
        for wrong in ("tls_server_config: {cert: [}", "basic_auth_user: {}", "", None):
            if wrong is None:
                path.unlink()
            else:
                path.write_text(wrong)
            for _ in range(2):
                async with http.get(f"{url}/-/ready", ssl=trust) as response:
                    assert response.status == 200
        tls_only(certificates)
        async with http.get(f"{url}/-/ready", ssl=trust) as response:
            assert response.status == 200
    assert [entry["event"] for entry in logs] == ["web_config.rejected", "web_config.reloaded"]
    assert "line 1" in logs[0]["error"]


async def test_tls_is_not_turned_off_under_way(
    serve: Serve, certificates: Path, trust: ssl.SSLContext, http: aiohttp.ClientSession
) -> None:
    path = tls_only(certificates)
    url = await serve(web_config_file=path)
    with capture_logs() as logs:
        path.write_text("")
        async with http.get(f"{url}/-/ready", ssl=trust) as response:
            assert response.status == 200
    assert [entry["error"] for entry in logs] == [f"{path}: turning TLS on or off needs a restart"]


async def test_a_large_body_goes_through_tls_whole(
    serve: Serve, certificates: Path, trust: ssl.SSLContext, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    daemon.padding = b"# padding\n" * 300_000
    url = await serve(web_config_file=tls_only(certificates))
    async with http.get(f"{url}/metrics", ssl=trust, headers={"Accept-Encoding": "identity"}) as response:
        assert (await response.read()).startswith(daemon.padding)


async def test_a_client_that_stalls_under_tls_is_dropped(
    serve: Serve, certificates: Path, trust: ssl.SSLContext, daemon: MemoryDaemon
) -> None:
    daemon.padding = b"# padding\n" * 1_000_000
    url = await serve(web_config_file=tls_only(certificates), write_within=0.2)
    with capture_logs() as logs:
        assert await asyncio.to_thread(stall, url, trust) & select.POLLERR
    assert [entry["event"] for entry in logs] == ["scraper.dropped"]


def stall(url: str, trust: ssl.SSLContext) -> int:
    """Ask for metrics, read nothing, and answer how the connection ended."""
    host, port = url.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with trust.wrap_socket(raw, server_hostname=host) as client:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            poll = select.poll()
            poll.register(client, 0)
            return sum(event for _, event in poll.poll(60_000))
