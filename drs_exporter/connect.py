"""From the settings of a project to a client that can sign in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.agency import AgencyAuth
from drs_exporter.cloud.auth.aksk import KeyAuth
from drs_exporter.cloud.auth.credentials import Auth
from drs_exporter.cloud.auth.password import PasswordAuth
from drs_exporter.cloud.auth.token import TokenAuth
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.session import open_session
from drs_exporter.cloud.transport import Transport
from drs_exporter.drs.client import DrsClient
from drs_exporter.poll import Clients
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings

_FIRST_BACKOFF = 60.0
"""Seconds for which a refused sign-in is not tried again, unless polls come oftener; doubled up to five minutes."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The services of one project."""

    clients: Clients
    budgets: Mapping[str, Budget]
    """By service."""


@asynccontextmanager
async def connect(
    project: ProjectSettings, *, redactor: Redactor, observer: Observer, clock: Clock, shards: int = 1
) -> AsyncIterator[Connection]:
    """The services of one project, with its own connections; `shards` share the project's request budgets."""
    concurrency = max(1, project.max_concurrency // shards)
    session = open_session(ca_file=project.ca_file, tls_verify=project.tls_verify, concurrency=concurrency)
    async with session:
        budget = Budget(
            rate=project.max_requests_per_second / shards, concurrency=concurrency, clock=clock, observer=observer
        )
        transport = Transport(
            session=session,
            endpoint=project.endpoint,
            project_id=project.project_id,
            auth=_auth(project, session, redactor=redactor, observer=observer, clock=clock),
            budget=budget,
            clock=clock,
            observer=observer,
            request_timeout=project.request_timeout,
            proxy=project.proxy_url,
        )
        yield Connection(Clients(drs=DrsClient(transport)), {"drs": budget})


def _auth(
    project: ProjectSettings,
    session: aiohttp.ClientSession,
    *,
    redactor: Redactor,
    observer: Observer,
    clock: Clock,
) -> Auth:
    """The way the project signs in; the settings made sure that its parts are there."""
    remember = redactor.remember
    match project.auth:
        case "token" if project.token is not None:
            return TokenAuth(project.token, remember=remember)
        case "aksk" if project.access_key is not None and project.secret_key is not None:
            return KeyAuth(
                access_key=project.access_key,
                secret_key=project.secret_key,
                security_token=project.security_token,
                project_id=project.project_id,
                clock=clock,
                remember=remember,
            )
        case "password" if project.password is not None:
            return PasswordAuth(
                session=session,
                iam_endpoint=project.iam_endpoint,
                project_id=project.project_id,
                username=project.username or "",
                password=project.password,
                domain_name=project.domain_name or "",
                clock=clock,
                observer=observer,
                remember=remember,
                request_timeout=project.request_timeout,
                proxy=project.proxy_url,
                first_backoff=min(_FIRST_BACKOFF, project.poll_interval),
            )
        case _:
            return AgencyAuth(
                session=session,
                project_id=project.project_id,
                clock=clock,
                observer=observer,
                remember=remember,
                first_backoff=min(_FIRST_BACKOFF, project.poll_interval),
            )
