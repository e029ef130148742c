"""Every secret of a whole session, looked for in everything that leaves the process: nothing is found."""

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from drs_exporter import logs
from drs_exporter.cloud.auth.agency import AgencyAuth
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import Daemon, entry
from tests.faults.driven_clock import DrivenClock

FAULTS: Final = (
    "500", "502", "throttle", "401", "403_token", "403_permission", "404_object", "bad_id", "202_error", "html",
    "json_string", "truncated", "invalid_utf8", "wrong_length", "reset", "redirect", "hostile_names", "wrong_type",
)  # fmt: skip
FAILURES: Final = 100
"""How often one befalls an operation: throttled for ever, calls are due in turn and the exporter has no idle moment."""
PAGES: Final = ("/metrics", "/", "/jobs", "/probe?target=sim", "/metrics?self=1", "/-/ready", "/-/healthy", "/nowhere")
PROXY: Final = "proxy-password-31c9d2"
TOKEN: Final = "given-token-77ab01c3"


class Open(Redactor):
    """The second line of defence, taken away."""

    def redact(self, text: str) -> str:
        return text


@pytest.fixture(params=[Open])
def log(request: pytest.FixtureRequest) -> tuple[io.StringIO, Redactor]:
    """Everything that is logged, at debug level; without the redactor unless the test wants it."""
    stream = io.StringIO()
    redactor: Redactor = request.param()
    logs.configure("debug", "json", redactor, stream)
    logging.getLogger().setLevel(logging.DEBUG)
    return stream, redactor


def credentials(cloud: SimulatedCloud, auth: str) -> dict[str, Any]:
    """A project that signs in this way."""
    project = {name: value for name, value in entry(cloud, auth=auth).items() if name not in SIGN_IN}
    match auth:
        case "password":
            names = {"username": cloud.username, "password": cloud.password, "domain_name": cloud.domain_name}
        case "aksk":
            names = {"access_key": cloud.access_key, "secret_key": cloud.secret_key}
        case "token":
            names = {"token": cloud.identity.issue_token()}
        case _:
            names = {}
    return project | names


SIGN_IN: Final = ("username", "password", "domain_name")


@pytest.mark.parametrize(
    ("auth", "log"),
    [("password", Redactor), ("password", Open), ("aksk", Open), ("token", Open), ("agency", Open)],
    indirect=["log"],
)
async def test_nothing_is_found_in_logs_pages_and_errors(
    auth: str, log: tuple[io.StringIO, Redactor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, redactor = log
    clock = DrivenClock()
    shown: list[str] = []
    secrets = {PROXY, TOKEN}
    async with SimulatedCloud(jobs=24, seed=3, speed=1e-6, now=clock.time) as cloud:
        defaults: Any = AgencyAuth.__init__.__kwdefaults__
        monkeypatch.setitem(defaults, "metadata_endpoint", cloud.url)
        daemon = Daemon(tmp_path, clock, ())
        daemon.redactor = redactor
        project = credentials(cloud, auth)
        daemon.configure(project, collectors=["jobs", "status", "progress", "rpo_rto", "async_jobs", "job_detail"])
        async with daemon:
            for fault in FAULTS:
                for operation in ("*", "sign_in", "metadata_token", "metadata_key"):
                    cloud.faults.set(operation, fault, times=FAILURES)
                secrets.update(cloud.secrets())
                cloud.identity.revoke()
                await daemon.poll()
                shown += [(await daemon.get(page))[1].decode() for page in PAGES]
                cloud.faults.clear()
                clock.jump(1.0)
                await daemon.advance(400.0)  # refused sign-ins wait
            shown += [await refused(daemon, text) for text in bad_files(project, cloud)]
            shown += [repr(daemon.exporter._settings), repr(daemon.exporter.projects())]
            secrets.update(cloud.secrets())
    assert len(secrets) >= 10
    assert "collector.failed" in stream.getvalue()
    assert_nowhere(secrets, stream.getvalue(), *shown)


def bad_files(project: dict[str, Any], cloud: SimulatedCloud) -> Iterator[str]:
    """Configurations with mistakes right beside secrets, and with secrets where none belong."""
    password = cloud.password
    for change in (
        {"password": [password]},
        {"password": {"value": password}},
        {"pasword": password},
        {"token": TOKEN, "password": password, "username": "u", "domain_name": "d"},
        {"poll_interval": password},
        {"proxy_url": f"ftp://user:{PROXY}@127.0.0.1:1"},
        {"proxy_url": f"user:{PROXY}@127.0.0.1"},
        {"endpoint": f"http://user:{PROXY}@127.0.0.1:1"},
    ):
        yield yaml.safe_dump({"projects": [project | change]})
    yield f"projects:\n - password: '{password}\n"


async def refused(daemon: Daemon, text: str) -> str:
    """What a reload with this file answers."""
    daemon.write(text)
    _, body = await daemon.get("/-/reload", method="POST")
    return body.decode()


def assert_nowhere(secrets: set[str], *texts: str) -> None:
    """No secret is in any text, neither as it is nor as JSON, HTML or a URL would spell it."""
    found = [(secret[:6], text[:60]) for secret in secrets for text in texts if secret in text]
    assert found == []


def environ(cloud: SimulatedCloud) -> dict[str, str]:
    """Settings of a project, with every kind of secret in the environment."""
    given = {
        "PROJECT_ID": cloud.project_id,
        "REGION": cloud.region,
        "ENDPOINT": cloud.url,
        "IAM_ENDPOINT": cloud.url,
        "AUTH": "password",
        "USERNAME": cloud.username,
        "PASSWORD": cloud.password,
        "DOMAIN_NAME": cloud.domain_name,
        "ACCESS_KEY": cloud.access_key,
        "SECRET_KEY": cloud.secret_key,
        "TOKEN": TOKEN,
        "WEB_LISTEN_ADDRESS": "127.0.0.1:0",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    return {f"DRS_EXPORTER_{name}": value for name, value in given.items()} | {"PATH": os.environ["PATH"]}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["serve", "--help"], ["check"], ["once"], ["jobs", "--output", "json"], ["serve", "--shard", "nine"]],
    ids=" ".join,
)
async def test_nothing_is_found_in_what_commands_print(arguments: list[str]) -> None:
    async with SimulatedCloud(jobs=5) as cloud:
        command = [sys.executable, "-m", "drs_exporter", *arguments]
        process = await asyncio.create_subprocess_exec(
            *command, env=environ(cloud), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await asyncio.wait_for(process.communicate(), 60)
        secrets = {*cloud.secrets(), TOKEN}
    assert output
    assert_nowhere(secrets, output.decode())


async def test_nothing_is_found_in_the_arguments_of_a_running_daemon() -> None:
    """Secrets come by the environment or by file; whoever may list processes sees neither."""
    async with SimulatedCloud(jobs=5) as cloud:
        command = [sys.executable, "-m", "drs_exporter", "serve"]
        process = await asyncio.create_subprocess_exec(*command, env=environ(cloud), stderr=subprocess.PIPE)
        assert process.stderr is not None
        started = json.loads(await asyncio.wait_for(process.stderr.readline(), 30))
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        process.terminate()
        _, rest = await asyncio.wait_for(process.communicate(), 30)
        secrets = {*cloud.secrets(), TOKEN}
    assert started
    assert_nowhere(secrets, arguments, rest.decode(), json.dumps(started))
