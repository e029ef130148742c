from pathlib import Path

import aiohttp
import pytest

from drs_exporter.cloud.session import open_session, trust
from drs_exporter.errors import SettingsError


async def test_a_session_keeps_no_cookies_and_takes_nothing_from_its_environment() -> None:
    """With the environment trusted, the HTTP library would also send passwords of ~/.netrc."""
    async with open_session(trust()) as session:
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
        assert not session.trust_env


async def test_a_ca_file_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with pytest.raises(SettingsError, match=r"^ca_file: cannot use .*ca.pem: No such file or directory$"):
        trust(ca_file=file)
    file.write_text("no certificate")
    with pytest.raises(SettingsError, match=r"^ca_file: cannot use .*ca.pem: it holds no certificate$"):
        trust(ca_file=file)
