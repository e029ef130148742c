"""Every wrong file or option is told in one line that names the setting as it was written and repeats no value."""

from collections.abc import Callable

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.errors import SettingsError
from drs_exporter.settings import Settings
from tests.settings.messages import CREDENTIALS_MISSING, PROJECT_MISSING, SECRET

ENTRY = "{name: a, project_id: p, region: r, token: t0ken-t0ken}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("poll_interval: 1m\nproject_id: p\nregion: r", "auth" + CREDENTIALS_MISSING.removeprefix("DRS_EXPORTER_AUTH")),
        ("projects: []", "projects: must be a list with at least one project"),
        ("projects:", "projects: must be a list with at least one project"),
        ("projects: {name: a}", "projects: must be a list with at least one project"),
        ("projects: [prod]", "projects[0]: must be a mapping of settings"),
        ("just text", "{file}: must be a mapping of settings"),
        ("password: [unclosed", "{file}: is not YAML in line 1, column 20"),
        (f"password: *{SECRET}", "{file}: is not YAML in line 1, column 11"),
        (f"password: !{SECRET} x", "{file}: is not YAML in line 1, column 11"),
        ("password: \x01", "{file}: is not YAML"),
        ("token: a\ntoken: b", "{file}: token stands twice in the mapping that begins in line 1"),
        ("config_file: other.yml", "config_file: cannot be set in the file itself"),
        ("poll_intervall: 1m", "poll_intervall: unknown setting; did you mean poll_interval?"),
        ("1: 2", "{file}: the key in line 1 must be text; put it in quotes"),
        (f"project_id: p\nprojects: [{ENTRY}]", "project_id: is for a single project and cannot stand beside projects"),
        (f"region: r\nprojects: [{ENTRY}]", "region: is for a single project and cannot stand beside projects"),
        (f"projects: [{ENTRY}, {ENTRY}]", "projects[0] and projects[1]: have the same name; give each its own"),
        (
            "projects:\n- {project_id: p, region: r, token: t0ken-t0ken, poll_interval: 0.5}",
            "projects[0].poll_interval: must be at least 1s",
        ),
        ("projects: [{pasword: x}]", "projects[0].pasword: unknown setting; did you mean projects[0].password?"),
        (
            "projects: [{project_name: x}]",
            "projects[0].project_name: unknown setting; did you mean projects[0].name?",
        ),
        (
            "projects: [{log_level: debug}]",
            "projects[0].log_level: belongs at the top of the file, not in a project",
        ),
        ("projects: [{region: r}]", f"projects[0].project_id: {PROJECT_MISSING}"),
        ("projects: [{project_id: 0123}]", "projects[0].project_id: must be text; put it in quotes"),
        ("projects: [{token: 123456}]", "projects[0].token: must be text; put it in quotes"),
        ("projects: [{token: ''}]", "projects[0].token: must not be empty"),
        ("projects: [{token_file: [x]}]", "projects[0].token_file: must be a path"),
        ("projects: [{include_jobs: 5}]", "projects[0].include_jobs: must be a regular expression; put it in quotes"),
        ("projects: [{collectors: 5}]", "projects[0].collectors: must be a list, or text with commas"),
        ("projects: [{collectors: [jobs, [status]]}]", "projects[0].collectors: must be a list, or text with commas"),
        (
            "projects: [{poll_interval: null}]",
            "projects[0].poll_interval: not a duration: write seconds, or 30s, 5m, 1h30m",
        ),
        (
            "projects: [{poll_interval: true}]",
            "projects[0].poll_interval: not a duration: write seconds, or 30s, 5m, 1h30m",
        ),
        (
            "projects: [{name: a, project_id: p, region: r, username: u, access_key: k}]",
            (
                "projects[0].username and projects[0].access_key: two kinds of credentials; "
                "give only one of them, or choose with projects[0].auth"
            ),
        ),
        (
            "projects: [{name: a, project_id: p, region: r, username: u, password: correct-horse}]",
            "projects[0].domain_name: is missing; sign-in by password needs username and password and domain_name",
        ),
        (
            "projects: [{name: a, project_id: p, region: r, token: a, token_file: b}]",
            "projects[0].token and projects[0].token_file: give only one of the two",
        ),
        (
            "projects: [{name: a, project_id: p, region: r, token_file: /nowhere/token}]",
            "projects[0].token_file: cannot read /nowhere/token: No such file or directory",
        ),
        (
            "projects: [{name: a, project_id: p, region: r}]",
            "projects[0].auth" + CREDENTIALS_MISSING.removeprefix("DRS_EXPORTER_AUTH"),
        ),
        (
            "projects: [{name: a, project_labels: {tier: 1}}]",
            "projects[0].project_labels: item 1 must be text; put it in quotes",
        ),
        (
            "projects: [{name: a, project_labels: {1: tier}}]",
            "{file}: the key in line 1 must be text; put it in quotes",
        ),
        (
            f"iam_project: p\nprojects: [{ENTRY}]",
            "iam_project: is for a single project and cannot stand beside projects",
        ),
        *(
            (
                f"{ENTRY[1:-1].replace(', ', chr(10))}\nsecrets_dir: {nothing}".removeprefix("name: a\n"),
                "secrets_dir: must be a path",
            )
            for nothing in ("", "5", "[a]", '"a\\0"', "true", '"\\ud800"')
        ),
        ('ca_file: "a\\0b"', "ca_file: must be a path"),
        ("poll_interval: !!timestamp foo", "{file}: is not YAML in line 1, column 16"),
        ("tls_verify: !!bool foo", "{file}: is not YAML"),
        ('total_shards: !!int ""', "{file}: is not YAML"),
        ("poll_interval: !!float x", "{file}: is not YAML"),
        (f"total_shards: {'9' * 400}", "total_shards: must be at most 1000000"),
        (f"total_shards: {'9' * 5000}", "{file}: is not YAML"),
        (f"poll_interval: {'9' * 400}", "poll_interval: must be at most 365d"),
        ("poll_interval: .inf", "poll_interval: must be at most 365d"),
        (
            f"max_requests_per_second: {'9' * 400}",
            "max_requests_per_second: must be a number from 0.001 to 1000000",
        ),
        ("max_requests_per_second: .nan", "max_requests_per_second: must be a number from 0.001 to 1000000"),
        ("poll_interval: 2026-01-01", "poll_interval: not a duration: write seconds, or 30s, 5m, 1h30m"),
        ("a: " + "[" * 5000, "{file}: is nested too deeply"),
        ("? [a]\n: b", "{file}: the key in line 1 must be text; put it in quotes"),
        ("on: true", "{file}: the key in line 1 must be text; put it in quotes"),
        (
            "a: &a {k: 1}\n"
            + "".join(
                f"{x}: &{x} {{<<: [{', '.join(['*' + y] * 40)}]}}\n" for x, y in zip("bcdef", "abcde", strict=True)
            ),
            "{file}: is not YAML in line 4, column 4",
        ),
        (
            "password: ${DRS_PASSWORD}",
            "password: looks like a variable that was not replaced: nothing is replaced in here",
        ),
        (
            "projects: [{name: a, project_id: p, iam_project: q}]",
            "projects[0].project_id and projects[0].iam_project: give only one of the two",
        ),
        (
            "projects: [{name: a, discover_projects: .*, region: eu-de, token: t0ken-t0ken}]",
            "projects[0].name: projects that are discovered bear their names in IAM",
        ),
        ("web_max_requests: 1.5", "web_max_requests: must be a whole number"),
        ("collector_intervals: {quotas: no}", "collector_intervals: not a duration: write seconds, or 30s, 5m, 1h30m"),
        ("web_config_file: ''", "web_config_file: must be a path"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(text: str, message: str, from_file: Callable[..., Settings]) -> None:
    with pytest.raises(SettingsError) as caught:
        from_file(text)
    told = str(caught.value)
    assert told.replace(told.partition("drs.yml")[0] + "drs.yml", "{file}") == message
    assert SECRET not in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"poll_interval": "x"}, "--poll-interval: not a duration: write seconds, or 30s, 5m, 1h30m"),
        (
            {"web_listen_address": ("x",)},
            "--web.listen-address: must be addresses such as :9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock",
        ),
        ({"log_level": "loud"}, "--log.level: must be debug, info, warning or error"),
        ({"config_file": "/nowhere"}, "--config.file: cannot read /nowhere: No such file or directory"),
        (
            {"proxy_url": f"http://me:{SECRET}@proxy:1"},
            (
                "--proxy-url: must not carry credentials, which every user of the machine could read; "
                "use DRS_EXPORTER_PROXY_URL or --proxy-url-file"
            ),
        ),
    ],
)
def test_a_wrong_option_is_told_in_one_line(options: dict[str, object], message: str, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(options, environ=environ)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("HTTPS_PROXY", "http://proxy:port", "is not the address of a proxy, such as http://proxy:3128"),
        ("https_proxy", "http://a..b:3128", "is not the address of a proxy, such as http://proxy:3128"),
        ("HTTPS_PROXY", "socks5://proxy", "names a proxy of a kind that is not spoken; it can be http or https"),
    ],
)
def test_a_wrong_proxy_of_the_environment_is_told_where_none_of_ours_is_given(
    variable: str, value: str, message: str, environ: dict[str, str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ=environ | {variable: value})
    assert str(caught.value) == f"{variable}: {message}"
    assert load({"proxy_url": "proxy.example:3128"}, environ=environ | {variable: value}).projects
