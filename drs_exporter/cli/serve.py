"""`drs-exporter serve`: the daemon."""

from collections.abc import Mapping, Sequence

import click
import structlog

from drs_exporter.app import Exporter
from drs_exporter.cli.event_loop import run
from drs_exporter.cli.offline import look
from drs_exporter.cli.options import ALL, Command, with_settings
from drs_exporter.cli.preparation import prepare, read
from drs_exporter.logs import configure

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
    )
    run(exporter.run(announce=_announce))
    log.info("exporter.stopped")


def _announce(urls: Sequence[str]) -> None:
    """Say where the pages are."""
    log.info("exporter.started", urls=list(urls))
