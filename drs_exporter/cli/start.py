"""`drs-exporter start`: the only command that changes anything."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text

from drs_exporter.cli.options import WITHOUT_WEB, Command, Parsed, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.screen import plain, show, table
from drs_exporter.cli.searching import with_found
from drs_exporter.cli.signals import until_signal
from drs_exporter.cli.start_time import start_time
from drs_exporter.cli.starting import STARTED, Result, batches, start_all
from drs_exporter.clock import SystemClock
from drs_exporter.cloud.observer import Observer
from drs_exporter.connect import connect
from drs_exporter.errors import ApiError
from drs_exporter.parse.jobs import Listed, listing
from drs_exporter.parse.values import Reader
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.words import NOTHING

_COLOURS: Final = {STARTED: "green", "failed": "red", "unknown": "bold yellow", "not sent": "bright_black"}

_UNCERTAIN: Final = "look at the state of the jobs before you repeat this: some may have been started"


@click.command(cls=Command)
@click.argument("job_ids", metavar="JOB_ID...", nargs=-1, required=True, help="Id of each job, as in the label job_id.")
@click.option("--project", metavar="NAME", help="Project the jobs belong to; needed where there are several.")
@click.option(
    "--at",
    "at_ms",
    type=Parsed(start_time),
    metavar="TIME",
    help="When: 2026-03-01T02:00:00+01:00 or +30m. Default: now.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be sent.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_settings(WITHOUT_WEB)
def start(
    options: Mapping[str, object],
    job_ids: tuple[str, ...],
    project: str | None,
    at_ms: int | None,
    *,
    dry_run: bool,
    yes: bool,
) -> int:
    """Start jobs, now or at a time, in calls of at most 10, each sent once and never repeated.

    Asks before; without a terminal and --yes nothing is sent. Exit code 1 if any job was not started.
    """
    settings, redactor = prepare(options)
    chosen = choose(settings, project, redactor)
    if dry_run:
        click.echo(preview(chosen, job_ids, at_ms=at_ms))
        return 0
    if not yes and not sys.stdin.isatty():
        click.echo("nothing was started: there is no terminal to ask on; repeat with --yes", err=True)
        return 1
    known = until_signal(_known(chosen, redactor))
    refuse_names(job_ids, known)
    if not yes and not click.confirm(question(chosen, job_ids, known, at_ms=at_ms)):
        click.echo("nothing was started", err=True)
        return 1
    results = until_signal(_start(chosen, job_ids, redactor, at_ms=at_ms), advice=_UNCERTAIN)
    show(f"project {chosen.name}", report(results, known, at_ms=at_ms))
    if any(result.outcome == "unknown" for result in results):
        click.echo("look at the state of unknown ones before you repeat this: they may have been started", err=True)
    return 0 if all(result.outcome == STARTED for result in results) else 1


def choose(settings: Settings, name: str | None, redactor: Redactor) -> ProjectSettings:
    """The project of this name, or the only one; IAM is asked only where it is none of those that are configured."""
    configured = _called(name, settings.projects)
    if configured is not None:
        return configured
    settings, unfound = with_found(settings, redactor)
    projects = settings.projects
    found = _called(name, projects)
    if found is not None:
        return found
    if unfound:
        errors = "; ".join(f"{search.wanted.wanted}: {search.error}" for search in unfound)
        raise click.ClickException(f"--project: which one is meant cannot be told: {errors}")
    known = ", ".join(project.name for project in projects)
    if name is not None:
        raise click.UsageError(f"--project: there is no such project; there are {known}")
    if len(projects) > 1:
        raise click.UsageError(f"--project: is needed, there are {known}")
    return projects[0]


def _called(name: str | None, projects: Sequence[ProjectSettings]) -> ProjectSettings | None:
    return next((project for project in projects if project.name == name), None)


def refuse_names(job_ids: Sequence[str], known: Mapping[str, Listed]) -> None:
    """Of a name that was given in place of an id, say which ids have it: a name may be that of several jobs."""
    for given in job_ids:
        if given in known:
            continue
        ids = [job.id for job in known.values() if job.name == given]
        if ids:
            of = f"the job's id is {ids[0]}" if len(ids) == 1 else f"the ids of the jobs called so are {', '.join(ids)}"
            raise click.UsageError(f"JOB_ID: {plain(given)} is a name; {of}")


def question(
    project: ProjectSettings, job_ids: Sequence[str], known: Mapping[str, Listed], *, at_ms: int | None
) -> str:
    """What is about to be done, where and to what."""
    unique = list(dict.fromkeys(job_ids))
    when = "now" if at_ms is None else f"at {_moment(at_ms)}"
    listed = "\n".join(f"  {plain(job_id)}  {_described(known.get(job_id))}" for job_id in unique)
    jobs = "this job" if len(unique) == 1 else f"these {len(unique)} jobs"
    return f"{listed}\nStart {jobs} of project {plain(project.name)} ({project.region}) {when}?"


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"


def _described(job: Listed | None) -> Text:
    """Name and status of a job."""
    return plain(
        "not among the listed jobs of this project" if job is None else f"{job.name}  {job.status or ''}".rstrip()
    )


def preview(project: ProjectSettings, job_ids: Sequence[str], *, at_ms: int | None) -> str:
    """Every call that would be made, with its body."""
    lines = []
    for batch in batches(job_ids):
        jobs: list[dict[str, Any]] = [
            {"job_id": job_id} | ({} if at_ms is None else {"start_time": str(at_ms)}) for job_id in batch
        ]
        url = f"{project.endpoint}/v3/{project.project_id}/jobs/batch-starting"
        lines += [f"POST {url}", json.dumps({"jobs": jobs}, indent=2)]
    return "\n".join(lines)


def report(results: Sequence[Result], known: Mapping[str, Listed], *, at_ms: int | None) -> Table:
    """What became of each job, by id and name."""
    shown = table("Job", "Name", "Result", "Error code", "Reason")
    for result in results:
        job = known.get(result.job_id)
        scheduled = at_ms is not None and result.outcome == STARTED
        outcome = f"scheduled for {_moment(at_ms)}" if scheduled and at_ms is not None else result.outcome
        shown.add_row(
            plain(result.job_id),
            plain(NOTHING if job is None else job.name),
            plain(outcome, _COLOURS[result.outcome]),
            plain(result.error_code),
            plain(result.reason),
        )
    return shown


async def _known(project: ProjectSettings, redactor: Redactor) -> dict[str, Listed]:
    """The project's jobs by id, so that each can be named; without those of a scenario that cannot be read."""
    known: dict[str, Listed] = {}
    async with connect(project, redactor=redactor, observer=Observer(), clock=SystemClock()) as connection:
        client = connection.clients.drs
        await client.sign_in()
        for scenario in project.scenarios:
            with suppress(ApiError):
                answer = await client.list_jobs(scenario)
                known |= listing(answer.items, scenario, Reader())
    return known


async def _start(
    project: ProjectSettings, job_ids: Sequence[str], redactor: Redactor, *, at_ms: int | None
) -> list[Result]:
    """Sign in first, so that a wrong password is told before anything is sent."""
    async with connect(project, redactor=redactor, observer=Observer(), clock=SystemClock()) as connection:
        client = connection.clients.drs
        await client.sign_in()
        return await start_all(client, job_ids, at_ms=at_ms)
