"""`drs-exporter check`: is everything right, and what to do if not."""

import asyncio
from collections.abc import Mapping, Sequence

import click
from rich.table import Table
from rich.text import Text

from drs_exporter.cli.advice import advise
from drs_exporter.cli.offline import look
from drs_exporter.cli.options import ALL, Command, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.screen import plain, show, table
from drs_exporter.cli.searching import with_found
from drs_exporter.cli.signals import until_signal
from drs_exporter.cli.trials import Trial, Trials
from drs_exporter.clock import SystemClock
from drs_exporter.cloud.observer import SilentObserver
from drs_exporter.connect import connect
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.status import phase_of
from drs_exporter.watch import plan_of


@click.command(cls=Command)
@click.option("--offline", is_flag=True, help="Only read the files; ask no cloud.")
@with_settings(ALL)
def check(options: Mapping[str, object], *, offline: bool) -> int:
    """Read the configuration, sign in, call every enabled operation once, and say what to do about what fails.

    The web configuration is read too. Exit code 1 if anything has to be done.
    """
    settings, redactor = prepare(options)
    readable = look(settings)
    if offline:
        click.echo(readable)
        return 0
    settings = with_found(settings, redactor)
    found = until_signal(_try_all(settings, redactor))
    for project, trials in found:
        signed_in = trials.results[0].error is None
        how = f"signed in by {project.auth}" if signed_in else f"not signed in by {project.auth}"
        show(f"{project.name}: {project.endpoint}, {how}", report(project, trials.results))
        if signed_in:
            click.echo(f"{_left(project, settings, trials)}\n")
    failed = any(trial.failed for _, trials in found for trial in trials.results)
    click.echo("next: mend what failed, and check again" if failed else "next: drs-exporter serve")
    return 1 if failed else 0


def _left(project: ProjectSettings, settings: Settings, trials: Trials) -> str:
    """How many of the jobs that were seen are left after the filters; a subtask follows its parent."""
    plan = plan_of(project, settings)
    names = {job.id: job.name for job in trials.jobs}
    wanted = sum(
        plan.wants(names.get(job.info.parent_id, job.name))
        and (job.status is None or phase_of(job.status) not in plan.exclude_phases)
        for job in trials.jobs
    )
    return f"{len(trials.jobs)} jobs seen, {wanted} left after the filters"


async def _try_all(settings: Settings, redactor: Redactor) -> list[tuple[ProjectSettings, Trials]]:
    """Every project at the same time."""
    trials = await asyncio.gather(*(_try(project, redactor) for project in settings.projects))
    return list(zip(settings.projects, trials, strict=True))


async def _try(project: ProjectSettings, redactor: Redactor) -> Trials:
    """One project."""
    clock = SystemClock()
    async with connect(project, redactor=redactor, observer=SilentObserver(), clock=clock) as connection:
        trials = Trials(connection.clients, project, clock)
        await trials.run()
        return trials


def report(project: ProjectSettings, trials: Sequence[Trial]) -> Table:
    """What came of one project's operations, a line each."""
    shown = table("Operation", "Latency", "Seen", "Result", numeric=("Latency", "Seen"))
    for trial in trials:
        shown.add_row(
            trial.operation,
            "" if trial.seconds is None else f"{trial.seconds * 1000:.0f} ms",
            "" if trial.seen is None else str(trial.seen),
            _result(trial, project),
        )
    return shown


def _result(trial: Trial, project: ProjectSettings) -> Text:
    """Ok, or what is wrong and what to do about it."""
    if trial.error is None:
        return plain(trial.skipped, "bright_black") if trial.skipped else plain("ok", "green")
    line = f"{trial.error}; {advise(trial.error, project)}"
    return plain(f"not here: {line}", "yellow") if trial.missing else plain(line, "red")
