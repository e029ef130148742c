"""Files a project's settings name: they must be there and usable when the configuration is read."""

import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from drs_exporter.errors import SettingsError
from drs_exporter.secret import Secret
from drs_exporter.settings import values
from drs_exporter.settings.model import SECRETS, ProjectSettings


def check_files(project: ProjectSettings, spell: Callable[[str], str]) -> None:
    """Read every secret and certificate once, so that what is wrong is said at the start and not in the first poll."""
    for setting in SECRETS:
        secret = getattr(project, setting)
        if isinstance(secret, Secret):
            _check_secret(secret, setting, spelled=spell(setting))
    if project.ca_file is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(project.ca_file)
        except ssl.SSLError:
            raise SettingsError(f"{spell('ca_file')}: {project.ca_file} holds no certificate in PEM form") from None
        except OSError as exc:
            raise SettingsError(f"{spell('ca_file')}: cannot read {project.ca_file}: {exc.strerror}") from None


def _check_secret(secret: Secret, setting: str, *, spelled: str) -> None:
    """It can be read, is one line, and is a URL where it has to be."""
    try:
        value = values.text(secret.read())
    except SettingsError as exc:
        raise SettingsError(f"{spelled}: {str(exc).partition(': ')[2]}") from None
    except ValueError as exc:
        raise SettingsError(f"{spelled}: {exc}") from None
    if setting == "proxy_url" and not _is_proxy(value):
        raise SettingsError(f"{spelled}: must be a URL such as http://proxy.example:3128")


def _is_proxy(url: str) -> bool:
    """Whether this is a URL that a proxy can have."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
