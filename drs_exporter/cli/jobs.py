"""`drs-exporter jobs`: what every job does, once or again and again, in a table for people or as JSON for scripts."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import click
from rich.table import Table
from rich.text import Text

from drs_exporter.app import Exporter
from drs_exporter.cli.options import WITHOUT_WEB, Command, Parsed, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.running import fetch
from drs_exporter.cli.screen import COLOURS, bar, console, has_room, plain, show, table
from drs_exporter.cli.signals import until_signal
from drs_exporter.clock import SystemClock
from drs_exporter.cutover import summary
from drs_exporter.errors import DrsExporterError
from drs_exporter.overview import LONGEST_FIRST, ORDERS, Fares, Order, Overview, Record, as_json, overview, sort
from drs_exporter.status import Phase
from drs_exporter.words import NOTHING, duration, percent

_WIDE: Final = 150
"""Columns from which on a job is one line; below it is two, its name over its id."""
_WIDEST: Final = 180
"""Columns from which on the machine under a job is shown too."""
_LONG_BAR: Final = 20
_SHORT_BAR: Final = 8
_PAUSE: Final = 30.0
"""Seconds between looks at a running exporter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which jobs are shown, and in which order."""

    phases: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    name: re.Pattern[str] | None = None
    order: Order = "urgency"

    def of(self, known: Overview) -> Overview:
        """What is left of all that is known; UsageError where a project of these is not."""
        unknown = sorted(self.projects - {fares.project for fares in known.projects})
        if unknown:
            there = ", ".join(fares.project for fares in known.projects)
            raise click.UsageError(f"--project: there is no {unknown[0]}; there are {there}")
        return Overview(
            projects=[fares for fares in known.projects if not self.projects or fares.project in self.projects],
            jobs=sort(
                (
                    job
                    for job in known.jobs
                    if (not self.projects or job.project in self.projects)
                    and (not self.phases or job.phase in self.phases)
                    and (self.name is None or self.name.fullmatch(job.job_name))
                ),
                self.order,
                falling=self.order in LONGEST_FIRST,
            ),
        )


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression."""
    try:
        return re.compile(text)
    except re.error as exc:
        raise ValueError(f"is not a regular expression: {exc.msg}") from None


@click.command(cls=Command)
@click.option(
    "--output",
    type=click.Choice(["table", "json"]),
    default="table",
    help="For people or for scripts.  [default: table]",
)
@click.option(
    "--phase",
    "phases",
    type=click.Choice([phase.value for phase in Phase]),
    multiple=True,
    help="Only jobs in these phases.",
)
@click.option("--project", "projects", metavar="NAME", multiple=True, help="Only these projects.")
@click.option("--name", type=Parsed(pattern), metavar="REGEX", help="Only jobs whose whole name matches.")
@click.option("--sort", "order", type=click.Choice(ORDERS), default=ORDERS[0], help="[default: urgency]")
@click.option(
    "--watch",
    is_flag=True,
    help="Show it again after every poll interval, or with --url every 30s, until Ctrl-C. Once it was shown, a look "
    "that fails is told and tried again.",
)
@click.option(
    "--url", metavar="URL", help="Read a running exporter, such as http://127.0.0.1:9877, instead of the cloud."
)
@with_settings(WITHOUT_WEB)
def jobs(
    options: Mapping[str, object],
    *,
    output: str,
    phases: tuple[str, ...],
    projects: tuple[str, ...],
    name: re.Pattern[str] | None,
    order: Order,
    url: str | None,
    watch: bool,
) -> int:
    """Show every job, those that need somebody first: status, progress, delay and remaining time.

    Exit code 1 if the jobs of a project could not be listed.
    """
    choice = Choice(phases=frozenset(phases), projects=frozenset(projects), name=name, order=order)
    read, pause = _reader(options, url)
    shown, told = False, ""
    while True:
        try:
            chosen = choice.of(read())
        except (DrsExporterError, click.UsageError) as exc:
            if not shown:
                raise
            if str(exc) != told:
                click.echo(f"drs-exporter: {exc}; it is tried again", err=True)
            told = str(exc)
        else:
            shown, told = True, ""
            if watch and sys.stdout.isatty():
                console().clear()
            code = tell(chosen, output=output)
            if not watch:
                return code
            sys.stdout.flush()
        until_signal(SystemClock().sleep(pause))


def _reader(options: Mapping[str, object], url: str | None) -> tuple[Callable[[], Overview], float]:
    """How to look, and how long to wait before the next look."""
    if url is not None:
        return lambda: until_signal(fetch(url)), _PAUSE
    settings, redactor = prepare(options)
    pause = min(project.poll_interval for project in (*settings.projects, *settings.searches))
    return lambda: overview(until_signal(Exporter(settings, redactor=redactor).poll_once())), pause


def tell(chosen: Overview, *, output: str) -> int:
    """Print what was found; 1 if a project could not be listed."""
    if output == "json":
        click.echo(as_json(chosen.jobs))
    else:
        for fares in chosen.projects:
            jobs = [job for job in chosen.jobs if job.project == fares.project]
            show(heading(fares, jobs), job_table(jobs, wide=has_room(_WIDE), machines=has_room(_WIDEST)))
    for fares in chosen.projects:
        if not fares.up:
            click.echo(f"{fares.project}: the jobs could not be listed: {fares.error}", err=True)
    return 0 if all(fares.up for fares in chosen.projects) else 1


def heading(fares: Fares, chosen: Sequence[Record]) -> str:
    """The project, how many jobs are shown of how many, and how many need somebody."""
    if not fares.up:
        return f"{fares.project}: not known"
    count = f"{fares.jobs} jobs" if len(chosen) == fares.jobs else f"{len(chosen)} of {fares.jobs} jobs"
    trouble = sum(job.needs_somebody for job in chosen)
    return f"{fares.project}: {count}" + (
        f", {trouble} {'needs' if trouble == 1 else 'need'} somebody" if trouble else ""
    )


def job_table(jobs: Sequence[Record], *, wide: bool, machines: bool = False) -> Table:
    """The jobs for people: a line each where there is room, else two, name over id and status over figures.

    With `machines` a line also says what the machine under its job uses.
    """
    if not wide:
        narrow = table("Job and id", "Status; progress, delay, remaining time")
        for job in jobs:
            narrow.add_row(_named(job).append("\n").append_text(plain(job.job_id, "dim")), _standing(job))
        return narrow
    numbers = ("", "Delay", "Remaining", *(_MACHINE if machines else ()))
    shown = table("Job", "Status", "Progress", *numbers, "Cut-over", "Id", numeric=numbers)
    for job in jobs:
        ratio = job.progress_ratio
        shown.add_row(
            _named(job),
            _status(job),
            "" if ratio is None else bar(ratio, job.phase, width=_LONG_BAR),
            percent(ratio),
            _delay(job),
            duration(job.remaining_seconds),
            *(map(percent, _machine(job)) if machines else ()),
            plain(summary(job.cutover_blockers)),
            plain(job.job_id),
        )
    return shown


_MACHINE: Final = ("CPU", "Memory", "Disk")


def _machine(job: Record) -> tuple[float | None, float | None, float | None]:
    return (
        job.instance_cpu_utilization_ratio,
        job.instance_memory_utilization_ratio,
        job.instance_disk_utilization_ratio,
    )


def _named(job: Record) -> Text:
    """The name, further in for a subtask; the id where there is none."""
    return plain(("  " if job.parent_id else "") + (job.job_name or job.job_id))


def _status(job: Record) -> Text:
    """The status in its phase's colour, and the error code."""
    status = plain(job.status or NOTHING, COLOURS[job.phase])
    return status.append(" ").append_text(plain(job.error_code)) if job.error_code else status


def _standing(job: Record) -> Text:
    """Status and error over progress, delay and remaining time, as far as they are known."""
    figures: list[Text] = []
    recovery = job.delay is not None and job.incremental_delay_seconds is None
    candidate = job.cutover_blockers is not None  # its full transfer is over
    if job.progress_ratio is not None and not recovery and not candidate:  # two delays need the room
        figures.append(bar(job.progress_ratio, job.phase, width=_SHORT_BAR) + plain(f" {percent(job.progress_ratio)}"))
    if job.delay is not None:
        delay = _delay(job)
        figures.append(delay if recovery else plain("delay ") + delay)
    if job.remaining_seconds is not None:
        figures.append(plain(f"{duration(job.remaining_seconds)} left"))
    if job.cutover_blockers is not None:
        count = len(job.cutover_blockers)
        figures.append(plain("no blocker" if not count else "1 blocker" if count == 1 else f"{count} blockers"))
    return _status(job).append("\n").append_text(plain("  ").join(figures))


def _delay(job: Record) -> Text:
    """The delay, red where it is over its owner's limit; RPO and RTO of disaster recovery."""
    text = duration(job.delay)
    if job.delay is not None and job.incremental_delay_seconds is None:
        text = f"RPO {duration(job.rpo_delay_seconds)}, RTO {duration(job.rto_delay_seconds)}"
    return plain(text, "bold red" if job.needs_somebody and not job.failed else "")
