"""Which credentials a project signs in with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.errors import SettingsError
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.settings.credentials import CREDENTIALS

PLACE = {"DRS_EXPORTER_PROJECT_ID": "p", "DRS_EXPORTER_REGION": "eu-de"}
ENTRY = "name: a, project_id: p, region: r"


def credentials(project: ProjectSettings) -> dict[str, str]:
    """Everything there is, read."""
    found = {name: getattr(project, name) for name in CREDENTIALS if getattr(project, name) is not None}
    return {name: value if isinstance(value, str) else value.read() for name, value in found.items()}


def test_the_kind_follows_from_what_is_given() -> None:
    environ = PLACE | {"DRS_EXPORTER_ACCESS_KEY": "AK", "DRS_EXPORTER_SECRET_KEY": "SK"}
    (project,) = load(environ=environ).projects
    assert project.auth == "aksk"
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK"}


def test_an_agency_needs_no_secrets() -> None:
    (project,) = load(environ=PLACE | {"DRS_EXPORTER_AUTH": "agency"}).projects
    assert (project.auth, credentials(project)) == ("agency", {})


def test_of_two_kinds_auth_chooses_and_the_other_is_not_held(environ: dict[str, str]) -> None:
    environ |= {"DRS_EXPORTER_TOKEN": "t0ken", "DRS_EXPORTER_AUTH": "token"}
    (project,) = load(environ=environ).projects
    assert credentials(project) == {"token": "t0ken"}


def test_a_secret_from_a_stronger_source_replaces_the_file_of_a_weaker_one(
    from_file: Callable[..., Settings], environ: dict[str, str]
) -> None:
    (project,) = from_file("password_file: /nowhere/password", **environ).projects
    assert credentials(project)["password"] == "correct-horse"


def test_an_entrys_own_kind_wins_over_the_global_one(from_file: Callable[..., Settings]) -> None:
    text = f"username: u\npassword: global-password\ndomain_name: d\nprojects: [{{{ENTRY}, token: own-token}}]"
    (project,) = from_file(text).projects
    assert (project.auth, credentials(project)) == ("token", {"token": "own-token"})


def test_an_entrys_own_kind_wins_over_a_global_auth(from_file: Callable[..., Settings]) -> None:
    (project,) = from_file(f"auth: aksk\nprojects: [{{{ENTRY}, token: own-token}}]").projects
    assert project.auth == "token"


def test_a_global_auth_chooses_between_an_entrys_kinds(from_file: Callable[..., Settings]) -> None:
    (project,) = from_file(f"auth: token\nprojects: [{{{ENTRY}, token: own-token, username: u}}]").projects
    assert credentials(project) == {"token": "own-token"}


def test_an_entry_without_credentials_takes_the_global_ones(from_file: Callable[..., Settings]) -> None:
    (project,) = from_file(f"access_key: AK\nsecret_key: SK\nprojects: [{{{ENTRY}}}]").projects
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK"}


def test_the_chosen_kind_is_completed_from_the_globals(from_file: Callable[..., Settings]) -> None:
    text = f"domain_name: d\nusername: shared\nprojects: [{{{ENTRY}, password: own-password}}]"
    (project,) = from_file(text).projects
    assert credentials(project) == {"username": "shared", "password": "own-password", "domain_name": "d"}


def test_a_security_token_is_never_joined_to_another_places_key(from_file: Callable[..., Settings]) -> None:
    text = (
        "access_key: temporary\nsecret_key: temporary\nsecurity_token: only-for-temporary\n"
        f"projects: [{{{ENTRY}, access_key: AK, secret_key: SK}}]"
    )
    (project,) = from_file(text).projects
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK"}


def test_other_programs_variables_serve_where_nothing_of_ours_is_given() -> None:
    environ = {
        "HUAWEICLOUD_SDK_AK": "AK",
        "HUAWEICLOUD_SDK_SK": "SK",
        "HUAWEICLOUD_SDK_PROJECT_ID": "p",
        "OS_ACCESS_KEY": "other",
        "OS_REGION_NAME": "eu-de",
    }
    (project,) = load(environ=environ).projects
    assert (project.project_id, project.region, project.auth) == ("p", "eu-de", "aksk")
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK"}


def test_a_temporary_key_of_the_vendors_sdk_keeps_its_token() -> None:
    keys = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "st"}
    (project,) = load(environ=PLACE | keys).projects
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK", "security_token": "st"}


def test_an_openstack_client_environment_is_enough() -> None:
    environ = {
        "OS_USERNAME": "u",
        "OS_PASSWORD": "os-password",
        "OS_USER_DOMAIN_NAME": "d",
        "OS_PROJECT_ID": "p",
        "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com/v3",
        "DRS_EXPORTER_REGION": "eu-de",
    }
    (project,) = load(environ=environ).projects
    assert credentials(project) == {"username": "u", "password": "os-password", "domain_name": "d"}
    assert project.iam_endpoint == "https://iam.eu-de.otc.t-systems.com"


def test_other_programs_variables_are_not_mixed_with_ours(environ: dict[str, str]) -> None:
    del environ["DRS_EXPORTER_DOMAIN_NAME"], environ["DRS_EXPORTER_PROJECT_ID"]
    environ |= {"OS_DOMAIN_NAME": "d", "OS_PROJECT_ID": "p", "HUAWEICLOUD_SDK_AK": "AK"}
    with pytest.raises(SettingsError, match=r"^DRS_EXPORTER_PROJECT_ID: is missing"):
        load(environ=environ)
    environ["DRS_EXPORTER_PROJECT_ID"] = "p"
    with pytest.raises(SettingsError, match=r"^DRS_EXPORTER_DOMAIN_NAME: is missing"):
        load(environ=environ)


def test_other_programs_variables_are_named_when_they_are_wrong() -> None:
    environ = PLACE | {"OS_USERNAME": "u", "OS_TOKEN": "t0ken"}
    with pytest.raises(SettingsError, match=r"^OS_TOKEN and OS_USERNAME: two kinds of credentials;"):
        load(environ=environ)
    del environ["OS_TOKEN"]
    with pytest.raises(SettingsError, match=r"^OS_PASSWORD: is missing; sign-in by password needs"):
        load(environ=environ)
    environ = {"OS_TOKEN": "t0ken", "OS_PROJECT_ID": "p/../q", "DRS_EXPORTER_REGION": "r"}
    with pytest.raises(SettingsError, match=r"^OS_PROJECT_ID: must be made of letters, digits, - and _$"):
        load(environ=environ)


def test_a_secrets_directory_has_a_file_per_secret(tmp_path: Path) -> None:
    (tmp_path / "DRS_EXPORTER_ACCESS_KEY").write_text("AK\n")
    (tmp_path / "secret_key").write_text("SK\n")
    (tmp_path / "unrelated").write_text("x")
    (tmp_path / "..data").mkdir()
    (project,) = load(environ=PLACE | {"DRS_EXPORTER_SECRETS_DIR": str(tmp_path)}).projects
    assert credentials(project) == {"access_key": "AK", "secret_key": "SK"}
    (tmp_path / "secret_key").write_text("rotated")
    assert credentials(project)["secret_key"] == "rotated"


def test_a_variable_wins_over_the_secrets_directory_and_that_over_the_file(
    from_file: Callable[..., Settings], tmp_path: Path
) -> None:
    for name in ("access_key", "secret_key"):
        (tmp_path / name).write_text("directory")
    text = "access_key: file\nsecret_key: file\nsecurity_token: file"
    environ = PLACE | {"DRS_EXPORTER_ACCESS_KEY": "variable", "DRS_EXPORTER_SECRETS_DIR": str(tmp_path)}
    (project,) = from_file(text, **environ).projects
    assert credentials(project) == {"access_key": "variable", "secret_key": "directory", "security_token": "file"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (("password", "drs_exporter_password"), "{dir}: has two files for password; keep one"),
        (("drs_exporter_pasword",), "{dir}/drs_exporter_pasword: unknown setting; did you mean password?"),
        (("drs_exporter_password_file",), "{dir}/drs_exporter_password_file: unknown setting; did you mean password?"),
        (
            ("DRS_EXPORTER_USERNAME",),
            "{dir}/DRS_EXPORTER_USERNAME: is a setting and no secret; give it as DRS_EXPORTER_USERNAME or --username",
        ),
        (("drs_exporter_xyzzy",), "{dir}/drs_exporter_xyzzy: unknown setting; did you mean proxy_url?"),
    ],
)
def test_a_wrong_secrets_directory_is_told(
    files: tuple[str, ...], message: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    for file in files:
        (tmp_path / file).write_text("x")
    with pytest.raises(SettingsError) as caught:
        load({"secrets_dir": tmp_path}, environ=environ)
    assert str(caught.value) == message.format(dir=tmp_path)


def test_an_empty_secret_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    with pytest.raises(SettingsError) as caught:
        load({"secrets_dir": str(tmp_path)}, environ=PLACE)
    assert str(caught.value) == f"{tmp_path}/token: must not be empty"


def test_a_secret_file_of_two_lines_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("two\nlines")
    with pytest.raises(SettingsError) as caught:
        load({"secrets_dir": str(tmp_path)}, environ=PLACE)
    assert str(caught.value) == f"{tmp_path}/token: must not hold line breaks or control characters"
