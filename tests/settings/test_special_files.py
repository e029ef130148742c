"""Whatever lies where a file is expected is told at once: nothing is waited for, and no memory is filled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.errors import SettingsError
from drs_exporter.secret import Secret
from drs_exporter.settings import Settings

PLACE = {"DRS_EXPORTER_PROJECT_ID": "p", "DRS_EXPORTER_REGION": "eu-de"}


def token(environ: dict[str, str]) -> str:
    """The token as it is read."""
    secret = load(environ=PLACE | environ).projects[0].token
    assert secret is not None
    return secret.read()


@pytest.mark.parametrize("setting", ["config_file", "password_file", "ca_file"])
def test_a_pipe_is_never_waited_for(setting: str, pipe: Path, environ: dict[str, str]) -> None:
    del environ["DRS_EXPORTER_PASSWORD"]
    if setting == "ca_file":
        environ["DRS_EXPORTER_PASSWORD"] = "correct-horse"
    environ[f"DRS_EXPORTER_{setting.upper()}"] = str(pipe)
    with pytest.raises(SettingsError) as caught:
        load(environ=environ)
    assert str(caught.value) == f"DRS_EXPORTER_{setting.upper()}: cannot read {pipe}: not a regular file"


def test_a_pipe_in_the_secrets_directory_is_told(pipe: Path, tmp_path: Path) -> None:
    pipe.rename(tmp_path / "token")
    with pytest.raises(SettingsError) as caught:
        load({"secrets_dir": tmp_path}, environ=PLACE)
    assert str(caught.value) == f"{tmp_path}/token: cannot read {tmp_path}/token: not a regular file"


@pytest.mark.parametrize("setting", ["config_file", "token_file"])
def test_a_file_larger_than_a_mebibyte_is_not_read(setting: str, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_text("#" * (1024 * 1024 + 1))
    with pytest.raises(SettingsError) as caught:
        load({setting: str(file)}, environ=PLACE)
    assert str(caught.value).endswith(f": cannot read {file}: larger than 1024 KiB")


@pytest.mark.parametrize("written", ["\ufefft0ken-t0ken", "t0ken-t0ken\n", "\ufefft0ken-t0ken\r\n"])
def test_what_an_editor_leaves_around_a_secret_is_no_part_of_it(written: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(written, encoding="utf-8")
    assert token({"DRS_EXPORTER_TOKEN_FILE": str(tmp_path / "token")}) == "t0ken-t0ken"
    assert token({"DRS_EXPORTER_TOKEN": written}) == "t0ken-t0ken"


def test_a_configuration_with_a_byte_order_mark_is_read(from_file: Callable[..., Settings]) -> None:
    (project,) = from_file("\ufeffproject_id: p\nregion: eu-de\ntoken: t0ken-t0ken").projects
    assert project.project_id == "p"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"two\nlines", "{file} must not hold line breaks or control characters"),
        (b"nul\0", "{file} must not hold line breaks or control characters"),
        (b"\xff", "cannot read {file}: not UTF-8"),
        (b"\n", "{file} must not be empty"),
    ],
)
def test_a_secret_that_rotates_to_nonsense_says_so(content: bytes, problem: str, tmp_path: Path) -> None:
    """While the daemon runs, too: the secret is checked whenever it is read."""
    file = tmp_path / "password"
    file.write_text("correct-horse")
    secret = Secret("password_file", file)
    assert secret.read() == "correct-horse"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        secret.read()
    assert str(caught.value) == f"password_file: {problem.format(file=file)}"


def test_a_proxy_that_rotates_to_nonsense_says_so(tmp_path: Path) -> None:
    file = tmp_path / "proxy"
    file.write_text("proxy.example:3128")
    (project,) = load({"proxy_url_file": str(file)}, environ=PLACE | {"DRS_EXPORTER_TOKEN": "t0ken"}).projects
    assert project.proxy_url is not None
    assert project.proxy_url.read() == "proxy.example:3128"
    file.write_text("http://a..b:3128")
    with pytest.raises(SettingsError, match="is not the address of a proxy"):
        project.proxy_url.read()


def test_a_password_that_looks_like_a_variable_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("${X}")
    assert token({"DRS_EXPORTER_TOKEN_FILE": str(tmp_path / "token")}) == "${X}"


def test_keys_for_anchors_are_the_users_own(from_file: Callable[..., Settings]) -> None:
    text = (
        "x-shared: &shared {region: eu-de, token: t0ken-t0ken, x-note: 5}\n"
        "projects:\n- {<<: *shared, name: a, project_id: p}\n- {<<: *shared, name: b, project_id: q}"
    )
    assert [project.region for project in from_file(text).projects] == ["eu-de", "eu-de"]
