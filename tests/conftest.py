"""What every test needs, wherever it stands."""

import logging
import os
import sys
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

hypothesis.settings.register_profile(
    "busy",
    deadline=None,  # a machine that does other things besides makes no test fail
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # others' changes are judged by the same cases; who develops draws new ones
)
hypothesis.settings.load_profile("busy")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Whatever a test, or a command that it runs, sets up of logging ends with it, as do the streams it logs to."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
