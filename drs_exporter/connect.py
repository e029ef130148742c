"""From the settings of a project to a client that can sign in, and to the identity service."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.iam import identity_root
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.proxies import EnvironmentProxies, GivenProxy
from drs_exporter.cloud.refusals import ServiceRefusals
from drs_exporter.cloud.session import open_session, trust
from drs_exporter.cloud.transport import Transport
from drs_exporter.cloud_eye.client import CloudEyeClient
from drs_exporter.cloud_eye.refusals import REFUSALS as CLOUD_EYE_REFUSALS
from drs_exporter.credentials import sign_in_of
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.refusals import REFUSALS as DRS_REFUSALS
from drs_exporter.poll import Clients
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings
from drs_exporter.settings.resolved import Access

_NEARBY_TIMEOUT = 5.0
"""Seconds for what answers from the machine itself."""

_FIRST_BACKOFF = 60.0
"""Seconds for which a refused sign-in is not tried again, unless polls come oftener; doubled up to five minutes."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one project."""

    clients: Clients
    budgets: Mapping[str, Budget]
    """By service."""


@asynccontextmanager
async def connect(
    project: ProjectSettings, *, redactor: Redactor, observer: Observer, clock: Clock, shards: int = 1
) -> AsyncIterator[Services]:
    """The services of one project, with its own connections; `shards` share the project's request budgets."""
    concurrency = max(1, project.max_concurrency // shards)
    context = trust(ca_file=project.ca_file, tls_verify=project.tls_verify)
    async with (
        open_session(context, concurrency=concurrency) as session,
        open_session(context, concurrency=concurrency) as other,
    ):
        means = _means(project, session, redactor=redactor, observer=observer, clock=clock)
        budget = partial(Budget, concurrency=concurrency, clock=clock, observer=observer)
        budgets = {
            DrsClient.service: budget(rate=project.max_requests_per_second / shards),
            CloudEyeClient.service: budget(rate=project.cloud_eye_max_requests_per_second / shards),
        }
        transport = partial(
            Transport,
            project_id=project.project_id,
            auth=sign_in_of(project, project.project_id, means, nearby=_nearby(session)),
            clock=clock,
            observer=observer,
        )
        drs = transport(
            means.exchange, endpoint=project.endpoint, budget=budgets[DrsClient.service], refusals=DRS_REFUSALS
        )
        cloud_eye = transport(
            _exchange(project, other),  # connections of its own: what hangs there takes none from DRS
            endpoint=project.cloud_eye_endpoint,
            budget=budgets[CloudEyeClient.service],
            refusals=CLOUD_EYE_REFUSALS,
        )
        yield Services(Clients(drs=DrsClient(drs), cloud_eye=CloudEyeClient(cloud_eye)), budgets)


@asynccontextmanager
async def connect_identity(
    access: Access, *, redactor: Redactor, observer: Observer, clock: Clock
) -> AsyncIterator[Transport]:
    """The identity service, asked with these credentials and for no project in particular."""
    context = trust(ca_file=access.ca_file, tls_verify=access.tls_verify)
    async with open_session(context, concurrency=1) as session:
        means = _means(access, session, redactor=redactor, observer=observer, clock=clock)
        yield Transport(
            means.exchange,
            endpoint=identity_root(access.iam_endpoint),
            auth=sign_in_of(access, None, means, nearby=_nearby(session)),
            budget=Budget(rate=None, concurrency=1, clock=clock, observer=observer),
            clock=clock,
            observer=observer,
            refusals=ServiceRefusals(),
        )


def _means(
    access: Access, session: aiohttp.ClientSession, *, redactor: Redactor, observer: Observer, clock: Clock
) -> Means:
    return Means(
        exchange=_exchange(access, session),
        clock=clock,
        observer=observer,
        remember=redactor.remember,
        first_backoff=min(_FIRST_BACKOFF, access.poll_interval),
    )


def _exchange(access: Access, session: aiohttp.ClientSession) -> HttpExchange:
    """The way to the cloud."""
    proxies = EnvironmentProxies() if access.proxy_url is None else GivenProxy(access.proxy_url)
    return HttpExchange(session, request_timeout=access.request_timeout, proxies=proxies)


def _nearby(session: aiohttp.ClientSession) -> HttpExchange:
    """The way to what is near."""
    return HttpExchange(session, request_timeout=_NEARBY_TIMEOUT)
