"""From the settings of a project to the way it signs in."""

from dataclasses import replace

from drs_exporter.cloud.auth.agency import AgencyAuth
from drs_exporter.cloud.auth.aksk import KeyAuth
from drs_exporter.cloud.auth.credentials import Auth
from drs_exporter.cloud.auth.oidc import OidcAuth
from drs_exporter.cloud.auth.password import PasswordAuth
from drs_exporter.cloud.auth.pod_identity import PodIdentityAuth
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.auth.token import TokenAuth
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.settings.resolved import Access


def sign_in_of(access: Access, project_id: str | None, means: Means, *, nearby: HttpExchange) -> Auth:
    """The way these settings sign in, for a project or for none; the settings made sure that its parts are there.

    What answers from this machine or its cluster is asked by `nearby`, never through a proxy.
    """
    near = replace(means, exchange=nearby)
    match access.auth:
        case "token" if access.token is not None:
            return TokenAuth(access.token, remember=means.remember)
        case "aksk" if access.access_key is not None and access.secret_key is not None:
            return KeyAuth(
                access_key=access.access_key,
                secret_key=access.secret_key,
                security_token=access.security_token,
                project_id=project_id,
                clock=means.clock,
                remember=means.remember,
            )
        case "password" if access.password is not None:
            return PasswordAuth(
                means,
                iam_endpoint=access.iam_endpoint,
                project_id=project_id,
                username=access.username or "",
                password=access.password,
                domain_name=access.domain_name or "",
            )
        case "oidc" if access.id_token is not None:
            return OidcAuth(
                means,
                iam_endpoint=access.iam_endpoint,
                identity_provider=access.identity_provider or "",
                id_token=access.id_token,
                project_id=project_id,
            )
        case "pod_identity" if access.authorization_token is not None:
            return PodIdentityAuth(
                near,
                credentials_url=access.credentials_url or "",
                authorization_token=access.authorization_token,
                project_id=project_id,
            )
        case _:
            return AgencyAuth(near, project_id=project_id)
