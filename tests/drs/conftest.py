"""The fixtures of everything that talks to a service."""

from tests.cloud.conftest import *  # noqa: F403 - each of its names is a fixture
