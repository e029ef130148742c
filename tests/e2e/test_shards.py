"""Shards of one fleet: together they show what one process would, and ask no more than their share."""

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.clock import SystemClock
from drs_exporter.connect import connect
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings
from drs_exporter.simulator import SimulatedCloud
from tests.cloud.doubles import Seen

NOW = 1_790_000_000.0
_SERIES = re.compile(r"^(?P<series>.+\}) (?P<value>\S+)$", re.MULTILINE)
_OF_THE_PROCESS = re.compile(r"drs_up\{|drs_exporter_|process_|python_")


class Standstill(SystemClock):
    """A wall clock that shows one moment, so that every process polls the same world."""

    def time(self) -> float:
        return NOW


def settings_for(cloud: SimulatedCloud, **options: object) -> Settings:
    """The settings of one project of this cloud."""
    return load(
        {"web_listen_address": ("127.0.0.1:0",), **options},
        environ={
            "DRS_EXPORTER_ENDPOINT": cloud.url,
            "DRS_EXPORTER_CLOUD_EYE_ENDPOINT": cloud.url,
            "DRS_EXPORTER_CLOUD_EYE_MAX_REQUESTS_PER_SECOND": "1000",
            "DRS_EXPORTER_PROJECT_ID": cloud.project_id,
            "DRS_EXPORTER_PROJECT_NAME": "sim",
            "DRS_EXPORTER_REGION": cloud.region,
            "DRS_EXPORTER_ACCESS_KEY": cloud.access_key,
            "DRS_EXPORTER_SECRET_KEY": cloud.secret_key,
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "1000",
        },
    )


async def scraped(cloud: SimulatedCloud, **options: object) -> dict[str, str]:
    """Every series of a process after its first poll, with its value.

    Diagnosis would take many polls, and a machine that v5 alone names is measured a poll after its name is told.
    """
    collectors = tuple(name for name in DEFAULT_COLLECTORS if name not in {"cloud_eye", "diagnosis"})
    settings = settings_for(cloud, collectors=collectors, **options)
    exporter = Exporter(settings, redactor=Redactor(), clock=Standstill())
    await exporter.poll_once()
    buffers = await exporter.metrics(
        projects=None, process_wide=True, jobs=True, openmetrics=False, encoding="identity"
    )
    page = b"".join(buffers)
    found = [(match["series"], match["value"]) for match in _SERIES.finditer(page.decode())]
    assert len(dict(found)) == len(found)
    return dict(found)


def of_the_fleet(series: Mapping[str, str], *, counts: bool = False) -> dict[str, str]:
    """The series that tell of jobs, batches and quotas; `drs_jobs` apart from the others."""
    return {
        name: value
        for name, value in series.items()
        if not _OF_THE_PROCESS.match(name) and name.startswith("drs_jobs{") is counts
    }


@pytest.mark.parametrize("total", [2, 3, 5])
async def test_shards_together_show_every_series_that_one_process_shows_and_none_twice(total: int) -> None:
    """`drs_jobs`, which each shard counts for itself, comes out when it is summed."""
    async with SimulatedCloud(jobs=130, seed=3, now=lambda: NOW) as cloud:
        whole = await scraped(cloud)
        shards = [await scraped(cloud, shard=shard, total_shards=total) for shard in range(total)]
    union: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for series in shards:
        own = of_the_fleet(series)
        shared = {name for name in own.keys() & union.keys() if not name.startswith("drs_project_info")}
        assert not shared
        union |= own
        counts.update({name: int(float(value)) for name, value in of_the_fleet(series, counts=True).items()})
    assert sum(name.startswith("drs_job_info{") for name in union) == len(cloud.truth())
    assert union == of_the_fleet(whole)
    assert counts == {name: float(value) for name, value in of_the_fleet(whole, counts=True).items()}


async def test_only_the_first_shard_tells_quotas() -> None:
    async with SimulatedCloud(jobs=3, now=lambda: NOW) as cloud:
        first = await scraped(cloud, shard=0, total_shards=2)
        assert cloud.calls["quotas"] == 1
        second = await scraped(cloud, shard=1, total_shards=2)
        assert cloud.calls["quotas"] == 1
    assert any(name.startswith("drs_quota_limit{") for name in first)
    assert not any(name.startswith("drs_quota") for name in second)


async def test_every_shard_tells_for_itself_whether_it_is_up() -> None:
    async with SimulatedCloud(jobs=3, now=lambda: NOW) as cloud:
        for shard in range(2):
            series = await scraped(cloud, shard=shard, total_shards=2)
            assert series['drs_up{project="sim"}'] == "1.0"


@pytest.mark.parametrize("total", [1, 2, 4])
async def test_each_shard_has_its_share_of_the_request_budget(total: int) -> None:
    async with SimulatedCloud(jobs=1) as cloud:
        (project,) = settings_for(cloud, max_requests_per_second=8.0, max_concurrency=4).projects
        async with connect(
            project, redactor=Redactor(), observer=Seen(), clock=SystemClock(), shards=total
        ) as connection:
            budget = connection.budgets["drs"]
            assert budget._rate == 8.0 / total
            assert budget.concurrency == 4 // total


async def test_calls_about_jobs_are_divided_and_listings_are_not() -> None:
    """Four shards ask together about as often as one, but for batches that come out less full."""
    async with SimulatedCloud(jobs=400, seed=5, now=lambda: NOW) as cloud:
        await scraped(cloud)
        one = cloud.calls.copy()
        cloud.calls.clear()
        for shard in range(4):
            await scraped(cloud, shard=shard, total_shards=4)
        four = cloud.calls
        assert four["list_jobs"] == 4 * one["list_jobs"]
        for operation in ("batch_status", "batch_progress", "batch_detail", "batch_rpo_rto"):
            assert one[operation] <= four[operation] <= one[operation] + 4
        assert four["async_job_detail"] == one["async_job_detail"]
