"""`drs-exporter serve`: the daemon."""

from collections.abc import Mapping, Sequence

import click
import structlog

from drs_exporter import __version__
from drs_exporter.app import Exporter
from drs_exporter.cli.event_loop import run
from drs_exporter.cli.offline import look
from drs_exporter.cli.options import ALL, Command, with_settings
from drs_exporter.cli.preparation import prepare, read
from drs_exporter.logs import configure
from drs_exporter.snapshot import Project

log = structlog.get_logger()


@click.command(cls=Command)
@click.option("--config.check", "config_check", is_flag=True, help="Only read the configuration, as check --offline.")
@with_settings(ALL)
def serve(options: Mapping[str, object], *, config_check: bool) -> None:
    """Poll the configured projects and serve their metrics until SIGTERM or Ctrl-C; SIGHUP reads the file again."""
    settings, redactor = prepare(options, daemon=True)
    if config_check:
        click.echo(look(settings))
        return
    exporter = Exporter(
        settings,
        redactor=redactor,
        load=lambda: read(options, redactor),
        taken_over=lambda settings: configure(settings.log_level, settings.log_format, redactor),
        published=Listings().tell,
    )
    names = [project.name for project in settings.projects]
    patterns = [search.wanted for search in settings.searches]

    def announce(urls: Sequence[str]) -> None:
        log.info("exporter.started", version=__version__, projects=names, looks_for=patterns, urls=list(urls))

    run(exporter.run(announce=announce))
    log.info("exporter.stopped")


class Listings:
    """Says once of each project how many jobs its first listing had: that it works can be seen from the log alone."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, project: Project) -> None:
        """Look at what is served now."""
        if project.jobs is not None and project.name not in self._told:
            self._told.add(project.name)
            log.info("jobs.read", project=project.name, jobs=len(project.jobs))
