"""What the identity service is asked beside sign-in: which projects a credential can see."""

from dataclasses import dataclass
from typing import Final

from drs_exporter.cloud.auth.wire import ListedProject, ProjectsAnswer
from drs_exporter.cloud.bounds import Bounds
from drs_exporter.cloud.decode import reader
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.cloud.transport import Transport

_SOME: Final = Bounds(elements=100)


@dataclass(frozen=True, slots=True)
class IamProject:
    """One project of the account."""

    id: str
    name: str
    """The region, or the region with a suffix such as `eu-de_orders`."""
    enabled: bool = True


async def list_projects(iam: Transport) -> tuple[IamProject, ...]:
    """GET /v3/auth/projects: every project this credential can see, by name; those without id or name are left out.

    The transport's credential should be for no project in particular.
    """
    return await iam.call(SIGN_IN, "GET", "/v3/auth/projects", _READ, bounds=_SOME)


def _projects(answer: ProjectsAnswer) -> tuple[IamProject, ...] | None:
    if not isinstance(answer.projects, list):
        return None
    found = {project.id: project for project in map(_project, answer.projects) if project is not None}
    return tuple(sorted(found.values(), key=lambda project: project.name))


def _project(listed: object) -> IamProject | None:
    """One project; one that does not say so is enabled."""
    if not isinstance(listed, ListedProject) or not isinstance(listed.id, str) or not isinstance(listed.name, str):
        return None
    return IamProject(listed.id, listed.name, enabled=listed.enabled is not False)


_READ: Final = reader(ProjectsAnswer, _projects)
