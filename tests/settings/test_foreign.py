"""What other programs' variables and files say, where no credentials of ours are given."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.errors import SettingsError
from drs_exporter.settings import Settings

CLOUDS = """
clouds:
  prod:
    auth:
      auth_url: https://iam.eu-de.otc.t-systems.com/v3
      username: watcher
      user_domain_name: OTC-EU-DE-0000000000
      project_name: eu-de_orders
    region_name: eu-de
  keys:
    auth: {ak: AK, sk: SK, project_id: p}
    region_name: eu-nl
  numbers:
    auth: {token: 12345, project_id: p}
    region_name: eu-de
"""
UNFILLED = "looks like a variable that was not replaced: nothing is replaced in here"
PLACE = {"DRS_EXPORTER_PROJECT_ID": "p", "DRS_EXPORTER_REGION": "eu-de"}
POD = {
    "HC_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:8070/v1/credentials?x=1",
    "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{file}",
}
OIDC = {"HUAWEICLOUD_SDK_IDP_ID": "my-provider", "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "{file}"}


@pytest.fixture
def from_clouds(tmp_path: Path) -> Callable[..., Settings]:
    """The settings of a cloud that `clouds.yaml` describes."""
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    (tmp_path / "secure.yaml").write_text("clouds: {prod: {auth: {password: correct-horse}}}")

    def read(name: str, **variables: str) -> Settings:
        files = {"OS_CLIENT_CONFIG_FILE": tmp_path / "clouds.yaml", "OS_CLIENT_SECURE_FILE": tmp_path / "secure.yaml"}
        return load(environ={"OS_CLOUD": name} | {key: str(file) for key, file in files.items()} | variables)

    return read


def test_a_named_cloud_is_read_with_its_secret(from_clouds: Callable[..., Settings]) -> None:
    settings = from_clouds("prod", OS_USERNAME="another")
    (search,) = settings.searches
    assert (search.auth, search.username, search.domain_name) == ("password", "watcher", "OTC-EU-DE-0000000000")
    assert search.password is not None
    assert search.password.read() == "correct-horse"
    assert (search.iam_project, search.iam_endpoint) == ("eu-de_orders", "https://iam.eu-de.otc.t-systems.com")


def test_a_named_cloud_may_have_keys(from_clouds: Callable[..., Settings]) -> None:
    (project,) = from_clouds("keys").projects
    assert (project.auth, project.region, project.cloud) == ("aksk", "eu-nl", "tcloud")


def test_files_are_found_where_openstack_clients_look(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "openstack"
    folder.mkdir(parents=True)
    (folder / "clouds.yaml").write_text(CLOUDS)
    assert load(environ={"OS_CLOUD": "keys", "HOME": str(tmp_path)}).projects


def test_with_credentials_of_ours_no_named_cloud_is_looked_for() -> None:
    environ = PLACE | {"DRS_EXPORTER_TOKEN": "t0ken-t0ken", "OS_CLOUD": "nowhere", "HOME": "/nowhere"}
    assert load(environ=environ).projects[0].auth == "token"


@pytest.mark.parametrize(
    ("name", "variables", "message"),
    [
        ("test", {}, "OS_CLOUD: {dir}/clouds.yaml has no such cloud; it has prod, keys, numbers"),
        ("numbers", {}, "{dir}/clouds.yaml: clouds.numbers.auth.token: must be text; put it in quotes"),
        (
            "prod",
            {"OS_CLIENT_CONFIG_FILE": "/nowhere"},
            "OS_CLIENT_CONFIG_FILE: cannot read /nowhere: No such file or directory",
        ),
    ],
)
def test_what_is_wrong_with_a_named_cloud_is_told(
    name: str, variables: dict[str, str], message: str, from_clouds: Callable[..., Settings], tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        from_clouds(name, **variables)
    assert str(caught.value) == message.format(dir=tmp_path)


def test_no_file_for_a_named_cloud_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"^OS_CLOUD: there is no clouds\.yaml"):
        load(environ={"OS_CLOUD": "prod", "HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("OS_PASSWORD", "two\nlines", "OS_PASSWORD: must not hold line breaks or control characters"),
        ("OS_PASSWORD", "<password>", f"OS_PASSWORD: {UNFILLED}"),
        ("OS_USERNAME", "a\tb", "OS_USERNAME: must not hold line breaks or control characters"),
        ("OS_AUTH_URL", "iam", "OS_AUTH_URL: must be a URL such as https://drs.eu-de.otc.t-systems.com"),
        ("OS_REGION_NAME", "a/b", "OS_REGION_NAME: must be a region such as eu-de or cn-north-4"),
    ],
)
def test_a_wrong_variable_is_named_as_it_is(variable: str, value: str, message: str) -> None:
    environ = {"OS_USERNAME": "u", "OS_PASSWORD": "correct-horse", "OS_DOMAIN_NAME": "d", "OS_PROJECT_ID": "p"}
    with pytest.raises(SettingsError) as caught:
        load(environ=environ | {variable: value})
    assert str(caught.value) == message


def test_a_wrong_key_of_the_vendors_sdk_is_named_as_it_is() -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ=PLACE | {"HUAWEICLOUD_SDK_AK": "a\x00k", "HUAWEICLOUD_SDK_SK": "SK"})
    assert str(caught.value) == "HUAWEICLOUD_SDK_AK: must not hold line breaks or control characters"


def test_the_project_spells_its_credentials_as_the_user_did() -> None:
    (project,) = load(environ=PLACE | {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK"}).projects
    assert (project.spell("access_key"), project.spell("secret_key")) == ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")
    assert project.spell("region") == "DRS_EXPORTER_REGION"


def test_a_project_by_name_counts_only_without_an_id() -> None:
    signed_in = {"OS_TOKEN": "t0ken-t0ken", "OS_REGION_NAME": "eu-de", "OS_PROJECT_NAME": "eu-de_orders"}
    assert load(environ=signed_in).searches[0].iam_project == "eu-de_orders"
    assert load(environ=signed_in | {"OS_PROJECT_ID": "p"}).projects[0].project_id == "p"
    assert load(environ=signed_in | {"DRS_EXPORTER_PROJECT_ID": "q"}).projects[0].project_id == "q"


@pytest.mark.parametrize(("kind", "variables"), [("pod_identity", POD), ("oidc", OIDC)])
@pytest.mark.parametrize("said", [True, False])
def test_what_the_platform_gives_is_a_way_to_sign_in(
    kind: str, variables: dict[str, str], said: bool, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("platform-token\n")
    environ = PLACE | {name: value.format(file=file) for name, value in variables.items()}
    (project,) = load(environ=environ | ({"DRS_EXPORTER_AUTH": kind} if said else {})).projects
    assert project.auth == kind
    told = project.authorization_token if kind == "pod_identity" else project.id_token
    assert told is not None
    assert told.read() == "platform-token"
    expected = (POD["HC_CONTAINER_CREDENTIALS_FULL_URI"], None) if kind == "pod_identity" else (None, "my-provider")
    assert (project.credentials_url, project.identity_provider) == expected


def test_a_missing_token_of_the_platform_is_told() -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ=PLACE | POD | {"HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere"})
    assert str(caught.value) == (
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE: cannot read /nowhere: No such file or directory"
    )


def test_one_project_under_two_names_is_told(tmp_path: Path) -> None:
    file = tmp_path / "drs.yml"
    entries = "".join(f"- {{name: {name}, project_id: p, region: eu-de, token: t0ken}}\n" for name in "ab")
    file.write_text(f"projects:\n{entries}")
    assert load({"config_file": str(file)}, environ={}).warnings == (
        "projects[0].project_id and projects[1].project_id: are one and the same project; all its calls are made twice",
    )
