"""What every test of polling needs."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _fresh_logs() -> None:
    """Log as nobody configured it: an earlier test may have closed the stream it logged to."""
    structlog.reset_defaults()
