"""Every wrong variable is told in one line that names the setting as it was written and repeats no value."""

import pytest

from drs_exporter.cli.preparation import KNOWN, load
from drs_exporter.errors import SettingsError
from tests.settings.messages import CREDENTIALS_MISSING, NO_FILE, PROJECT_MISSING, SECRET


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"PROJECT_ID": None}, f"DRS_EXPORTER_PROJECT_ID: {PROJECT_MISSING}"),
        ({"REGION": None}, f"DRS_EXPORTER_REGION: {PROJECT_MISSING}"),
        ({"REGION": ""}, f"DRS_EXPORTER_REGION: {PROJECT_MISSING}"),
        ({"REGION": "eu-de/../x"}, "DRS_EXPORTER_REGION: must be a region such as eu-de or cn-north-4"),
        ({"PROJECT_NAME": " "}, "DRS_EXPORTER_PROJECT_NAME: must not be empty"),
        ({"PROJECT_NAME": "a\nb"}, "DRS_EXPORTER_PROJECT_NAME: must not hold line breaks or control characters"),
        ({"CLOUD": "aws"}, "DRS_EXPORTER_CLOUD: must be huaweicloud or tcloud"),
        ({"AUTH": "magic"}, "DRS_EXPORTER_AUTH: must be token, password, aksk, agency, pod_identity or oidc"),
        (
            {"ENDPOINT": "drs.example"},
            "DRS_EXPORTER_ENDPOINT: must be a URL such as https://drs.eu-de.otc.t-systems.com",
        ),
        (
            {"ENDPOINT": "https://a:99999"},
            "DRS_EXPORTER_ENDPOINT: must be a URL such as https://drs.eu-de.otc.t-systems.com",
        ),
        (
            {"IAM_ENDPOINT": f"https://me:{SECRET}@iam.example"},
            "DRS_EXPORTER_IAM_ENDPOINT: must be a URL without credentials, query or fragment",
        ),
        (
            {"POL_INTERVAL": "30s"},
            "DRS_EXPORTER_POL_INTERVAL: unknown setting; did you mean DRS_EXPORTER_POLL_INTERVAL?",
        ),
        ({"PASWORD": SECRET}, "DRS_EXPORTER_PASWORD: unknown setting; did you mean DRS_EXPORTER_PASSWORD?"),
        ({"PASWORD": ""}, "DRS_EXPORTER_PASWORD: unknown setting; did you mean DRS_EXPORTER_PASSWORD?"),
        ({"XYZZY": "1"}, "DRS_EXPORTER_XYZZY: unknown setting; did you mean DRS_EXPORTER_PROXY_URL?"),
        ({"NAME": "prod"}, "DRS_EXPORTER_NAME: unknown setting; did you mean DRS_EXPORTER_PROJECT_NAME?"),
        ({"PORT": "tcp://10.0.0.1:9877"}, "DRS_EXPORTER_PORT: unknown setting; did you mean DRS_EXPORTER_PASSWORD?"),
        (
            {"PROJECTS": "[]"},
            "DRS_EXPORTER_PROJECTS: projects are listed in a file; name it with DRS_EXPORTER_CONFIG_FILE",
        ),
        ({"POLL_INTERVAL": "500ms"}, "DRS_EXPORTER_POLL_INTERVAL: must be at least 1s"),
        ({"POLL_INTERVAL": "soon"}, "DRS_EXPORTER_POLL_INTERVAL: not a duration: write seconds, or 30s, 5m, 1h30m"),
        ({"POLL_INTERVAL": "-5"}, "DRS_EXPORTER_POLL_INTERVAL: not a duration: write seconds, or 30s, 5m, 1h30m"),
        ({"POLL_TIMEOUT": "0"}, "DRS_EXPORTER_POLL_TIMEOUT: must be at least 1s"),
        ({"REQUEST_TIMEOUT": "0"}, "DRS_EXPORTER_REQUEST_TIMEOUT: must be at least 100ms"),
        ({"HOLD_TIME": "1w"}, "DRS_EXPORTER_HOLD_TIME: not a duration: write seconds, or 30s, 5m, 1h30m"),
        (
            {"MAX_REQUESTS_PER_SECOND": "0"},
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND: must be a number from 0.001 to 1000000",
        ),
        ({"MAX_REQUESTS_PER_SECOND": "inf"}, "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND: must be a number"),
        ({"MAX_REQUESTS_PER_SECOND": "many"}, "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND: must be a number"),
        ({"MAX_CONCURRENCY": "0"}, "DRS_EXPORTER_MAX_CONCURRENCY: must be at least 1"),
        ({"MAX_CONCURRENCY": "2.5"}, "DRS_EXPORTER_MAX_CONCURRENCY: must be a whole number"),
        ({"TLS_VERIFY": "maybe"}, "DRS_EXPORTER_TLS_VERIFY: must be true or false"),
        (
            {"COLLECTORS": "jobs,progres"},
            (f"DRS_EXPORTER_COLLECTORS: item 2 is not one of {', '.join(KNOWN.known)}"),
        ),
        (
            {"COLLECTOR_INTERVALS": "quotas"},
            "DRS_EXPORTER_COLLECTOR_INTERVALS: must be written as quotas=10m,async_jobs=2m",
        ),
        (
            {"COLLECTOR_INTERVALS": "quota=10m"},
            (f"DRS_EXPORTER_COLLECTOR_INTERVALS: item 1 is not one of {', '.join(KNOWN.known)}"),
        ),
        ({"COLLECTOR_INTERVALS": "quotas=10ms"}, "DRS_EXPORTER_COLLECTOR_INTERVALS: must be at least 1s"),
        (
            {"SCENARIOS": "sync,backup"},
            "DRS_EXPORTER_SCENARIOS: item 2 is not one of migration, sync, cloudDataGuard, replay",
        ),
        (
            {"CLOUD_EYE_ENDPOINT": "ces.example"},
            "DRS_EXPORTER_CLOUD_EYE_ENDPOINT: must be a URL such as https://drs.eu-de.otc.t-systems.com",
        ),
        (
            {"CLOUD_EYE_MAX_REQUESTS_PER_SECOND": "0.0001"},
            "DRS_EXPORTER_CLOUD_EYE_MAX_REQUESTS_PER_SECOND: must be a number from 0.001 to 1000000",
        ),
        (
            {"CLOUD": "huaweicloud"},
            "DRS_EXPORTER_REGION: eu-de is a region of tcloud, not of huaweicloud; see DRS_EXPORTER_CLOUD",
        ),
        ({"IAM_PROJECT": " "}, "DRS_EXPORTER_IAM_PROJECT: must not be empty"),
        (
            {"DISCOVER_PROJECTS": "("},
            (
                "DRS_EXPORTER_DISCOVER_PROJECTS: not a regular expression: "
                "missing ), unterminated subpattern at position 0"
            ),
        ),
        ({"PROJECT_LABELS": "team"}, "DRS_EXPORTER_PROJECT_LABELS: must be written as team=data,tier=1"),
        (
            {"PROJECT_LABELS": "tier=1,2team=data"},
            (
                "DRS_EXPORTER_PROJECT_LABELS: item 2 needs a name of letters, digits and _ "
                "that does not begin with a digit or __"
            ),
        ),
        (
            {"PROJECT_LABELS": "__name__=x"},
            (
                "DRS_EXPORTER_PROJECT_LABELS: item 1 needs a name of letters, digits and _ "
                "that does not begin with a digit or __"
            ),
        ),
        (
            {"PROJECT_LABELS": "region=x"},
            "DRS_EXPORTER_PROJECT_LABELS: item 1 is called region, as a label that drs_project_info has already",
        ),
        (
            {"PROJECT_LABELS": "instance=x"},
            "DRS_EXPORTER_PROJECT_LABELS: item 1 is called instance, as a label that Prometheus gives every series",
        ),
        ({"PROJECT_LABELS": "a=1,a=2"}, "DRS_EXPORTER_PROJECT_LABELS: item 2 is called a, as an earlier one"),
        ({"PROJECT_LABELS": "a="}, "DRS_EXPORTER_PROJECT_LABELS: must not be empty"),
        (
            {"JOB_TAGS": "cost-center,cost_center"},
            "DRS_EXPORTER_JOB_TAGS: items 1 and 2 would both be the label tag_cost_center",
        ),
        ({"JOB_TAGS": "a\tb"}, "DRS_EXPORTER_JOB_TAGS: item 1 cannot be the key of a tag"),
        ({"WEB_MAX_CONNECTIONS": "0"}, "DRS_EXPORTER_WEB_MAX_CONNECTIONS: must be at least 1"),
        (
            {"WEB_EXTERNAL_URL": "drs.example"},
            "DRS_EXPORTER_WEB_EXTERNAL_URL: must be a URL such as https://drs.eu-de.otc.t-systems.com",
        ),
        ({"SCENARIOS": ","}, "DRS_EXPORTER_SCENARIOS: must name at least one scenario"),
        (
            {"EXCLUDE_PHASES": "gone"},
            (
                "DRS_EXPORTER_EXCLUDE_PHASES: item 1 is not one of pending, starting, full, full_complete, "
                "incremental, paused, changing, failed, stopping, stopped, other"
            ),
        ),
        (
            {"INCLUDE_JOBS": "prod-[a"},
            "DRS_EXPORTER_INCLUDE_JOBS: not a regular expression: unterminated character set at position 5",
        ),
        (
            {"EXCLUDE_JOBS": "*"},
            "DRS_EXPORTER_EXCLUDE_JOBS: not a regular expression: nothing to repeat at position 0",
        ),
        (
            {"TIME_ZONE": "Mars/Olympus"},
            "DRS_EXPORTER_TIME_ZONE: not a time zone this machine knows: write its IANA name, such as Asia/Shanghai",
        ),
        (
            {"TIME_ZONE": "../../etc/passwd"},
            "DRS_EXPORTER_TIME_ZONE: not a time zone this machine knows: write its IANA name, such as Asia/Shanghai",
        ),
        (
            {"SHARD": "1"},
            "DRS_EXPORTER_SHARD: must be below DRS_EXPORTER_TOTAL_SHARDS; this is shard 1 (counted from 0) of 1",
        ),
        ({"SHARD": "first"}, "DRS_EXPORTER_SHARD: must be a whole number"),
        ({"SHARD": "auto"}, "DRS_EXPORTER_SHARD: auto needs a host name that ends in a number, as in a StatefulSet"),
        ({"TOTAL_SHARDS": "0"}, "DRS_EXPORTER_TOTAL_SHARDS: must be at least 1"),
        (
            {"WEB_LISTEN_ADDRESS": "9877"},
            (
                "DRS_EXPORTER_WEB_LISTEN_ADDRESS: must be addresses such as "
                ":9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock"
            ),
        ),
        (
            {"WEB_LISTEN_ADDRESS": ":9877,::1:9877"},
            (
                "DRS_EXPORTER_WEB_LISTEN_ADDRESS: must be addresses such as "
                ":9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock"
            ),
        ),
        ({"WEB_LISTEN_ADDRESS": ","}, "DRS_EXPORTER_WEB_LISTEN_ADDRESS: must name at least one address"),
        ({"WEB_TELEMETRY_PATH": "metrics"}, "DRS_EXPORTER_WEB_TELEMETRY_PATH: must be a path such as /metrics"),
        ({"WEB_TELEMETRY_PATH": "/-/healthy"}, "DRS_EXPORTER_WEB_TELEMETRY_PATH: is taken by another page"),
        ({"WEB_MAX_REQUESTS": "0"}, "DRS_EXPORTER_WEB_MAX_REQUESTS: must be at least 1"),
        ({"LOG_LEVEL": "loud"}, "DRS_EXPORTER_LOG_LEVEL: must be debug, info, warning or error"),
        ({"LOG_FORMAT": "xml"}, "DRS_EXPORTER_LOG_FORMAT: must be auto, json, logfmt or console"),
        ({"POLL_INTERVAL": "x", "CLOUD": "x"}, "DRS_EXPORTER_CLOUD: must be huaweicloud or tcloud (and 1 more)"),
        ({"USERNAME": None, "PASSWORD": None, "DOMAIN_NAME": None}, CREDENTIALS_MISSING),
        (
            {"DOMAIN_NAME": None},
            "DRS_EXPORTER_DOMAIN_NAME: is missing; sign-in by password needs username and password and domain_name",
        ),
        (
            {"USERNAME": None, "PASSWORD": None, "DOMAIN_NAME": None, "ACCESS_KEY": "AK"},
            "DRS_EXPORTER_SECRET_KEY: is missing; request signing needs access_key and secret_key",
        ),
        (
            {"TOKEN": SECRET},
            (
                "DRS_EXPORTER_TOKEN and DRS_EXPORTER_USERNAME: two kinds of credentials; "
                "give only one of them, or choose with DRS_EXPORTER_AUTH"
            ),
        ),
        (
            {"AUTH": "aksk"},
            "DRS_EXPORTER_ACCESS_KEY: is missing; request signing needs access_key and secret_key",
        ),
        ({"PASSWORD_FILE": "x"}, "DRS_EXPORTER_PASSWORD and DRS_EXPORTER_PASSWORD_FILE: give only one of the two"),
        (
            {"PASSWORD": None, "PASSWORD_FILE": "/nowhere/password"},
            "DRS_EXPORTER_PASSWORD_FILE: cannot read /nowhere/password: No such file or directory",
        ),
        ({"PASSWORD": f"{SECRET}\nx"}, "DRS_EXPORTER_PASSWORD: must not hold line breaks or control characters"),
        (
            {"PROXY_URL": f"socks5://me:{SECRET}@proxy"},
            "DRS_EXPORTER_PROXY_URL: names a proxy of a kind that is not spoken; it can be http or https",
        ),
        (
            {"PROXY_URL": f"http://me:{SECRET}@proxy:no"},
            "DRS_EXPORTER_PROXY_URL: is not the address of a proxy, such as http://proxy:3128",
        ),
        *(
            ({"ENDPOINT": url}, "DRS_EXPORTER_ENDPOINT: must be a URL such as https://drs.eu-de.otc.t-systems.com")
            for url in (
                "https://a..b",
                f"https://{'x' * 64}.example",
                "https://-a.example",
                "https://a-.example",
                "https://a_b*.example",
                "https://[::g]",
                "https://[::1",
                f"https://{'a.' * 200}example",
                "https://:443",
                "https://a:0",
                "https://a:1x",
            )
        ),
        *(
            ({"PROXY_URL": url}, "DRS_EXPORTER_PROXY_URL: is not the address of a proxy, such as http://proxy:3128")
            for url in ("http://proxy:port", "//x", "http://[bad", "http://a..b:3128", "http://", "proxy:99999", "a b")
        ),
        *(
            (
                {name: unfilled},
                f"DRS_EXPORTER_{name}: looks like a variable that was not replaced: nothing is replaced in here",
            )
            for name, unfilled in (
                ("PASSWORD", "${DRS_PASSWORD}"),
                ("PASSWORD", "${DRS_PASSWORD:-}"),
                ("PASSWORD", "$(DRS_PASSWORD)"),
                ("PASSWORD", "$DRS_PASSWORD"),
                ("PASSWORD", "{{ .Values.password }}"),
                ("PASSWORD", "<password>"),
                ("PASSWORD", "%PASSWORD%"),
                ("USERNAME", "${USER}"),
                ("DOMAIN_NAME", "{{ domain }}"),
            )
        ),
        ({"PASSWORD": "two\nlines"}, "DRS_EXPORTER_PASSWORD: must not hold line breaks or control characters"),
        ({"PASSWORD": "nul\0"}, "DRS_EXPORTER_PASSWORD: must not hold line breaks or control characters"),
        ({"PASSWORD": "\n"}, "DRS_EXPORTER_PASSWORD: must not be empty"),
        ({"TOTAL_SHARDS": "1000001"}, "DRS_EXPORTER_TOTAL_SHARDS: must be at most 1000000"),
        ({"TOTAL_SHARDS": "9" * 400}, "DRS_EXPORTER_TOTAL_SHARDS: must be a whole number"),
        ({"POLL_INTERVAL": "9" * 400}, "DRS_EXPORTER_POLL_INTERVAL: must be at most 365d"),
        ({"POLL_INTERVAL": "366d"}, "DRS_EXPORTER_POLL_INTERVAL: must be at most 365d"),
        (
            {"MAX_REQUESTS_PER_SECOND": "9" * 400},
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND: must be a number from 0.001 to 1000000",
        ),
        ({"REGION": "x" * 64}, "DRS_EXPORTER_REGION: must be a region such as eu-de or cn-north-4"),
        (
            {"WEB_LISTEN_ADDRESS": "[fe80::1%]:9877"},
            "DRS_EXPORTER_WEB_LISTEN_ADDRESS: must have an IPv6 address in its brackets, such as [::1]:9877",
        ),
        (
            {"WEB_LISTEN_ADDRESS": "a..b:9877"},
            "DRS_EXPORTER_WEB_LISTEN_ADDRESS: must name a host that can exist",
        ),
        ({"WEB_TELEMETRY_PATH": "/sd"}, "DRS_EXPORTER_WEB_TELEMETRY_PATH: is taken by another page"),
        (
            {"IAM_PROJECT": "eu-de_orders"},
            "DRS_EXPORTER_PROJECT_ID and DRS_EXPORTER_IAM_PROJECT: give only one of the two",
        ),
        (
            {"PROJECT_ID": None, "DISCOVER_PROJECTS": ".*", "PROJECT_NAME": "prod"},
            "DRS_EXPORTER_PROJECT_NAME: projects that are discovered bear their names in IAM",
        ),
        (
            {"PROJECT_ID": None, "DISCOVER_PROJECTS": ".*", "REGION": None},
            ("DRS_EXPORTER_REGION: is missing; discover_projects needs region or iam_endpoint to know whom to ask"),
        ),
        (
            {"AUTH": "pod_identity"},
            (
                "HC_CONTAINER_CREDENTIALS_FULL_URI: is missing; a pod identity needs "
                "HC_CONTAINER_CREDENTIALS_FULL_URI and HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"
            ),
        ),
        (
            {"AUTH": "oidc"},
            (
                "HUAWEICLOUD_SDK_IDP_ID: is missing; sign-in by an identity provider needs "
                "HUAWEICLOUD_SDK_IDP_ID and HUAWEICLOUD_SDK_ID_TOKEN_FILE"
            ),
        ),
        ({"PASSWORD": None, "PASSWORD_FILE": "/dev/zero"}, NO_FILE.format("PASSWORD_FILE")),
        (
            {"PASSWORD": None, "PASSWORD_FILE": "/"},
            "DRS_EXPORTER_PASSWORD_FILE: cannot read /: Is a directory",
        ),
        ({"CA_FILE": "/dev/zero"}, NO_FILE.format("CA_FILE")),
        (
            {"CA_FILE": "/nowhere/ca.pem"},
            "DRS_EXPORTER_CA_FILE: cannot read /nowhere/ca.pem: No such file or directory",
        ),
        (
            {"CONFIG_FILE": "/nowhere/drs.yml"},
            "DRS_EXPORTER_CONFIG_FILE: cannot read /nowhere/drs.yml: No such file or directory",
        ),
        ({"SECRETS_DIR": "/nowhere/secrets"}, "DRS_EXPORTER_SECRETS_DIR: cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_variable_is_told_in_one_line(
    changes: dict[str, str | None], message: str, environ: dict[str, str]
) -> None:
    for name, value in changes.items():
        if value is None:
            del environ[f"DRS_EXPORTER_{name}"]
        else:
            environ[f"DRS_EXPORTER_{name}"] = value
    with pytest.raises(SettingsError) as caught:
        load(environ=environ, hostname=lambda: "laptop.example1")
    assert str(caught.value) == message
    assert SECRET not in message
