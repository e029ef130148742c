"""Web configuration files as the daemon reads them."""

from pathlib import Path
from typing import Final

from drs_exporter.web.config.live import LiveConfig

PAIR: Final = "cert_file: server.crt, key_file: server.key"


def load(folder: Path, text: str) -> LiveConfig:
    """Write the file, and read it."""
    path = folder / "web.yml"
    path.write_text(text)
    return LiveConfig(path)
