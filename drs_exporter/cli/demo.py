"""`drs-exporter demo`: the exporter with a simulated cloud of its own."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Final

import click

from drs_exporter.app import Exporter
from drs_exporter.cli.options import LOG, WEB, Command, with_settings
from drs_exporter.cli.preparation import prepare
from drs_exporter.cli.simulate import Speed, credentials
from drs_exporter.settings.names import variable
from drs_exporter.simulator import SimulatedCloud

POLL_INTERVAL: Final = "15s"
"""Often enough to watch something happen."""


@click.command(cls=Command)
@click.option("--jobs", type=click.IntRange(min=0), default=40, show_default=True, help="Size of the simulated fleet.")
@click.option(
    "--speed",
    type=Speed(),
    default=10.0,
    show_default=True,
    help="Simulated seconds a second.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another fleet.")
@with_settings((*WEB, *LOG))
def demo(options: Mapping[str, object], jobs: int, speed: float, seed: int) -> None:
    """Serve the metrics of a simulated cloud; no account needed. Ctrl-C ends it."""
    asyncio.run(_run(options, SimulatedCloud(jobs=jobs, speed=speed, seed=seed)))


async def _run(options: Mapping[str, object], cloud: SimulatedCloud) -> None:
    """Both in one process, the cloud on a port of its own."""
    async with cloud:
        settings, redactor = prepare(options, environ=environment(cloud, os.environ), daemon=True)

        def announce(urls: Sequence[str]) -> None:
            click.echo(welcome(cloud, urls, telemetry_path=settings.web_telemetry_path))

        await Exporter(settings, redactor=redactor).run(announce=announce)


def environment(cloud: SimulatedCloud, environ: Mapping[str, str]) -> dict[str, str]:
    """The demo's own project; of the user's variables only those about web pages and logs count."""
    kept = {variable(name) for name in (*WEB, *LOG)}
    project = credentials(cloud) | {"project_name": "demo", "poll_interval": POLL_INTERVAL}
    return {name: value for name, value in environ.items() if name.upper() in kept} | {
        variable(name): value for name, value in project.items()
    }


def welcome(cloud: SimulatedCloud, urls: Sequence[str], *, telemetry_path: str) -> str:
    """What to open."""
    lines = [
        line
        for url in urls
        for line in (f"  Status    {url}/", f"  Jobs      {url}/jobs", f"  Metrics   {url}{telemetry_path}")
    ]
    return "\n".join(["drs-exporter demo; Ctrl-C ends it", *lines, f"  Simulated DRS and IAM at {cloud.url}"])
