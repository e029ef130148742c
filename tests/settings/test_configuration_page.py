"""The page about configuration is the one the code makes, and says everything there is."""

import pytest

from drs_exporter.settings.names import option, variable
from drs_exporter.settings.table import TABLE, Row
from tools.configuration_page import PAGE, document


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.name))
def test_every_setting_is_on_the_page_with_its_meaning(row: Row) -> None:
    assert row.description.endswith(".")
    (line,) = (line for line in document().splitlines() if f"`{variable(row.name)}`" in line)
    assert row.description in line
    assert (f"{variable(row.name)}_FILE" in line) is row.secret
    assert option(row.name) in line


PRODUCT_CONTRACT = """
CONFIG_FILE SECRETS_DIR PROJECT_ID PROJECT_NAME REGION CLOUD ENDPOINT IAM_ENDPOINT CLOUD_EYE_ENDPOINT USERNAME
PASSWORD DOMAIN_NAME ACCESS_KEY SECRET_KEY SECURITY_TOKEN TOKEN IAM_PROJECT DISCOVER_PROJECTS PROJECT_LABELS AUTH
CA_FILE TLS_VERIFY PROXY_URL SCENARIOS JOB_TAGS ENTERPRISE_PROJECT_ID COLLECTORS COLLECTOR_INTERVALS INCLUDE_JOBS
EXCLUDE_JOBS EXCLUDE_PHASES TIME_ZONE POLL_INTERVAL POLL_TIMEOUT REQUEST_TIMEOUT MAX_REQUESTS_PER_SECOND
MAX_CONCURRENCY CLOUD_EYE_MAX_REQUESTS_PER_SECOND HOLD_TIME SHARD TOTAL_SHARDS WEB_LISTEN_ADDRESS WEB_TELEMETRY_PATH
WEB_MAX_REQUESTS WEB_MAX_CONNECTIONS WEB_EXTERNAL_URL WEB_CONFIG_FILE WEB_SYSTEMD_SOCKET WEB_ENABLE_LIFECYCLE
LOG_LEVEL LOG_FORMAT
"""


def test_the_settings_are_those_that_were_promised() -> None:
    assert {row.name.upper() for row in TABLE} == set(PRODUCT_CONTRACT.split())
