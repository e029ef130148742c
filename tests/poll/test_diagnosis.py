"""Who is diagnosed, in which order, with which calls, and what a cloud without some of the operations tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest

from drs_exporter.catalogue.diagnosis import DIAGNOSES as FAMILIES
from drs_exporter.errors import ApiStatusError
from drs_exporter.poll.collector import Run
from drs_exporter.poll.collectors.diagnosis import DIAGNOSES, Diagnoses
from drs_exporter.simulator.cloud import SimulatedCloud
from drs_exporter.simulator.health import Ailment
from drs_exporter.simulator.private import PRIVATE
from drs_exporter.snapshot import Diagnosis
from tests.poll.test_pace import Scene, scene


class Ward(NamedTuple):
    """A collector, what it works with, and the cloud it asks."""

    collector: Diagnoses
    stage: Scene
    cloud: SimulatedCloud

    def run(self) -> Run:
        """One run, with the jobs as last listed."""
        return self.stage.pace._beside._context.run()

    async def ask_all(self) -> None:
        """A whole round at once."""
        run = self.run()
        keys = self.collector.keys(run)
        for start in range(0, len(keys), self.collector.size):
            await self.collector.ask(run, keys[start : start + self.collector.size])

    def found(self, job_id: str) -> Diagnosis | None:
        """What is held of a job."""
        return self.run().state.of(DIAGNOSES).get(job_id)


@asynccontextmanager
async def ward(*, jobs: int = 24) -> AsyncIterator[Ward]:
    """A fleet that was polled once, and nothing diagnosed yet."""
    async with scene(jobs=jobs, collectors=("jobs", "status", "progress", "details")) as stage:
        await stage.pace.once()
        yield Ward(Diagnoses(), stage, stage.cloud)


async def test_jobs_with_a_machine_are_diagnosed_and_no_others() -> None:
    async with ward() as here:
        job_id = here.cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="migration")[0]
        here.cloud.fleet.set_health(job_id, Ailment(source_connected=False, abnormal_rows=7))
        await here.ask_all()
        found = here.found(job_id)
        assert found is not None
        assert (found.source_connected, found.target_connected, found.abnormal_rows) == (False, True, 7.0)
        assert found.diagnosed == here.stage.clock.wall
        assert found.disk_used is not None
        assert found.disk_size == 100 * 2**30
        for status in ("CONFIGURATION", "WAITING_FOR_START", "RELEASE_RESOURCE_COMPLETE"):
            assert all(here.found(other) is None for other in here.cloud.fleet.ids(status=status))
        assert not [secret for secret in PRIVATE if secret in repr(here.run().state.of(DIAGNOSES)._readings)]


async def test_components_are_told_where_v5_knows_the_engine_and_else_not_asked_again() -> None:
    async with ward() as here:
        lives = {life.job_id: life.plan.engine.v5 for life in here.cloud.fleet.jobs(0)}
        incremental = here.cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
        known = next(job_id for job_id in incremental if lives[job_id])
        here.cloud.fleet.set_health(known, Ailment(apply="STOPPED"))
        await here.ask_all()
        found = here.found(known)
        assert found is not None
        assert [(one.component, one.status) for one in found.components] == [
            ("apply", "STOPPED"),
            ("capture", "STARTED"),
        ]
        other = here.cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="migration")
        assert all(
            (one := here.found(job_id)) is not None and one.components == () for job_id in other if not lives[job_id]
        )
        asked = here.cloud.calls["components"]
        await here.ask_all()
        told = sum(bool(one.components) for job_id in lives if (one := here.found(job_id)) is not None)
        assert told <= here.cloud.calls["components"] - asked < asked


async def test_disaster_recovery_is_asked_ten_at_a_time() -> None:
    async with ward() as here:
        guards = here.cloud.fleet.ids(scenario="cloudDataGuard")
        await here.ask_all()
        assert here.cloud.calls["dr_monitor"] == 1
        told = [found for job_id in guards if (found := here.found(job_id)) is not None]
        assert told
        assert all(found.source_connected is not None and found.abnormal_rows is None for found in told)


async def test_help_names_what_disaster_recovery_is_not_asked() -> None:
    async with ward() as here:
        await here.ask_all()
        guards = set(here.cloud.fleet.ids(scenario="cloudDataGuard"))
        shown: dict[bool, set[str]] = {True: set(), False: set()}
        for job_id in here.run().targets:
            if (found := here.found(job_id)) is not None:
                shown[job_id in guards] |= {
                    family.name
                    for family in FAMILIES
                    if (family.value is not None and family.value(found) is not None)
                    or (family.rows is not None and family.rows(found))
                }
        assert shown[False] == {family.name for family in FAMILIES}
        never = {family.name for family in FAMILIES if "disaster recovery" in family.help}
        assert shown[False] - shown[True] == never


async def test_jobs_in_trouble_do_not_wait_behind_the_others() -> None:
    async with ward() as here:
        run = here.run()
        urgent = set(here.collector.urgent(run))
        failed = {job.id for job in here.cloud.truth() if job.status.endswith("_FAILED")}
        late = {job.id for job in here.cloud.truth() if (job.delay or 0) > (job.delay_threshold or 300)}
        assert failed
        assert failed & run.targets.keys() <= urgent
        assert late & run.targets.keys() <= urgent
        assert urgent < run.targets.keys()


async def test_a_job_that_gives_no_sign_of_progress_is_in_trouble() -> None:
    async with ward() as here:
        quiet = set(here.collector.urgent(here.run()))
        here.stage.clock.go_on(601)
        still = set(here.collector.urgent(here.run())) - quiet
        assert still & set(here.cloud.fleet.ids(status="INCRE_TRANSFER_STARTED"))


async def test_without_v5_disaster_recovery_is_told_and_every_missing_operation_asked_once() -> None:
    async with ward() as here:
        here.cloud.v5 = False
        await here.ask_all()
        calls = {name: here.cloud.calls[name] for name in ("monitor_data", "dirty_data", "components", "dr_monitor")}
        assert calls == {"monitor_data": 1, "dirty_data": 1, "components": 1, "dr_monitor": 1}
        assert any(here.found(job_id) for job_id in here.cloud.fleet.ids(scenario="cloudDataGuard"))
        here.stage.clock.go_on(3601)
        await here.ask_all()
        assert here.cloud.calls["monitor_data"] == 2


async def test_without_v3_disaster_recovery_is_asked_one_by_one() -> None:
    """About connections only: rows and components are told of the other scenarios."""
    async with ward() as here:
        here.cloud.v3 = False
        guards = here.cloud.fleet.ids(scenario="cloudDataGuard", status="INCRE_TRANSFER_STARTED")
        here.cloud.fleet.set_health(guards[0], Ailment(target_connected=False))
        await here.ask_all()
        told = {job_id: found for job_id in guards if (found := here.found(job_id)) is not None}
        assert told[guards[0]].target_connected is False
        assert all(found.source_connected is not None and found.abnormal_rows is None for found in told.values())
        assert here.cloud.calls["dr_monitor"] == 1


async def test_a_cloud_that_has_none_of_the_operations_says_so() -> None:
    async with ward() as here:
        here.cloud.v3 = here.cloud.v5 = False
        with pytest.raises(ApiStatusError, match="no such operation"):
            await here.ask_all()


async def test_what_one_operation_tells_is_kept_when_another_fails() -> None:
    async with ward() as here:
        job_id = here.cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="migration")[0]
        here.cloud.faults.set("dirty_data", "404_object")
        await here.ask_all()
        found = here.found(job_id)
        assert found is not None
        assert (found.source_connected, found.abnormal_rows) == (True, None)


async def test_calls_are_counted_as_they_will_be_made() -> None:
    async with ward() as here:
        run = here.run()
        keys = here.collector.keys(run)
        expected = here.collector.calls(run, keys)
        await here.ask_all()
        made = sum(here.cloud.calls[name] for name in here.collector.operations)
        assert made == expected
