"""`drs-exporter assets DIR`: what belongs to this version besides the program, from inside the package."""

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

import click

from drs_exporter.cli.command import Command
from drs_exporter.origin import RUNBOOKS


@click.command(cls=Command)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--runbooks",
    metavar="URL",
    default=RUNBOOKS,
    show_default=True,
    help="Where alerts and dashboards say that the runbooks are, if you keep them in a place of your own.",
)
def assets(directory: Path, runbooks: str) -> None:
    """Write the alert rules, dashboards, runbooks and example configurations of this version into DIR.

    The folder is made if need be. Files of these names in it are replaced, and no others touched.
    """
    written: Counter[str] = Counter()
    try:
        for path, source in _found(files("drs_exporter") / "assets", PurePosixPath()):
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8").replace(RUNBOOKS, runbooks.rstrip("/"))
            target.write_text(text, encoding="utf-8", newline="\n")
            written[str(path.parent)] += 1
    except OSError as exc:
        raise click.ClickException(f"cannot write {exc.filename}: {exc.strerror}") from None
    for folder, count in sorted(written.items()):
        click.echo(f"{directory / folder}: {count} {'file' if count == 1 else 'files'}")


def _found(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    """Every file below a folder, with its path in there."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _found(entry, path / entry.name)
        else:
            yield path / entry.name, entry
