"""`drs-exporter assets DIR`: what belongs to this version besides the program, from inside the package."""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Final

import click

from drs_exporter.cli.command import Command, Parsed
from drs_exporter.origin import REPOSITORY, RUNBOOKS
from drs_exporter.settings.addresses import endpoint

_STEERING: Final = re.compile(r"[\s\"'`\\{}<>$|]")
"""What means something in YAML, JSON, a page or a template, and stands in no URL."""

_LINK: Final = re.compile(r"\]\((?!\w+:|#)(?P<path>[^)#\s]+)")

_PLACES: Final = {"docs/": "", "deploy/": "", "grafana/": "grafana/"}
"""Folders of the repository, and where their files are among what is written; every page comes from `docs`."""


def runbooks_url(text: str) -> str:
    """A URL below which the runbooks are, without a slash at its end, as it can be written into any file."""
    try:
        place = endpoint(text)
    except ValueError:
        place = ""
    if not place or _STEERING.search(place):
        raise ValueError("must be a URL such as https://wiki.example.com/runbooks")
    return place


@click.command(cls=Command)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--runbooks",
    type=Parsed(runbooks_url),
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
        found = dict(_found(files("drs_exporter") / "assets", PurePosixPath()))
        for path, source in found.items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8").replace(RUNBOOKS, runbooks)
            if path.suffix == ".md":
                text = _led(text, path, found)
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


def _led(page: str, path: PurePosixPath, found: Collection[PurePosixPath]) -> str:
    """The text of a page with links that lead on: to what is written beside it, or else into the repository."""
    there = {str(place) for file in found for place in (file, *file.parents)}

    def lead(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", path.parent, match["path"]))
        for folder, place in _PLACES.items():
            written = place + target.removeprefix(folder)
            if target.startswith(folder) and written in there:
                return f"]({posixpath.relpath(written, path.parent)}"
        return f"]({REPOSITORY}/blob/main/{target}"

    return _LINK.sub(lead, page)
