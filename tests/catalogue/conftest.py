"""A snapshot in which every family has a sample, and the switch that renews the golden files."""

import pytest

from drs_exporter.job_detail import (
    DataComparisons,
    Detail,
    Node,
    ObjectComparison,
    ObjectCount,
    ObjectStatuses,
    Precheck,
    TransferTimes,
)
from drs_exporter.snapshot import (
    AsyncJob,
    BudgetUse,
    CollectorState,
    Component,
    Condition,
    Database,
    Diagnosis,
    Instance,
    Job,
    JobInfo,
    JobState,
    PartProgress,
    Progress,
    Project,
    Quota,
    RpoRto,
    StatusCount,
    Thresholds,
    Times,
)
from drs_exporter.status import STATUSES, Phase


@pytest.fixture
def everything() -> Project:
    """One project of three jobs, a batch and a quota: all that can be known of them is known."""
    full = Job(
        id="24834eb6-0001-464e-a299-f7aa730jb101",
        name='orders "eu"\\north\nline two',
        state=JobState("INCRE_TRANSFER_FAILED", Phase.FAILED, "DRS.M01234"),
        info=JobInfo("cloudDataGuard", "cloudDataGuard-mysql", "FULL_INCR_TRANS", "eip", "up", ""),
        created=1608274919.0,
        billing=True,
        action="SWITCH_OVER",
        tags=(("tag_cost_centre", ""), ("tag_owner", 'team "a"')),
        databases=(
            Database("source", "mysql"),
            Database("target", "taurus", "30b0ab43a6ab4c3ea9f8d1b29b3a2b1fin01", "eu-de"),
        ),
        condition=Condition(
            restart_needed=True,
            target_read_only=True,
            switched_over=False,
            switching_over=True,
            order_expiry=1610866919.0,
            order_status="FROZEN_CAN_RENEW",
        ),
        progress=Progress(
            ratio=0.5,
            remaining=120.0,
            updated=1608274979.25,
            delay=7.25,
            apply_rows=1200.0,
            apply_bytes=1234567.0,
            parts=(PartProgress("data", 0.25, 100.0), PartProgress("struct", 1.0, 0.0)),
        ),
        rpo_rto=RpoRto(rpo=1.5, rto=0.25, rpo_updated=1608274970.0, rto_updated=1608274971.0),
        thresholds=Thresholds(delay=60.0, rpo=30.0, rto=45.0),
        times=Times(scheduled_start=1608274922.0, start=1608274920.0, updated=1608274921.0),
        full_complete=1608275000.0,
        diagnosis=Diagnosis(
            source_connected=True,
            target_connected=False,
            transferred_bytes=1048576.0,
            transferred_rows=1200.0,
            disk_used=10737418240.0,
            disk_size=107374182400.0,
            abnormal_rows=3.0,
            components=(Component("apply", "STOPPED", 12.0), Component("capture", "STARTED", 0.0)),
            diagnosed=1608274990.0,
        ),
        detail=Detail(
            times=TransferTimes(full_start=1608274930.0, incremental_start=1608275001.0, end=1608276000.0),
            abnormal_limit=1209600.0,
            objects=(ObjectCount("TABLE", 12.0, 11.0), ObjectCount("VIEW", 3.0, None)),
            object_statuses=(ObjectStatuses("TABLE", "FAILED", 1), ObjectStatuses("VIEW", "COMPLETED", 2)),
            precheck=Precheck(passed=False, passed_ratio=0.5, items=(("ALARM", 1), ("FAILED", 1), ("PASSED", 2))),
            object_comparisons=(ObjectComparison("TABLE", 12.0, 11.0, "INCONSISTENT"),),
            compared=1608275600.0,
            data_comparisons=(DataComparisons("lines", "SUCCESSFUL", 2),),
            public_ip_bound=False,
            node_type="high",
            nodes=(
                Node(
                    node_id="node-1",
                    cpu_ratio=0.125,
                    memory_ratio=0.4,
                    network_receive=1000.0,
                    network_transmit=2000.0,
                    disk_read=0.0,
                    disk_write=5.5,
                    apply_rows=7.0,
                    apply_transactions=3.0,
                    apply_ddl=0.0,
                    apply_execute=0.25,
                    apply_commit=0.005,
                    apply_state="processing",
                    metrics_time=1608274980.0,
                    instance_type="ha",
                    role="master",
                    status="normal",
                ),
            ),
        ),
        instance=Instance(
            cpu_ratio=0.25,
            memory_ratio=0.5,
            disk_ratio=0.875,
            network_receive=1100.0,
            network_transmit=2200.0,
            disk_read=330.0,
            disk_write=440.0,
            extract_bytes=1000.0,
            extract_rows=10.0,
            extract_delay=0.125,
            apply_bytes=2000.0,
            apply_rows=20.0,
            apply_transactions=3.0,
            apply_ddl=0.0,
            apply_delay=7.5,
            apply_execute=0.25,
            apply_commit=0.0625,
            apply_workers=16.0,
            apply_state="abnormal",
            metrics_time=1608274920.0,
        ),
    )
    subtask = Job(
        id="24834eb6-0002-464e-a299-f7aa730jb101",
        name="orders-subtask",
        state=JobState("CHILD_TRANSFER_STARTED", Phase.CHANGING),
        info=JobInfo("sync", "mysql", "FULL_INCR_TRANS", "vpn", "down", full.id),
    )
    stopped = Job(
        id="24834eb6-0003-464e-a299-f7aa730jb101",
        name="done",
        state=JobState("RELEASE_RESOURCE_COMPLETE", Phase.STOPPED),
        info=JobInfo("migration", "mongodb", "FULL_TRANS"),
        billing=False,
    )
    jobs = (full, subtask, stopped)
    counts = tuple(
        StatusCount(
            status,
            phase,
            subtask=is_subtask,
            jobs=sum(
                job.state is not None
                and job.info is not None
                and job.state.status == status
                and bool(job.info.parent_id) == is_subtask
                for job in jobs
            ),
        )
        for status, phase in STATUSES.items()
        for is_subtask in (False, True)
    )
    return Project(
        name="prod",
        project_id="054ba152d480d55b2f5dc0069e7ddef0",
        region="eu-de",
        up=True,
        jobs=jobs,
        counts=counts,
        unknown_statuses=0,
        async_jobs=(
            AsyncJob("bd4193aa-072d", "COMMIT_SUCCESS", "acme", 1667664225.0, 2.0, (full.id, subtask.id)),
            AsyncJob("7b65d750-51e5", "ASYNC_JOB_VALIDATE_FAILED", "acme", 1667664226.0),
        ),
        quotas=(Quota("job", 60.0, 12.0),),
        collectors=(
            CollectorState("jobs", 60.0, supported=True, success=True, duration=0.5, last_success=1608274999.0),
            CollectorState("status", 60.0, supported=True, success=False, duration=15.0, last_success=1608274939.0),
            CollectorState("async_jobs", 300.0, supported=False, duration=0.125, round=270.5),
            CollectorState("quotas", 3600.0),
        ),
        budgets=(BudgetUse("drs", "DRS", 0.625), BudgetUse("cloud_eye", "Cloud Eye")),
        polled=1608275000.0,
    )
