"""Pre-check, comparison, network, nodes and batches."""

from tests.rules.case import NAMED, ORDERS, Case, Firing, Subject, job, orders, series, status

_RUNS = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x100"}
_WAITS = {status("CONFIGURATION", "pending"): "1x100"}
_PRECHECK = job("drs_job_precheck_passed")
_PRECHECK_FAILED = f"The pre-check of {NAMED} has failed: it cannot start."
_NO_COMPARISON = f"A comparison of source and target of {NAMED} could not be made: nobody knows whether they agree."
_NO_ADDRESS = f"{NAMED} has no public IP address, though it was to have one."
_ADDRESS = job("drs_job_public_ip_bound")


def _compared(result: str, object_type: str = "table") -> str:
    return job("drs_job_compare_result", object_type=object_type, result=result)


def _differs(object_type: str) -> str:
    return f"Source and target of {NAMED} differ in objects of type {object_type}."


def _saturated(metric: str, what: str, limit: str, over: str, share: str) -> tuple[Case, ...]:
    node = job(f"drs_node_{metric}", node_id="n1")
    other = job(f"drs_node_{metric}", node_id="n1", instance="two")
    instance = job(f"drs_instance_{metric}")
    told = f"The machine (node n1) of {NAMED} used {{}}% of its {what} over 30m."
    fired = orders(told.format(share), node_id="n1")
    of_the_instance = orders(f"The machine of {NAMED} used {share}% of its {what} over 30m.")
    return (
        Case(
            claim="fires after a quarter of an hour over the limit",
            series=_RUNS | {node: f"{over}x100"},
            silent=("14m",),
            fires={"15m": fired},
        ),
        Case(claim="the limit itself is allowed", series=_RUNS | {node: f"{limit}x100"}, silent=("15m", "1h")),
        Case(
            claim="a peak of ten minutes is good use",
            series=_RUNS | {node: "0.2x30 1x10 0.2x60"},
            silent=("35m", "45m", "1h"),
        ),
        Case(
            claim="half an hour counts on the average",
            series=_RUNS | {node: "0.2x30 1x70"},
            silent=("45m", "1h", "1h5m"),
            fires={"1h20m": orders(told.format("100"), node_id="n1")},
        ),
        Case(
            claim="a restart does not start the wait anew, and two replicas make one alert",
            series=_RUNS | {node: f"{over}x5 stale _x3 {over}x50", other: f"{over}x50"},
            fires={"15m": fired},
        ),
        Case(
            claim="what a failed job last reported is no use",
            series={status("INCRE_TRANSFER_FAILED", "failed"): "1x100", node: f"{over}x100"},
            silent=("15m", "1h"),
        ),
        Case(
            claim="the instance tells of a job without node metrics",
            series=_RUNS | {instance: f"{over}x100"},
            silent=("14m",),
            fires={"15m": of_the_instance},
        ),
        Case(
            claim="the instance stands for its nodes where both tell, and makes one alert with them",
            series=_RUNS | {instance: f"{over}x100", node: "1x100"},
            fires={"15m": of_the_instance},
        ),
        Case(
            claim="a busy node under an instance that is not makes none",
            series=_RUNS | {instance: "0.2x100", node: f"{over}x100"},
            silent=("15m", "1h"),
        ),
    )


def _refused(status: str, batch: str = "b1") -> str:
    return series("drs_async_job_status", project="prod", async_job_id=batch, status=status)


def _created(batch: str = "b1") -> str:
    return series("drs_async_job_created_timestamp_seconds", project="prod", async_job_id=batch)


_BATCH = (
    Firing(
        {"project": "prod", "async_job_id": "b1", "status": "ASYNC_JOB_VALIDATE_FAILED"},
        "Batch b1 in project prod is in status ASYNC_JOB_VALIDATE_FAILED: none of its jobs is created.",
    ),
)

DETAILS = Subject(
    "details",
    {
        "DRSJobPrecheckFailed": (
            Case(
                claim="fires after a quarter of an hour before the start",
                series=_WAITS | {_PRECHECK: "0x100"},
                silent=("14m",),
                fires={"15m": orders(_PRECHECK_FAILED)},
            ),
            Case(
                claim="a restart does not start the wait anew",
                series={status("CONFIGURATION", "pending"): "1x5 stale _x3 1x30", _PRECHECK: "0x5 stale _x3 0x30"},
                fires={"15m": orders(_PRECHECK_FAILED)},
            ),
            Case(claim="a passed one is none", series=_WAITS | {_PRECHECK: "1x100"}, silent=("15m", "1h")),
            Case(claim="a job that runs has proved itself", series=_RUNS | {_PRECHECK: "0x100"}, silent=("15m", "1h")),
        ),
        "DRSJobCompareInconsistent": (
            Case(
                claim="fires once per object type after a quarter of an hour",
                series=_RUNS | {_compared("INCONSISTENT"): "1x100", _compared("INCONSISTENT", "view"): "1x100"},
                silent=("14m",),
                fires={
                    "15m": (
                        Firing(ORDERS | {"object_type": "table"}, _differs("table")),
                        Firing(ORDERS | {"object_type": "view"}, _differs("view")),
                    )
                },
            ),
            Case(
                claim="two replicas and a restart make one alert on time",
                series=_RUNS
                | {
                    _compared("INCONSISTENT"): "1x5 stale _x3 1x30",
                    job(
                        "drs_job_compare_result", object_type="table", result="INCONSISTENT", instance="two"
                    ): "1x5 stale _x4 1x30",
                },
                fires={"15m": orders(_differs("table"), object_type="table")},
            ),
            Case(
                claim="agreement is none, nor is a comparison that runs",
                series=_RUNS | {_compared("CONSISTENT"): "1x100", _compared("COMPARING", "view"): "1x100"},
                silent=("15m", "1h"),
            ),
            Case(
                claim="a difference that is gone at the next look is none",
                series=_RUNS | {_compared("INCONSISTENT"): "1x4 stale", _compared("CONSISTENT"): "_x5 1x100"},
                silent=("14m", "15m", "1h"),
            ),
        ),
        "DRSJobCompareFailed": (
            *(
                Case(
                    claim=f"fires after a quarter of an hour of {result}",
                    series=_RUNS | {_compared(result): "1x100"},
                    silent=("14m",),
                    fires={"15m": orders(_NO_COMPARISON)},
                )
                for result in ("FAILED_TO_COMPARE", "TARGET_DB_NOT_EXIST", "TIMEOUT_INTERRUPT")
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_RUNS | {_compared("FAILED_TO_COMPARE"): "1x5 stale _x3 1x30"},
                fires={"15m": orders(_NO_COMPARISON)},
            ),
            Case(
                claim="a comparison that waits is none, nor is one that cannot be made",
                series=_RUNS
                | {_compared("WAITING_FOR_COMPARISON"): "1x100", _compared("CAN_NOT_COMPARE", "view"): "1x100"},
                silent=("15m", "1h"),
            ),
        ),
        "DRSJobPublicIpNotBound": (
            Case(
                claim="fires after half an hour",
                series=_WAITS | {_ADDRESS: "0x100"},
                silent=("29m",),
                fires={"30m": orders(_NO_ADDRESS)},
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_WAITS | {_ADDRESS: "0x5 stale _x3 0x30"},
                fires={"30m": orders(_NO_ADDRESS)},
            ),
            Case(claim="a bound one is fine", series=_WAITS | {_ADDRESS: "1x100"}, silent=("30m", "1h")),
            Case(
                claim="a stopped job needs none",
                series={status("RELEASE_RESOURCE_COMPLETE", "stopped"): "1x100", _ADDRESS: "0x100"},
                silent=("30m", "1h"),
            ),
        ),
        "DRSNodeCpuSaturated": _saturated("cpu_utilization_ratio", "CPU", "0.9", "0.91", "91"),
        "DRSNodeMemorySaturated": _saturated("memory_utilization_ratio", "memory", "0.95", "0.96", "96"),
        "DRSAsyncJobRefused": (
            Case(
                claim="fires after a quarter of an hour, though an older batch was refused as well",
                series={
                    _refused("ASYNC_JOB_VALIDATE_FAILED"): "1x100",
                    _created(): "0x100",
                    _refused("ASYNC_JOB_VALIDATE_FAILED", "b2"): "1x100",
                    _created("b2"): "-90000x100",
                },
                silent=("14m",),
                fires={"15m": _BATCH},
            ),
            Case(
                claim="a restart and a second shard make one alert on time",
                series={
                    _refused("ASYNC_JOB_VALIDATE_FAILED"): "1x5 stale _x3 1x30",
                    _created(): "0x5 stale _x3 0x30",
                    series(
                        "drs_async_job_status",
                        instance="two",
                        project="prod",
                        async_job_id="b1",
                        status="ASYNC_JOB_VALIDATE_FAILED",
                    ): "1x5 stale _x3 1x30",
                },
                fires={"15m": _BATCH},
            ),
            Case(
                claim="is news for a day",
                series={_refused("ASYNC_JOB_VALIDATE_FAILED"): "1x100", _created(): "-85200x100"},
                fires={"20m": _BATCH},
                silent=("21m",),
            ),
            Case(
                claim="a batch that was accepted, or is being looked at, is none",
                series={_refused("COMMIT_SUCCESS"): "1x100", _refused("ASYNC_JOB_VALIDATING", "b2"): "1x100"},
                silent=("15m", "1h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-details"),
)

_FAILED_TASKS = job("drs_job_compare_tasks", comparison="line", status="FAILED")

COMPARISONS = Subject(
    "comparisons",
    {
        "DRSJobCompareFailed": (
            Case(
                claim="a failed data comparison is news for a day",
                series=_RUNS | {_FAILED_TASKS: "_x6 1x200"},
                silent=("1h10m", "25h20m"),
                fires={"1h20m": orders(_NO_COMPARISON), "24h50m": orders(_NO_COMPARISON)},
            ),
            Case(
                claim="one that was given up is a failed one",
                series=_RUNS
                | {job("drs_job_compare_tasks", comparison="content", status="TIMEOUT_INTERRUPT"): "_x6 1x200"},
                silent=("1h10m",),
                fires={"1h20m": orders(_NO_COMPARISON)},
            ),
            Case(
                claim="one more failed comparison is news",
                series=_RUNS | {_FAILED_TASKS: "1x149 2x60"},
                silent=("24h50m", "25h10m"),
                fires={"25h20m": orders(_NO_COMPARISON)},
            ),
            Case(
                claim="one that failed before an outage is no news a day after it, nor under another name",
                series=_RUNS
                | {
                    _FAILED_TASKS: "2x149 _x4 2x20 stale",
                    job("drs_job_compare_tasks", comparison="line", status="FAILED", job_name="bills"): "_x176 2x200",
                },
                silent=("26h", "29h40m", "30h", "49h20m"),
            ),
            Case(
                claim="none that failed is none",
                series=_RUNS | {_FAILED_TASKS: "_x6 0x200"},
                silent=("1h30m", "3h"),
            ),
            Case(
                claim="comparisons that failed long ago and those that succeed are none",
                series=_RUNS
                | {
                    _FAILED_TASKS: "2x200",
                    job("drs_job_compare_tasks", comparison="content", status="SUCCESSFUL"): "1+1x200",
                },
                silent=("24h30m", "26h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-details"),
    step="10m",
)
