"""Credentials that are simply given: a token, or a pair of keys."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from yarl import URL

from drs_exporter.cloud.auth.aksk import KeyAuth
from drs_exporter.cloud.auth.token import TokenAuth
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiCredentialError
from drs_exporter.secret import Secret
from tests.cloud.doubles import FakeClock

REQUEST = Request(
    operation="quotas",
    method="GET",
    endpoint=URL("https://drs.example.test:8443"),
    path="/v3/p1/quotas",
    headers={"Content-Type": "application/json", "X-Language": "en-us"},
)


def write(folder: Path, **files: str) -> dict[str, Secret]:
    for name, text in files.items():
        (folder / name).write_text(text)
    return {name: Secret(f"{name}_file", folder / name) for name in files}


async def test_a_given_token_is_read_anew_and_remembered(tmp_path: Path) -> None:
    known: list[str] = []
    auth = TokenAuth(write(tmp_path, token="first-token\n")["token"], remember=known.append)
    await auth.sign_in()
    used = await auth.authorise(REQUEST)
    assert used.headers["X-Auth-Token"] == "first-token"
    assert not await auth.renew(used)
    write(tmp_path, token="second-token\n")
    assert await auth.renew(used)
    fresh = await auth.authorise(REQUEST)
    auth.renewed(fresh, helped=True)
    assert fresh.headers["X-Auth-Token"] == "second-token"
    assert set(known) == {"first-token", "second-token"}


async def test_keys_are_read_anew_and_remembered(tmp_path: Path, clock: FakeClock) -> None:
    known: list[str] = []
    secrets = write(tmp_path, access_key="access-1", secret_key="secret-1", security_token="security-1")
    auth = KeyAuth(**secrets, project_id="p1", clock=clock, remember=known.append)
    await auth.sign_in()
    used = await auth.authorise(REQUEST)
    assert used.headers["X-Sdk-Date"] == "20231114T221320Z"
    assert used.headers["Host"] == "drs.example.test:8443"
    assert used.headers["X-Security-Token"] == "security-1"
    assert "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token," in used.headers["Authorization"]
    assert not await auth.renew(used)
    write(tmp_path, secret_key="secret-2")
    assert await auth.renew(used)
    auth.renewed(used, helped=False)
    assert {"access-1", "secret-1", "security-1", "secret-2"} == set(known)


async def test_permanent_keys_send_no_security_token(clock: FakeClock) -> None:
    auth = KeyAuth(
        access_key=Secret("access_key", SecretStr("access-1")),
        secret_key=Secret("secret_key", SecretStr("secret-1")),
        project_id="p1",
        clock=clock,
        remember=lambda _: None,
    )
    assert "X-Security-Token" not in (await auth.authorise(REQUEST)).headers


@pytest.mark.parametrize("text", ["one\ntwo", "nul\0", "bell\x07", "one\r\ntwo\n", "c1\x85", "\ufeff", "\n", "\ttab"])
async def test_a_secret_that_was_replaced_by_what_is_none_fails_the_call_and_names_the_file(
    tmp_path: Path, clock: FakeClock, text: str
) -> None:
    """Nothing of it gets into a header, where the HTTP library would fail in its own way."""
    file = tmp_path / "secret"
    file.write_text("good", newline="")
    secret = Secret("access_key", file)
    auths: list[TokenAuth | KeyAuth] = [
        TokenAuth(secret, remember=lambda _: None),
        KeyAuth(access_key=secret, secret_key=secret, project_id="p", clock=clock, remember=lambda _: None),
    ]
    for auth in auths:
        assert (await auth.authorise(REQUEST)).headers
    file.write_text(text, newline="")
    for auth in auths:
        with pytest.raises(ApiCredentialError, match=f"access_key: {file} must not"):
            await auth.authorise(REQUEST)
    file.write_bytes(b"\xef\xbb\xbfgood\r\n")
    for auth in auths:
        assert "good" in str(dict((await auth.authorise(REQUEST)).headers))


@pytest.mark.parametrize("text", [None, ""])
async def test_a_secret_that_cannot_be_read_fails_the_call_and_not_the_process(
    tmp_path: Path, clock: FakeClock, text: str | None
) -> None:
    """A file can be missing for a moment while it is replaced."""
    if text is not None:
        (tmp_path / "token").write_text(text)
    secret = Secret("token_file", tmp_path / "token")
    with pytest.raises(ApiCredentialError, match="token_file: ") as caught:
        await TokenAuth(secret, remember=lambda _: None).authorise(REQUEST)
    assert (caught.value.operation, caught.value.reason) == ("sign_in", "auth")
    keys = KeyAuth(access_key=secret, secret_key=secret, project_id="p", clock=clock, remember=lambda _: None)
    with pytest.raises(ApiCredentialError):
        await keys.sign_in()
