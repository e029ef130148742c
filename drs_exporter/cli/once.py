"""`drs-exporter once`: one poll, written as text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from drs_exporter.app import Exporter
from drs_exporter.cli.options import WITHOUT_WEB, Command, with_settings
from drs_exporter.cli.output import deliver
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.signals import until_signal
from drs_exporter.snapshot import Project


class OutputPath(click.Path):
    """Reads the path of a file, or `-`; an empty one, as of a variable that is not set, would be this folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if not str(value):
            self.fail("must not be empty; - is standard output", param, ctx)
        return super().convert(value, param, ctx)


@click.command(cls=Command)
@click.option(
    "--output",
    type=OutputPath(),
    metavar="FILE",
    default="-",
    help="Replace FILE, or write to it where it is a pipe or device; - is standard output.  [default: -]",
)
@with_settings(WITHOUT_WEB)
def once(options: Mapping[str, object], output: Path) -> int:
    """Poll once and write the metrics in the text format, for the textfile collector of node_exporter.

    Exit code 1 if any collector failed; what is known is written all the same.
    """
    settings, redactor = prepare(options)
    exporter = Exporter(settings, redactor=redactor)
    projects = until_signal(exporter.poll_once())
    try:
        deliver(output, exporter.exposition())
    except OSError as exc:
        raise click.ClickException(f"--output: cannot write {output}: {exc.strerror}") from None
    return 0 if complete(projects) else 1


def complete(projects: Sequence[Project]) -> bool:
    """Whether no collector failed; one that the cloud does not have did not."""
    return all(
        project.up and all(collector.success is not False for collector in project.collectors) for project in projects
    )
