"""The exporter signs in, in every way, with what the vendor's own SDK sends; and lists the account's projects."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider, PodIdentityCredentialProvider
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkdrs.v3 import DrsClient as VendorClient
from huaweicloudsdkdrs.v3 import model as v3
from pydantic import SecretStr

from drs_exporter.clock import SystemClock
from drs_exporter.cloud.auth.agency import AgencyAuth
from drs_exporter.cloud.auth.aksk import KeyAuth
from drs_exporter.cloud.auth.credentials import Auth
from drs_exporter.cloud.auth.oidc import OidcAuth
from drs_exporter.cloud.auth.password import PasswordAuth
from drs_exporter.cloud.auth.pod_identity import PodIdentityAuth
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.auth.token import TokenAuth
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.identity import IamProject, list_projects
from drs_exporter.cloud.refusals import ServiceRefusals
from drs_exporter.cloud.transport import Transport
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.refusals import REFUSALS
from drs_exporter.errors import ApiCredentialError, ApiStatusError, Refusal
from drs_exporter.secret import Secret
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.gateway import SeenRequest
from drs_exporter.simulator.identity_wire import ProjectScope, Scope
from drs_exporter.simulator.sign_in import POD_IDENTITY
from tests.cloud.doubles import Seen

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow"),
    pytest.mark.filterwarnings("ignore:Method .* of DrsClient is deprecated"),
]

WAYS = ("token", "aksk", "password", "agency", "pod_identity", "oidc")
CLOCK = SystemClock()


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A cloud on the real clock, of three projects: signatures are made with it."""
    async with SimulatedCloud(jobs=6, projects=["sim-north-1_orders", "sim-south-2"]) as running:
        yield running


@pytest.fixture
async def exchange() -> AsyncIterator[HttpExchange]:
    """The way out."""
    async with aiohttp.ClientSession() as session:
        yield HttpExchange(session, request_timeout=5)


class Files:
    """The tokens that others keep for us in files."""

    def __init__(self, folder: Path, cloud: SimulatedCloud) -> None:
        self.pod = folder / "pod-token"
        self.pod.write_text(cloud.sign_in.pod_token + "\n")
        self.id_token = folder / "id-token"
        self.id_token.write_text(cloud.sign_in.id_token + "\n")


@pytest.fixture
def files(tmp_path: Path, cloud: SimulatedCloud) -> Files:
    """Both tokens."""
    return Files(tmp_path, cloud)


def auth(way: str, cloud: SimulatedCloud, exchange: HttpExchange, files: Files, project_id: str | None) -> Auth:
    """One way to sign in, for a project or for none."""
    means = Means(exchange=exchange, clock=CLOCK, observer=Seen(), remember=lambda _: None)
    match way:
        case "token":
            scope = None if project_id is None else Scope(project=ProjectScope(id=project_id))
            token, _ = cloud.identity.token_for(scope, methods=["password"])
            return TokenAuth(Secret("token", SecretStr(token)), remember=lambda _: None)
        case "aksk":
            keys = {"access_key": cloud.access_key, "secret_key": cloud.secret_key}
            secrets = {name: Secret(name, SecretStr(value)) for name, value in keys.items()}
            return KeyAuth(**secrets, project_id=project_id, clock=CLOCK, remember=lambda _: None)
        case "password":
            return PasswordAuth(
                means,
                project_id=project_id,
                iam_endpoint=f"{cloud.url}/v3",
                username=cloud.username,
                password=Secret("password", SecretStr(cloud.password)),
                domain_name=cloud.domain_name,
            )
        case "agency":
            return AgencyAuth(means, project_id=project_id, metadata_endpoint=cloud.url)
        case "pod_identity":
            pod_token = Secret("authorization_token", files.pod)
            url = cloud.url + POD_IDENTITY
            return PodIdentityAuth(means, credentials_url=url, authorization_token=pod_token, project_id=project_id)
        case _:
            return OidcAuth(
                means,
                project_id=project_id,
                iam_endpoint=cloud.url,
                identity_provider=cloud.sign_in.identity_provider,
                id_token=Secret("id_token", files.id_token),
            )


def client(cloud: SimulatedCloud, exchange: HttpExchange, signed_in: Auth, project_id: str) -> DrsClient:
    """A client of one project."""
    return DrsClient(_transport(cloud, exchange, signed_in, REFUSALS, project_id=project_id))


def _transport(
    cloud: SimulatedCloud, exchange: HttpExchange, signed_in: Auth, refusals: ServiceRefusals, **changes: Any
) -> Transport:
    observer = Seen()
    return Transport(
        exchange,
        endpoint=cloud.url,
        auth=signed_in,
        budget=Budget(rate=None, concurrency=4, clock=CLOCK, observer=observer),
        clock=CLOCK,
        observer=observer,
        refusals=refusals,
        **changes,
    )


def last(cloud: SimulatedCloud, operation: str) -> SeenRequest:
    """The last request of an operation."""
    return next(seen for seen in reversed(cloud.requests) if seen.operation == operation)


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_sign_in_reads_the_project_it_is_for(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, way: str
) -> None:
    signed_in = auth(way, cloud, exchange, files, cloud.project_id)
    await signed_in.sign_in()
    listing = await client(cloud, exchange, signed_in, cloud.project_id).list_jobs("sync")
    assert {getattr(job, "id", None) for job in listing.items} == {
        job.id for job in cloud.truth() if job.db_use_type == "sync" and job.parent_id in ("", None)
    }


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_sign_in_lists_the_projects_of_the_account(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, way: str
) -> None:
    cloud.identity.projects[2] = cloud.identity.projects[2]._replace(enabled=False)
    signed_in = auth(way, cloud, exchange, files, None)
    found = await list_projects(_transport(cloud, exchange, signed_in, ServiceRefusals()))
    assert [(project.name, project.enabled) for project in found] == [
        ("sim-north-1", True),
        ("sim-north-1_orders", True),
        ("sim-south-2", False),
    ]
    assert found[0] == IamProject(cloud.project_id, "sim-north-1")
    assert "X-Project-Id" not in last(cloud, "list_projects").headers


@pytest.mark.parametrize("way", WAYS)
async def test_each_project_has_jobs_of_its_own_and_a_token_opens_one(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, way: str
) -> None:
    first, orders, _ = cloud.identity.projects
    listed = {}
    for project in (first, orders):
        signed_in = auth(way, cloud, exchange, files, project.id)
        listing = await client(cloud, exchange, signed_in, project.id).list_jobs("sync")
        listed[project.id] = {getattr(job, "id", None) for job in listing.items}
    assert listed[first.id]
    assert not listed[first.id] & listed[orders.id]
    if way in ("token", "password", "oidc"):
        stranger = auth(way, cloud, exchange, files, first.id)
        with pytest.raises(ApiStatusError) as caught:
            await client(cloud, exchange, stranger, orders.id).quotas()
        assert caught.value.refusal is Refusal.WRONG_PROJECT


async def ask_as_the_vendor_does(
    cloud: SimulatedCloud, provider: Any, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]
) -> None:
    """One call of the vendor's SDK, whose provider reads the environment."""
    for name, value in {"HUAWEICLOUD_SDK_IAM_ENDPOINT": cloud.url, **environment}.items():
        monkeypatch.setenv(name, value)

    def call() -> None:
        credentials = provider.get_credentials().with_project_id(cloud.project_id)
        config = HttpConfig.get_default_config()
        builder = VendorClient.new_builder().with_http_config(config).with_credentials(credentials)
        assert builder.with_endpoints([cloud.url]).build().show_quotas(v3.ShowQuotasRequest()).quotas

    await asyncio.to_thread(call)


async def test_a_pods_identity_is_asked_for_as_the_vendor_does(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same method, path, authorization, kind and bytes."""
    environment = {
        "HC_CONTAINER_CREDENTIALS_FULL_URI": cloud.url + POD_IDENTITY,
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(files.pod),
    }
    await ask_as_the_vendor_does(cloud, PodIdentityCredentialProvider.get_basic(), monkeypatch, environment)
    theirs = last(cloud, "pod_identity")
    await auth("pod_identity", cloud, exchange, files, cloud.project_id).sign_in()
    ours = last(cloud, "pod_identity")
    assert ours is not theirs
    assert (ours.method, ours.path, ours.body) == (theirs.method, theirs.path, theirs.body)
    assert ours.body == b"{}"
    for header in ("Authorization", "Content-Type"):
        assert ours.headers[header] == theirs.headers[header]


@pytest.mark.parametrize("project", [True, False], ids=["for a project", "for none"])
async def test_an_id_token_is_traded_as_the_vendor_does(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, monkeypatch: pytest.MonkeyPatch, *, project: bool
) -> None:
    """The same method, path, provider, kind and document; ours asks for the project at once, the SDK never does."""
    environment = {
        "HUAWEICLOUD_SDK_IDP_ID": cloud.sign_in.identity_provider,
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE": str(files.id_token),
    }
    await ask_as_the_vendor_does(
        cloud, EnvCredentialProvider.get_basic_credential_env_provider(), monkeypatch, environment
    )
    theirs = last(cloud, "sign_in_oidc")
    await auth("oidc", cloud, exchange, files, cloud.project_id if project else None).sign_in()
    ours = last(cloud, "sign_in_oidc")
    assert ours is not theirs
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    for header in ("X-Idp-Id", "Content-Type"):
        assert ours.headers[header] == theirs.headers[header]
    scope = {"scope": {"project": {"id": cloud.project_id}}} if project else {}
    asked = json.loads(theirs.body)
    assert json.loads(ours.body) == {"auth": {**asked["auth"], **scope}}


@pytest.mark.parametrize("way", ["pod_identity", "oidc"])
async def test_a_token_that_is_replaced_in_its_file_is_used_at_the_next_sign_in(
    cloud: SimulatedCloud, exchange: HttpExchange, files: Files, way: str
) -> None:
    file = files.pod if way == "pod_identity" else files.id_token
    good = file.read_text()
    signed_in = auth(way, cloud, exchange, files, cloud.project_id)
    file.write_text("stale")
    with pytest.raises(ApiStatusError, match="signing in was refused"):
        await signed_in.sign_in()
    for text in ("two\nlines", "", "nul\0"):
        file.write_text(text)
        with pytest.raises(ApiCredentialError, match=str(file)):
            await auth(way, cloud, exchange, files, cloud.project_id).sign_in()
    file.write_text(good)
    await signed_in.sign_in()
    assert await client(cloud, exchange, signed_in, cloud.project_id).quotas()
