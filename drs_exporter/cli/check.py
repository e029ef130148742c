"""`drs-exporter check`: is everything right, and what to do if not."""

import asyncio
from collections.abc import Iterable, Mapping

import click
from rich.table import Table

from drs_exporter import logs
from drs_exporter.cli.advice import advise
from drs_exporter.cli.offline import look
from drs_exporter.cli.options import ALL, Command, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.screen import plain, show, table
from drs_exporter.cli.searching import with_found
from drs_exporter.cli.signals import until_signal
from drs_exporter.cli.trial import Line, Trial
from drs_exporter.cli.waiting import telling
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.discovery import Search
from drs_exporter.errors import ApiError
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings
from drs_exporter.snapshot import BudgetUse
from drs_exporter.watch import plan_of


@click.command(cls=Command)
@click.option("--offline", is_flag=True, help="Only read the files; ask no cloud.")
@with_settings(ALL)
def check(options: Mapping[str, object], *, offline: bool) -> int:
    """Read the configuration, sign in, run every enabled collector once, and say what to do about what fails.

    The web configuration is read too. What it is doing is told on standard error every five seconds that it takes. Exit
    code 1 if anything has to be done.
    """
    settings, redactor = prepare(options)
    readable = look(settings)
    if offline:
        click.echo(readable)
        return 0
    settings, unfound = with_found(settings, redactor)
    if settings.log_level != "debug":  # what failed stands in the table, once
        logs.configure("error", settings.log_format, redactor)
    trials = until_signal(_try_all(settings, redactor))
    for search in unfound:
        if search.failure is not None:
            _show_unfound(search, search.failure)
    failed = sum(map(_show, trials)) > 0 or bool(unfound)
    click.echo("next: mend what failed, and check again" if failed else "next: drs-exporter serve")
    return 1 if failed else 0


async def _try_all(settings: Settings, redactor: Redactor) -> list[Trial]:
    """Every project at the same time."""
    trials = [Trial(project, plan_of(project, settings)) for project in settings.projects]

    async def all_of_them() -> None:
        await asyncio.gather(*(trial.run(redactor) for trial in trials))

    await telling(all_of_them(), lambda: [f"{trial.project.name}: {trial.doing}" for trial in trials if trial.doing])
    return trials


def _show_unfound(search: Search, failure: ApiError) -> None:
    """Print why projects that are searched for are not there, and what to do about it."""
    wanted = search.wanted
    operation = "list_projects" if search.empty else SIGN_IN
    line = Line(operation, result=f"{failure}; {advise(failure, wanted)}", style="red", failed=True)
    show(f"{wanted.stands_as}: searched for at {wanted.iam_endpoint} by {wanted.auth}", _table([line]))


def _show(trial: Trial) -> bool:
    """Print what came of one project: its operations, what filters leave, what is asked for; whether any failed."""
    lines = list(trial.lines())
    project, snapshot = trial.project, trial.snapshot
    signed_in = "not signed in" if snapshot is None else "signed in"
    show(f"{project.name}: {project.endpoint}, {signed_in} by {project.auth}", _table(lines))
    if snapshot is not None:
        click.echo("{} jobs seen, {} left after the filters".format(*trial.jobs()))
        for use in snapshot.budgets:
            click.echo(_asked(use))
        click.echo()
    return any(line.failed for line in lines)


def _table(lines: Iterable[Line]) -> Table:
    shown = table("Operation", "Latency", "Seen", "Result", numeric=("Latency", "Seen"))
    for line in lines:
        shown.add_row(
            line.operation,
            "" if line.seconds is None else f"{line.seconds * 1000:.0f} ms",
            "" if line.seen is None else str(line.seen),
            plain(line.result, line.style),
        )
    return shown


def _asked(use: BudgetUse) -> str:
    """What the fleet asks of one request budget."""
    part, most = use.utilization or 0.0, 60 * use.allowed
    line = f"{use.title}: {part * most:.0f} calls a minute needed, {most:.0f} allowed"
    return f"{line}: intervals are stretched {part:.1f} times; {use.remedy}" if use.remedy else line
