"""Where this project is at home. A fork changes this one line, then `make generate` changes every other place."""

from typing import Final

REPOSITORY: Final = "https://github.com/drs-exporter/drs-exporter"

RUNBOOKS: Final = f"{REPOSITORY}/blob/main/docs/runbooks"
"""Alerts and dashboards lead to pages in here; `drs-exporter assets --runbooks URL` writes another place."""
