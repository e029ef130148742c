"""The configuration ready for use: defaults merged, endpoints derived, one kind of credentials chosen.

Every value in here was checked where it was read, and none is checked again.
"""

from collections.abc import Mapping
from typing import Any

from drs_exporter.secret import Secret
from drs_exporter.settings.model import Auth, ProcessKnobs, ProjectKnobs
from drs_exporter.settings.regions import Cloud, cloud_of, endpoints, region_of
from drs_exporter.settings.values import unanchored


class Access(ProjectKnobs):
    """How to reach the cloud and what to ask there: all of a project's settings but which project it is."""

    auth: Auth
    iam_endpoint: str
    collectors: tuple[str, ...]
    poll_timeout: float
    credentials_url: str | None = None
    """Where a pod gets its keys, if it signs in by its identity."""
    authorization_token: Secret | None = None
    """What the pod shows for them."""
    identity_provider: str | None = None
    """Id in IAM of the provider that vouches for this program, if it signs in by OIDC."""
    id_token: Secret | None = None
    """What that provider says."""
    spellings: Mapping[str, str]
    """How each setting is spelled where it was written, for messages."""

    def __eq__(self, other: object) -> bool:
        """Whether all means the same, wherever it was written."""
        return type(other) is type(self) and _meaning(other) == _meaning(self)

    __hash__ = None  # type: ignore[assignment]  # what it maps has none

    def spell(self, setting: str) -> str:
        """A setting as the user wrote it."""
        return self.spellings.get(setting, setting)


class ProjectSettings(Access):
    """One project that can be watched."""

    name: str
    project_id: str
    region: str
    cloud: Cloud
    endpoint: str
    cloud_eye_endpoint: str


class ProjectSearch(Access):
    """Projects that IAM has to be asked for: one by its name there, or all whose names match."""

    name: str | None
    """Of the one project; those that an expression finds are called as in IAM."""

    @property
    def wanted(self) -> str:
        """What is searched for, in a message."""
        return self.iam_project or unanchored(self.discover_projects)

    @property
    def stands_as(self) -> str:
        """The project that is shown in place of what is not found: the one by its name, many by their expression."""
        return self.name or self.wanted

    def wants(self, name: str) -> bool:
        """Whether the project of this name in IAM is meant."""
        if self.discover_projects is not None:
            return self.discover_projects.fullmatch(name) is not None
        return name == self.iam_project

    def project(self, project_id: str, name: str) -> ProjectSettings | None:
        """The settings of a project that IAM told of; `None` if no region is known for it."""
        one = self.discover_projects is None
        region = (self.region if one else None) or region_of(name) or self.region
        if region is None:
            return None
        values = {field: getattr(self, field) for field in Access.model_fields}
        return complete(
            values
            | {
                "name": self.name if one and self.name else name,
                "project_id": project_id,
                "iam_project": None,
                "discover_projects": None,
                "region": region,
            }
        )


class Settings(ProcessKnobs):
    """The whole configuration."""

    shard: int
    projects: tuple[ProjectSettings, ...]
    searches: tuple[ProjectSearch, ...]
    web_config_spelled: str
    """How `web_config_file` is spelled where it was written, for messages."""
    warnings: tuple[str, ...]


def complete(values: dict[str, Any]) -> ProjectSettings:
    """A project from all its values but those that follow from its region."""
    cloud: Cloud = values["cloud"] or cloud_of(values["region"]) or "huaweicloud"
    derived = {name: url for name, url in endpoints(cloud, values["region"]).items() if values[name] is None}
    return ProjectSettings.model_construct(**values | derived | {"cloud": cloud})


def _meaning(settings: object) -> dict[str, Any]:
    """Everything but how it is spelled."""
    return {name: value for name, value in vars(settings).items() if name != "spellings"}
