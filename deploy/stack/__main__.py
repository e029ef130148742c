"""`python -m deploy.stack`: run it, print what to open and every message that arrives, until Ctrl-C."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

from deploy.stack.inbox import Message
from deploy.stack.program import ProgramError
from deploy.stack.stack import Pace, Stack
from drs_exporter.simulator import SimulatedCloud
from tools.programs import MissingProgramError

_PORTS: Final = (9877, 9090, 9093)


@click.command()
@click.option("--jobs", type=click.IntRange(min=0), default=40, show_default=True, help="Size of the simulated fleet.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another fleet.")
@click.option(
    "--hurry",
    type=click.FloatRange(min=1),
    default=10.0,
    show_default=True,
    help="How many times faster the world turns and the rules wait.",
)
def main(jobs: int, seed: int, hurry: float) -> None:
    """Run simulated cloud, exporter, Prometheus and Alertmanager on loopback."""
    try:
        asyncio.run(_run(jobs, seed, hurry))
    except (ProgramError, MissingProgramError) as error:
        raise click.ClickException(str(error)) from None


async def _run(jobs: int, seed: int, hurry: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    cloud = SimulatedCloud(jobs=jobs, seed=seed, speed=hurry)
    pace = Pace(hurry=hurry, poll_interval="5s", scrape_interval="5s")
    with tempfile.TemporaryDirectory(prefix="drs-exporter-stack-") as folder:
        async with Stack(cloud, Path(folder), pace, ports=_PORTS, arrived=show) as stack:
            click.echo(welcome(stack))
            await stack.ended(stop)
    click.echo("\nended")


def welcome(stack: Stack) -> str:
    """What to open."""
    return "\n".join(
        (
            "The stack runs; Ctrl-C ends it",
            f"  Status         {stack.exporter_url}/",
            f"  Jobs           {stack.exporter_url}/jobs",
            f"  Metrics        {stack.exporter_url}/metrics",
            f"  Prometheus     {stack.prometheus_url}/",
            f"  Alertmanager   {stack.alertmanager_url}/api/v2/alerts",
            f"  Simulated DRS and IAM at {stack.cloud.url}",
            "Messages of Alertmanager:",
        )
    )


def show(message: Message) -> None:
    """Print a message as a person would want to read it."""
    click.echo(
        f"\n{message.receiver}: {message.group_labels.get('alertname')} in {message.group_labels.get('project')}"
    )
    for notice in message.alerts:
        click.echo(f"  {notice.status:<8} {notice.labels.get('severity'):<8} {notice.annotations['description']}")


if __name__ == "__main__":
    sys.exit(main())
