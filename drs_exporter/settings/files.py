"""Files a project's settings name: they must be there and usable when the configuration is read."""

import ssl
from pathlib import Path

from drs_exporter.errors import SettingsError
from drs_exporter.regular import read_regular, shown
from drs_exporter.secret import Secret
from drs_exporter.settings.credentials import CREDENTIALS
from drs_exporter.settings.resolved import Access


def check_files(project: Access) -> None:
    """Read every secret and certificate once, so that what is wrong is said at the start and not in the first poll."""
    for setting in (*CREDENTIALS, "proxy_url"):
        secret = getattr(project, setting)
        if isinstance(secret, Secret):
            secret.read()
    if project.ca_file is not None:
        _check_authorities(project.ca_file, spelled=project.spell("ca_file"))


def _check_authorities(file: Path, *, spelled: str) -> None:
    """It is a file with certificates."""
    try:
        # OpenSSL would wait for a pipe.
        read_regular(file)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError:
        raise SettingsError(f"{spelled}: {file} holds no certificate in PEM form") from None
    except OSError as exc:
        raise SettingsError(f"{spelled}: cannot read {shown(file)}: {exc.strerror}") from None
