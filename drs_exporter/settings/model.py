"""The table of settings: names, types, ranges, defaults and what each one means."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from drs_exporter.secret import Secret
from drs_exporter.settings import addresses, values
from drs_exporter.settings.labels import job_tags, labels
from drs_exporter.settings.regions import Cloud
from drs_exporter.status import Phase

Auth = Literal["token", "password", "aksk", "agency", "pod_identity", "oidc"]

SCENARIOS: Final = ("migration", "sync", "cloudDataGuard", "replay")
"""What the service calls `db_use_type`; one listing each."""

DEFAULT_SCENARIOS: Final = ("migration", "sync", "cloudDataGuard")
"""All that v3 lists; `replay` is known to v5 only."""


def _scenarios(value: object) -> tuple[str, ...]:
    """The scenarios chosen; at least one."""
    chosen = values.words_among(SCENARIOS)(value)
    if not chosen:
        raise ValueError("must name at least one scenario")
    return chosen


def _phases(value: object) -> frozenset[Phase]:
    return frozenset(Phase(word) for word in values.words_among(tuple(Phase))(value))


def _lower(value: object) -> object:
    """Words that have no case."""
    return value.lower() if isinstance(value, str) else value


def _log_level(value: object) -> object:
    """A level; `warn` is what programs of the Prometheus project call it."""
    level = _lower(value)
    return "warning" if level == "warn" else level


Duration = Annotated[float, BeforeValidator(values.seconds)]
SecondOrMore = Annotated[Duration, AfterValidator(values.at_least(1))]
TenthOrMore = Annotated[Duration, AfterValidator(values.at_least(0.1))]
Rate = Annotated[float, BeforeValidator(values.rate)]
Count = Annotated[int, BeforeValidator(values.whole(1))]
Text = Annotated[str, AfterValidator(values.text)]
Identifier = Annotated[str, AfterValidator(values.identifier)]
Region = Annotated[str, AfterValidator(values.region)]
Url = Annotated[str, AfterValidator(addresses.endpoint)]
IamUrl = Annotated[str, AfterValidator(addresses.iam_endpoint)]
AnyPath = Annotated[Path, BeforeValidator(values.path)]
Pattern = Annotated[re.Pattern[str], BeforeValidator(values.anchored)]
Zone = Annotated[ZoneInfo, BeforeValidator(values.time_zone)]
Scenarios = Annotated[tuple[str, ...], BeforeValidator(_scenarios)]
Words = Annotated[tuple[str, ...], BeforeValidator(values.words)]
Labels = Annotated[dict[str, str], BeforeValidator(labels)]
JobTags = Annotated[tuple[str, ...], BeforeValidator(job_tags)]
Intervals = Annotated[dict[str, float], BeforeValidator(values.durations)]
Phases = Annotated[frozenset[Phase], BeforeValidator(_phases)]
Addresses = Annotated[tuple[str, ...], BeforeValidator(addresses.listen_addresses)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_log_level)]
LogFormat = Annotated[Literal["auto", "json", "logfmt", "console"], BeforeValidator(_lower)]


def knob(default: object, shape: str, description: str) -> Any:
    """One setting; `shape` is what stands for its value in help texts."""
    return Field(default=default, description=description, json_schema_extra={"shape": shape})


STRICT: Final = ConfigDict(
    frozen=True,
    extra="forbid",
    arbitrary_types_allowed=True,
    hide_input_in_errors=True,  # or a rejected secret would be printed at the start
)


class ProjectKnobs(BaseModel):
    """Everything that can differ per project: defaults where it stands at the top, final in an entry of `projects:`."""

    model_config = STRICT

    project_id: Identifier | None = knob(None, "ID", "Id of the project whose jobs are watched.")
    iam_project: Text | None = knob(
        None, "NAME", "The project by its name in IAM, such as `eu-de_orders`, in place of its id."
    )
    discover_projects: Pattern | None = knob(
        None,
        "REGEX",
        "Watch every project that the credentials can see and whose whole name in IAM matches, in place of one id; "
        "looked up again every 10 minutes, at most 100.",
    )
    region: Region | None = knob(None, "REGION", "Region of the project, such as `eu-de` or `cn-north-4`.")
    cloud: Cloud | None = knob(
        None,
        "CLOUD",
        "`huaweicloud` or `tcloud`: where the endpoints of a region are; by default the one that has this region.",
    )
    endpoint: Url | None = knob(None, "URL", "DRS endpoint; by default from region and cloud.")
    iam_endpoint: IamUrl | None = knob(None, "URL", "IAM endpoint; by default from region and cloud.")
    cloud_eye_endpoint: Url | None = knob(None, "URL", "Cloud Eye endpoint; by default from region and cloud.")
    auth: Auth | None = knob(
        None,
        "KIND",
        "`token`, `password`, `aksk`, `agency`, `pod_identity` or `oidc`; by default whichever credentials are there.",
    )
    username: Text | None = knob(None, "NAME", "User who signs in by password.")
    password: Secret | None = knob(None, "SECRET", "That user's password.")
    domain_name: Text | None = knob(None, "NAME", "Account (domain) that user belongs to.")
    access_key: Secret | None = knob(None, "SECRET", "Access key, to sign requests with.")
    secret_key: Secret | None = knob(None, "SECRET", "Secret key that belongs to the access key.")
    security_token: Secret | None = knob(None, "SECRET", "Security token, where the access key is a temporary one.")
    token: Secret | None = knob(None, "SECRET", "A token made elsewhere, for a quick try: it is not renewed.")
    ca_file: AnyPath | None = knob(
        None, "PATH", "PEM file of the authorities that sign the endpoints' certificates, instead of the system's."
    )
    tls_verify: bool = knob(default=True, shape="BOOL", description="Whether the endpoints' certificates are verified.")
    proxy_url: Secret | None = knob(
        None,
        "SECRET",
        "HTTP proxy towards the cloud; by default what `HTTPS_PROXY` and `NO_PROXY` say. It may carry credentials, "
        "but not on the command line.",
    )
    scenarios: Scenarios = knob(
        DEFAULT_SCENARIOS, "LIST", f"Scenarios that are listed, out of {', '.join(SCENARIOS)} (v5 only)."
    )
    job_tags: JobTags = knob((), "LIST", "Keys of job tags that become labels of `drs_job_tags`; by default none.")
    project_labels: Labels = knob(
        {}, "LIST", "Labels of your own on `drs_project_info`, such as `team=data,tier=1`, to route alerts by."
    )
    enterprise_project_id: Identifier | None = knob(
        None, "ID", "Watch only the jobs of this enterprise project; by default all."
    )
    collectors: Words | None = knob(
        None, "LIST", "What is collected; by default all that is on by its own switch; `jobs` always is."
    )
    collector_intervals: Intervals = knob(
        {}, "LIST", f"Run these only at the first poll after that long, such as `{values.EXAMPLE_INTERVALS}`."
    )
    include_jobs: Pattern | None = knob(
        None, "REGEX", "Watch only jobs whose whole name matches; a subtask follows its parent."
    )
    exclude_jobs: Pattern | None = knob(
        None, "REGEX", "Leave out jobs whose whole name matches; a subtask follows its parent."
    )
    exclude_phases: Phases = knob(
        frozenset(), "LIST", "Jobs in these phases are counted and have no other series; `stopped` is a common choice."
    )
    time_zone: Zone | None = knob(
        None, "ZONE", "Time zone of the times in the job listing, which carry none, such as `Asia/Shanghai`."
    )
    poll_interval: SecondOrMore = knob(60.0, "DURATION", "Time from the start of one poll to the next.")
    poll_timeout: SecondOrMore | None = knob(
        None,
        "DURATION",
        "A poll in which no call has ended for so long is given up; by default the poll interval, at least 30s.",
    )
    request_timeout: TenthOrMore = knob(15.0, "DURATION", "How long one request may take, its whole answer included.")
    max_requests_per_second: Rate = knob(10.0, "NUMBER", "Request budget of a project; a shard takes its share.")
    cloud_eye_max_requests_per_second: Rate = knob(
        7.0, "NUMBER", "Request budget of a project for Cloud Eye, beside the other; a shard takes its share."
    )
    max_concurrency: Count = knob(4, "NUMBER", "Requests of a project under way at once; a shard takes its share.")
    hold_time: Duration | None = knob(
        None,
        "DURATION",
        "How long a collector's last data is served after its last success; by default the larger of 3m and three "
        "times that collector's interval; 0 drops it at once.",
    )


class ProcessKnobs(BaseModel):
    """Everything that there is once for the whole process."""

    model_config = STRICT

    config_file: AnyPath | None = knob(None, "PATH", "YAML file with the same names, and `projects:` for several.")
    secrets_dir: AnyPath | None = knob(None, "PATH", "Directory with one file per secret, named like the setting.")
    shard: Annotated[int | Literal["auto"], BeforeValidator(values.shard)] = knob(
        0, "NUMBER", "Number of this shard, from 0; `auto` reads it at the end of the host name."
    )
    total_shards: Count = knob(1, "NUMBER", "How many shards the jobs are divided over.")
    web_listen_address: Addresses = knob(
        (":9877",), "ADDRESS", "Where to listen: `:9877`, `[::1]:9877`, `unix:/path`, or several of them."
    )
    web_telemetry_path: Annotated[str, AfterValidator(values.telemetry_path)] = knob(
        "/metrics", "PATH", "Path of the metrics."
    )
    web_max_requests: Count = knob(40, "NUMBER", "Scrapes served at once; further ones are answered with 503.")
    web_max_connections: Count = knob(512, "NUMBER", "Connections held open at once; further ones are closed.")
    web_external_url: Url | None = knob(
        None, "URL", "Where people and `/sd` find this exporter, where that is not the address they came to."
    )
    web_config_file: AnyPath | None = knob(
        None,
        "PATH",
        "Web configuration of the Prometheus exporter-toolkit: TLS, client certificates, basic auth, headers.",
    )
    web_systemd_socket: bool = knob(
        default=False, shape="BOOL", description="Listen on the sockets that systemd passes instead of an address."
    )
    web_enable_lifecycle: bool = knob(default=False, shape="BOOL", description="Allow `POST /-/reload`.")
    log_level: LogLevel = knob("info", "LEVEL", "`debug`, `info`, `warning` or `error`.")
    log_format: LogFormat = knob(
        "auto", "FORMAT", "`auto` (console on a terminal, else json), `json`, `logfmt` or `console`."
    )


class ProjectEntry(ProjectKnobs):
    """One entry of `projects:` as it is written."""

    name: Text | None = knob(None, "NAME", "Name of the project in labels and links; by default its id.")


class SingleProject(BaseModel):
    """What only the one project has that is configured without a list."""

    model_config = STRICT

    project_name: Text | None = knob(None, "NAME", "Name of the one project in labels and links; by default its id.")


_AT_THE_TOP: Final = ProcessKnobs.model_fields | SingleProject.model_fields | ProjectKnobs.model_fields
SECRETS: Final = tuple(name for name, field in _AT_THE_TOP.items() if field.annotation == Secret | None)
"""Settings that are secret: each can also be given as `<name>_file`, and none is a command line option."""

PATHS: Final = tuple(name for name, field in _AT_THE_TOP.items() if field.annotation == AnyPath | None)
"""Settings that are paths: in a file they are relative to it."""


def writable(model_fields: Iterable[str]) -> tuple[str, ...]:
    """The names under which these settings can be written: those of secrets with their `_file` variant."""
    return tuple(
        name for field in model_fields for name in ((field, f"{field}_file") if field in SECRETS else (field,))
    )


TOP_NAMES: Final = writable(_AT_THE_TOP)
ENTRY_NAMES: Final = writable(ProjectEntry.model_fields)
