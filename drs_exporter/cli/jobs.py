"""`drs-exporter jobs`: one poll, then a table for people or JSON for scripts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import click
from rich.progress_bar import ProgressBar
from rich.table import Table

from drs_exporter.app import Exporter
from drs_exporter.cli.options import WITHOUT_WEB, Command, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.screen import COLOURS, coloured, has_room, plain, show, table
from drs_exporter.cli.signals import until_signal
from drs_exporter.snapshot import Job, Progress, Project, RpoRto, State
from drs_exporter.status import Phase
from drs_exporter.web.pages.words import NOTHING, duration, percent

_WIDE: Final = 150
"""Columns from which on there is room for ids, long bars and error codes beside the status."""
_LONG_BAR: Final = 20
_SHORT_BAR: Final = 8
_NO_STATE: Final = State("", Phase.OTHER)


@click.command(cls=Command, short_help="Show every job in a table.")
@click.option(
    "--output",
    type=click.Choice(["table", "json"]),
    default="table",
    help="For people or for scripts.  [default: table]",
)
@with_settings(WITHOUT_WEB)
def jobs(options: Mapping[str, object], output: str) -> int:
    """Poll once and show every job: status, progress, delay and remaining time.

    Exit code 1 if the jobs of a project could not be listed.
    """
    settings, redactor = prepare(options)
    projects = until_signal(Exporter(settings, redactor=redactor).poll_once())
    if output == "json":
        click.echo(json.dumps([record for project in projects for record in records(project)], indent=2))
    else:
        for project in projects:
            count = f"{len(_listed(project))} jobs" if project.up else "not known"
            show(f"{project.name}: {count}", overview(project, wide=has_room(_WIDE)))
    for project in projects:
        if not project.up:
            error = next((state.error for state in project.collectors if state.collector == "jobs"), None)
            click.echo(f"{project.name}: the jobs could not be listed: {error}", err=True)
    return 0 if all(project.up for project in projects) else 1


def records(project: Project) -> Iterator[dict[str, Any]]:
    """The jobs of a project as plain records, named like the metrics; what is not known is null."""
    for job in _listed(project):
        state, progress, delays = _parts(job)
        yield {
            "project": project.name,
            "job_id": job.id,
            "job_name": job.name,
            "parent_id": job.info.parent_id if job.info else "",
            "db_use_type": job.info.db_use_type if job.info else "",
            "engine_type": job.info.engine_type if job.info else "",
            "task_type": job.info.task_type if job.info else "",
            "status": state.status or None,
            "phase": state.phase,
            "error_code": state.error_code,
            "created_timestamp_seconds": job.created,
            "progress_ratio": progress.ratio,
            "remaining_seconds": progress.remaining,
            "incremental_delay_seconds": progress.delay,
            "rpo_delay_seconds": delays.rpo,
            "rto_delay_seconds": delays.rto,
        }


def overview(project: Project, *, wide: bool) -> Table:
    """The jobs of a project for people, each subtask after its job."""
    ids = ("Id",) if wide else ()
    shown = table("Job", "Status", "Progress", "", "Delay", "Remaining", *ids, numeric=("", "Delay", "Remaining"))
    for job in in_families(_listed(project)):
        state, progress, delays = _parts(job)
        status = coloured(state.status or NOTHING, state.phase)
        if state.error_code:
            status.append(" " if wide else "\n").append_text(plain(state.error_code))
        delay = duration(progress.delay)
        if progress.delay is None and delays != RpoRto():
            delay = f"RPO {duration(delays.rpo)}, RTO {duration(delays.rto)}"
        indent = "  " if job.info and job.info.parent_id else ""
        shown.add_row(
            plain(indent + (job.name or job.id)),
            status,
            "" if progress.ratio is None else _bar(progress.ratio, state.phase, wide=wide),
            percent(progress.ratio),
            delay,
            duration(progress.remaining),
            *((plain(job.id),) if wide else ()),
        )
    return shown


def _bar(ratio: float, phase: Phase, *, wide: bool) -> ProgressBar:
    """A progress bar in the colour of the phase."""
    colour = COLOURS[phase]
    width = _LONG_BAR if wide else _SHORT_BAR
    return ProgressBar(total=1.0, completed=ratio, width=width, complete_style=colour, finished_style=colour)


def in_families(listed: Sequence[Job]) -> list[Job]:
    """Jobs by name, each followed by its subtasks."""
    names = {job.id: job.name for job in listed}

    def place(job: Job) -> tuple[str, str, bool, str, str]:
        parent_id = job.info.parent_id if job.info else ""
        return (names.get(parent_id, job.name), parent_id or job.id, bool(parent_id), job.name, job.id)

    return sorted(listed, key=place)


def _parts(job: Job) -> tuple[State, Progress, RpoRto]:
    """What is known of a job, with empty records for what is not."""
    return job.state or _NO_STATE, job.progress, job.rpo_rto


def _listed(project: Project) -> list[Job]:
    """The jobs that are shown here; of another shard's, only a detail can be known."""
    return [job for job in project.jobs or () if job.info is not None]
