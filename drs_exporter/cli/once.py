"""`drs-exporter once`: one poll, written as text."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from drs_exporter.app import Exporter
from drs_exporter.cli.options import WITHOUT_WEB, Command, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.signals import until_signal
from drs_exporter.snapshot import Project

_READABLE: Final = 0o644
"""For everyone: the collector that reads the file is another user's process."""


@click.command(cls=Command, short_help="Poll once and write the metrics.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Replace FILE instead of printing.",
)
@with_settings(WITHOUT_WEB)
def once(options: Mapping[str, object], output: Path | None) -> int:
    """Poll once and write the metrics in the text format, for the textfile collector of node_exporter.

    Exit code 1 if any collector failed; what is known is written all the same.
    """
    settings, redactor = prepare(options)
    exporter = Exporter(settings, redactor=redactor)
    projects = until_signal(exporter.poll_once())
    exposition = exporter.exposition()
    if output is None:
        sys.stdout.buffer.write(exposition)
        sys.stdout.buffer.flush()
    else:
        try:
            replace(output, exposition)
        except OSError as exc:
            raise click.ClickException(f"--output: cannot write {output}: {exc.strerror}") from None
    return 0 if complete(projects) else 1


def complete(projects: Sequence[Project]) -> bool:
    """Whether no collector failed; one that the cloud does not have did not."""
    return all(
        project.up and all(collector.success is not False for collector in project.collectors) for project in projects
    )


def replace(file: Path, content: bytes) -> None:
    """Write the file so that a reader sees either the old content or the new, never a part."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(content)
            os.fchmod(temporary.fileno(), _READABLE)
        Path(name).replace(file)
    finally:
        with suppress(FileNotFoundError):  # unless something failed, it has its proper name by now
            Path(name).unlink()
