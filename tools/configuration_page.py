"""docs/configuration.md, made from the table of settings."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from drs_exporter.poll import COLLECTORS, DEFAULT_COLLECTORS
from drs_exporter.settings.credentials import OIDC, POD
from drs_exporter.settings.foreign import CLOUDS_YAML, KEYS, OPENSTACK
from drs_exporter.settings.names import option, variable
from drs_exporter.settings.regions import REGIONS, endpoints
from drs_exporter.settings.table import TABLE, Row
from drs_exporter.settings.values import duration

PAGE: Final = Path("docs/configuration.md")

_INTRODUCTION: Final = """\
# Configuration

This page is made from the code; `python -m tools.configuration_page` writes it anew.

## Where settings come from

The strongest first:

1. options of the command line,
2. environment variables, which begin with `DRS_EXPORTER_` and have no case; an empty one counts as not given,
3. the secrets directory: a file for each secret, named `password` or `drs_exporter_password`, in any case; whatever is
   called neither like this nor `drs_exporter_…` is somebody else's,
4. the YAML file that `CONFIG_FILE` names, with the same names in lower case; relative paths in it begin at its folder,
5. defaults.

What stands in an entry of `projects:` wins over all of these: there, globals are only defaults.
A name that no setting has is an error that says which one was probably meant, in every source; so is a value out of
range. Such an error is one line that names the setting the way it was written, never shows a value, and ends the
program with exit code 2.

- **Durations** are seconds, or `500ms`, `30s`, `5m`, `1h30m`, `1d`.
- **Files** are regular ones of at most 1 MiB. In YAML, keys that begin with `x-` are yours, for anchors.
- **Lists** are written with commas, or as lists in YAML, or by repeating the option.
- **Regular expressions** have to match the whole name, as in Prometheus.
- **Secrets** have no option. Each can be given as `…_FILE` (or `--…-file`): the path of a file that holds it. The file
  is read again whenever the credential is renewed, so that it can rotate. A secret given by a stronger source replaces
  the file of a weaker one, and the other way round.
- **Options** are also understood with dashes for dots: `--web-listen-address` is `--web.listen-address`.
"""

_SINGLE: Final = """\
`PROJECT_ID` (or `IAM_PROJECT`, or `DISCOVER_PROJECTS`), `PROJECT_NAME` and `REGION` describe the one project there is
without a file. Several are listed under `projects:`, each with a `name` of its own (but for one with
`discover_projects`, whose projects bear their names in IAM); then these are an error at the top.
"""

_CREDENTIALS: Final = f"""\
## Credentials

A project signs in with one kind: a given token, a password, a key, the agency of the machine, the identity of the pod,
or the word of an identity provider. Without `AUTH` it is the kind that is given. An entry of `projects:` that has
credentials of its own uses them; what its kind lacks is taken from the globals, a security token never. An entry
without any uses the globals. Two kinds in one place are an error that names both, unless `AUTH` chooses.

- `AUTH=pod_identity` takes what CCE gives a pod with an identity: {", ".join(f"`{name}`" for name in POD.values())}.
- `AUTH=oidc` trades the token in a file for one of the cloud, told as to the vendor's SDK:
  {", ".join(f"`{name}`" for name in OIDC.values())}.
- `${{X}}`, `$(X)` or `{{{{ .x }}}}` as a password is an error: nothing is replaced in a file, and an account is soon
  locked. A password that really looks so can stand in a file of its own.

Where no credentials of ours are given, what other programs use is read: variables, or, where `OS_CLOUD` names a cloud,
its entry in `clouds.yaml` (and `secure.yaml`) in the working directory, `~/.config/openstack` or `/etc/openstack`, or
where `OS_CLIENT_CONFIG_FILE` says. Keys that belong together are not mixed:

| setting | variables, the first that is set | in `clouds.yaml` |
| --- | --- | --- |
"""

_REGIONS: Final = """\
## Regions

`CLOUD` is needed only where neither cloud is known to have the region. Endpoints follow from both; give `ENDPOINT`,
`IAM_ENDPOINT` and `CLOUD_EYE_ENDPOINT` where a region has others.

| cloud | regions | DRS endpoint |
| --- | --- | --- |
"""

_COLLECTORS: Final = """\
## Collectors

`COLLECTORS` is a list; `--collector.NAME` and `--no-collector.NAME` switch one on or off beside it, except in entries
of `projects:` that have a list of their own.

| collector | default interval |
| --- | --- |
"""

_EXAMPLE: Final = """\
## Several projects

```yaml
poll_interval: 60s
web_listen_address: [":9877"]
projects:
  - name: prod
    cloud: tcloud
    region: eu-de
    project_id: 054ba152d480d55b2f5dc0069e7ddef0
    username: drs-exporter
    domain_name: OTC-EU-DE-0000000000
    password_file: /run/secrets/drs_password
  - name: beijing
    cloud: huaweicloud
    region: cn-north-4
    project_id: 9dc8c0f3f74c4dbb23c29cf0318ee561
    access_key_file: /run/secrets/ak
    secret_key_file: /run/secrets/sk
    collectors: [jobs, status, progress]
    poll_interval: 2m
```
"""


def document() -> str:
    """The whole page."""
    project = [row for row in TABLE if row.per_project or row.name == "project_name"]
    process = [row for row in TABLE if row not in project]
    return "\n".join(
        [
            _INTRODUCTION,
            "## Of a project\n",
            _SINGLE,
            *_table(project),
            "",
            _CREDENTIALS + "\n".join(_foreign()),
            "",
            _REGIONS + "\n".join(_regions()),
            "",
            _COLLECTORS + "\n".join(_collectors()),
            "",
            _EXAMPLE,
            "## Of the process\n",
            *_table(process),
            "",
        ]
    )


def _foreign() -> Iterable[str]:
    """Other programs' words for each setting."""
    words = {setting: [f"`{word}`" for word in variables] for setting, variables in OPENSTACK.items()}
    for pair in KEYS:
        for setting, word in pair.items():
            words.setdefault(setting, []).append(f"`{word}`")
    keys: dict[str, list[str]] = {}
    for key, setting in CLOUDS_YAML.items():
        keys.setdefault(setting, []).append(f"`{key}`")
    for setting, variables in words.items():
        yield f"| `{setting}` | {', '.join(variables)} | {', '.join(keys.get(setting, []))} |"


def _collectors() -> Iterable[str]:
    """Every collector and how often it runs."""
    for name, interval in COLLECTORS.items():
        on = "" if name in DEFAULT_COLLECTORS else " (off unless asked for)"
        yield f"| `{name}`{on} | {'every poll' if interval is None else f'`{duration(interval)}`'} |"


def _regions() -> Iterable[str]:
    """The known regions, those with hosts named alike in one line."""
    for cloud, regions in REGIONS.items():
        alike: dict[str, list[str]] = {}
        for region in regions:
            host = endpoints(cloud, region)["endpoint"].replace(region, "REGION")
            alike.setdefault(host, []).append(f"`{region}`")
        for host, named in sorted(alike.items(), key=lambda item: -len(item[1])):
            yield f"| `{cloud}` | {', '.join(named)} | `{host}` |"


def _table(rows: Iterable[Row]) -> list[str]:
    """The settings as a table."""
    return ["| variable, option | default | meaning |", "| --- | --- | --- |", *map(_line, rows)]


def _line(row: Row) -> str:
    """One setting."""
    names = [f"`{variable(row.name)}`"]
    if row.secret:
        names += [f"`{variable(row.name)}_FILE`", f"`{option(f'{row.name}_file')}`"]
    if not row.secret or row.name == "proxy_url":
        names.append(f"`{option(row.name)}`")
    default = f"`{row.default}`" if row.default else ""
    return f"| {'<br>'.join(names)} | {default} | {row.description} |"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
