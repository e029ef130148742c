"""`drs-exporter check`: is everything right, and what to do if not."""

import asyncio
from collections.abc import Mapping, Sequence

import click
from rich.table import Table
from rich.text import Text

from drs_exporter.cli.advice import advise
from drs_exporter.cli.options import WITHOUT_WEB, Command, with_settings
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


@click.command(cls=Command)
@with_settings(WITHOUT_WEB)
def check(options: Mapping[str, object]) -> int:
    """Read the configuration, sign in, call every enabled operation once, and say what to do about what fails.

    Exit code 1 if anything has to be done.
    """
    settings, redactor = prepare(options)
    settings = with_found(settings, redactor)
    found = until_signal(_try_all(settings, redactor))
    for project, trials in found:
        show(f"{project.name}: {project.endpoint}, signed in by {project.auth}", report(project, trials))
    return 1 if any(trial.failed for _, trials in found for trial in trials) else 0


async def _try_all(settings: Settings, redactor: Redactor) -> list[tuple[ProjectSettings, list[Trial]]]:
    """Every project at the same time."""
    trials = await asyncio.gather(*(_try(project, redactor) for project in settings.projects))
    return list(zip(settings.projects, trials, strict=True))


async def _try(project: ProjectSettings, redactor: Redactor) -> list[Trial]:
    """One project."""
    clock = SystemClock()
    async with connect(project, redactor=redactor, observer=SilentObserver(), clock=clock) as connection:
        return await Trials(connection.clients.drs, project, clock).run()


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
