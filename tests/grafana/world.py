"""Hours of a simulated cloud, polled by the real exporter on a clock of our own, as samples for a real Prometheus."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Final, TextIO

import pytest

from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.poll.collectors.diagnosis import Diagnoses
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings
from drs_exporter.simulator import SimulatedCloud
from tests.faults.driven_clock import DrivenClock

STEP: Final = 120
"""Seconds between polls, and scrapes."""

MACHINES: Final = 3 * STEP
"""Seconds between two questions about machines, which cost the simulated cloud most."""

SCRAPED_AS: Final = 'job="drs-exporter",instance="127.0.0.1:9877"'

_SAMPLE: Final = re.compile(r"^(?P<name>[a-z_]\w*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$", re.MULTILINE)


def settings_for(cloud: SimulatedCloud, project: str, **others: str) -> Settings:
    """The settings of one project of this cloud, signed in by password."""
    return load(
        {"web_listen_address": ("127.0.0.1:0",)},
        environ={
            **{f"DRS_EXPORTER_{name}": value for name, value in others.items()},
            "DRS_EXPORTER_ENDPOINT": cloud.url,
            "DRS_EXPORTER_IAM_ENDPOINT": cloud.url,
            "DRS_EXPORTER_CLOUD_EYE_ENDPOINT": cloud.url,
            "DRS_EXPORTER_PROJECT_ID": cloud.project_id,
            "DRS_EXPORTER_PROJECT_NAME": project,
            "DRS_EXPORTER_TIME_ZONE": "UTC",
            "DRS_EXPORTER_REGION": cloud.region,
            "DRS_EXPORTER_USERNAME": cloud.username,
            "DRS_EXPORTER_PASSWORD": cloud.password,
            "DRS_EXPORTER_DOMAIN_NAME": cloud.domain_name,
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "1000",
        },
    )


async def page(cloud: SimulatedCloud, **settings: str) -> str:
    """What the exporter says after one poll and one round of everything."""
    exporter = Exporter(settings_for(cloud, "sim", **settings), redactor=Redactor())
    await exporter._watches.open()
    try:
        (watch,) = exporter._watches.values()
        assert watch.pace is not None
        await watch.pace.once()
        made = await exporter.metrics(
            projects=None, process_wide=True, jobs=True, openmetrics=False, encoding="identity"
        )
    finally:
        await exporter._watches.close()
    return b"".join(made).decode()


async def record(
    cloud: SimulatedCloud, clock: DrivenClock, into: TextIO, *, hours: float, happens: Callable[[float], None]
) -> None:
    """Poll for so many hours, and write a page every two minutes; `happens` is told the share of them that has passed.

    Whatever is due is asked to its end before time goes on, so that all is told as soon as it can be.
    """
    start = clock.time()
    # On this clock time passes while calls are under way: they seem to last, and a tenth of what fits seems little.
    patch = pytest.MonkeyPatch()
    patch.setattr(Diagnoses, "ceiling", 1.0)
    settings = settings_for(cloud, "sim", POLL_INTERVAL=f"{STEP}s", COLLECTOR_INTERVALS=f"cloud_eye={MACHINES}s")
    exporter = Exporter(settings, redactor=Redactor(), clock=clock)
    await exporter._watches.open()
    (watch,) = exporter._watches.values()
    assert watch.pace is not None
    polling = asyncio.create_task(watch.pace.run(), name="poll sim")
    try:
        for moment in range(0, int(hours * 3600) + 1, STEP):
            happens(moment / (hours * 3600))
            await clock.advance(start + moment - clock.time(), loops=1)
            page = b"".join(
                await exporter.metrics(
                    projects=None, process_wide=True, jobs=True, openmetrics=False, encoding="identity"
                )
            )
            into.writelines(_stamped(page.decode(), start + moment))
    finally:
        polling.cancel()
        await asyncio.wait({polling})
        await exporter._watches.close()
        patch.undo()
    into.write("# EOF\n")


def _stamped(page: str, time: float) -> Iterator[str]:
    """Each sample with the labels a scrape adds and its time."""
    for found in _SAMPLE.finditer(page):
        labels = f"{SCRAPED_AS},{found['labels']}" if found["labels"] else SCRAPED_AS
        yield f"{found['name']}{{{labels}}} {found['value']} {time:.0f}\n"
