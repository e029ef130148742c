"""Failed jobs: one alert per cause, and none for a gap."""

from tests.rules.case import NAMED, Case, Subject, job, orders, status

_INCREMENTAL_FAILED = status("INCRE_TRANSFER_FAILED", "failed")
_INCREMENTAL = status("INCRE_TRANSFER_STARTED", "incremental")
_REPLICATION = f"Incremental replication of {NAMED} has failed: changes no longer reach the target."
_CHILD = {"job_id": "j2", "job_name": "orders_child"}

_INCREMENTAL_CASES = (
    Case(
        claim="fires after a minute, with the service's code",
        series={_INCREMENTAL_FAILED: "1x10", job("drs_job_error", error_code="DRS.M05114"): "1x10"},
        silent=("0m", "30s"),
        fires={
            "1m": orders(f"{_REPLICATION} The service gives error code DRS.M05114.", status="INCRE_TRANSFER_FAILED")
        },
    ),
    Case(
        claim="two replicas make one alert",
        series={_INCREMENTAL_FAILED: "1x10", status("INCRE_TRANSFER_FAILED", "failed", instance="two"): "_ 1x10"},
        fires={"3m": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED")},
    ),
    Case(
        claim="a lost poll does not start the wait anew",
        series={_INCREMENTAL_FAILED: "1 stale _ 1x10"},
        fires={"1m": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED")},
    ),
    Case(
        claim="goes on firing over a gap of ten minutes, and no longer",
        series={_INCREMENTAL_FAILED: "1x4 stale"},
        fires={
            "2m": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED"),
            "11m30s": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED"),
        },
        silent=("12m",),
    ),
    Case(
        claim="another instance takes over, as after a roll-out",
        series={
            _INCREMENTAL_FAILED: "1x4 stale",
            status("INCRE_TRANSFER_FAILED", "failed", instance="two"): "_x8 1x40",
        },
        fires={"20m": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED")},
    ),
    Case(
        claim="ends as soon as the job shows another status",
        series={_INCREMENTAL_FAILED: "1x6 stale", _INCREMENTAL: "_x7 1x20"},
        fires={"3m": orders(_REPLICATION, status="INCRE_TRANSFER_FAILED")},
        silent=("3m30s", "4m"),
    ),
    Case(
        claim="a gap after the recovery does not bring it back",
        series={_INCREMENTAL_FAILED: "1x6 stale", _INCREMENTAL: "_x7 1 stale _x10 1x10"},
        silent=("3m30s", "4m", "6m", "8m", "10m"),
    ),
    Case(
        claim="a job that was renamed is one job",
        series={
            _INCREMENTAL_FAILED: "1x6 stale",
            status("INCRE_TRANSFER_FAILED", "failed", job_name="invoices"): "_x7 1x10",
        },
        fires={
            "6m": orders(
                _REPLICATION.replace("orders", "invoices"), status="INCRE_TRANSFER_FAILED", job_name="invoices"
            )
        },
    ),
    Case(
        claim="a running job is no failed one",
        series={_INCREMENTAL: "1x20"},
        silent=("0m", "1m", "10m"),
    ),
    Case(
        claim="one poll that shows the failure is not enough",
        series={_INCREMENTAL: "1x4 stale _ 1x10", _INCREMENTAL_FAILED: "_x5 1 stale"},
        silent=("2m30s", "3m", "4m", "5m"),
    ),
)


def _failure(claim: str, failed: str, after: str, too_early: str, description: str) -> Case:
    """The plain case: this status fires this alert after its wait, and no other alert."""
    return Case(
        claim=claim,
        series={status(failed, "failed"): "1x20"},
        silent=("0m", too_early),
        fires={after: orders(description, status=failed)},
    )


def _not(*others: str) -> Case:
    """Other failures, each of its own job, are none of this alert's business."""
    return Case(
        claim="other failures have their own alerts",
        series={status(other, "failed", job_id=f"o{number}"): "1x30" for number, other in enumerate(others)},
        silent=("10m",),
    )


def _gap(failed: str, description: str) -> Case:
    """A restart in the middle of the wait."""
    return Case(
        claim="a restart of the exporter does not start the wait anew",
        series={status(failed, "failed"): "1x4 stale _x2 1x20"},
        silent=("4m30s",),
        fires={"5m": orders(description, status=failed)},
    )


def _short(failed: str) -> Case:
    """A failure that somebody mends within the wait."""
    return Case(
        claim="a failure that is mended at once is no alert",
        series={status(failed, "failed"): "1x8 stale", _INCREMENTAL: "_x9 1x40"},
        silent=("4m", "5m", "10m", "15m"),
    )


_FULL = f"The full transfer of {NAMED} has failed."
_START = f"Starting {NAMED} has failed."
_CREATE = f"Creating {NAMED} has failed. The service removes it after three days."
_CHANGE = f"Changing {NAMED} has failed with status"
_RELEASE = f"Releasing the resources of {NAMED} has failed: it may go on being billed."

FAILED = Subject(
    "failed",
    {
        "DRSJobIncrementalTransferFailed": _INCREMENTAL_CASES,
        "DRSJobFullTransferFailed": (
            _failure("fires after five minutes", "FULL_TRANSFER_FAILED", "5m", "4m30s", _FULL),
            _gap("FULL_TRANSFER_FAILED", _FULL),
            _short("FULL_TRANSFER_FAILED"),
            _not("INCRE_TRANSFER_FAILED", "START_JOB_FAILED", "CREATE_FAILED"),
        ),
        "DRSJobStartFailed": (
            _failure("fires after five minutes", "START_JOB_FAILED", "5m", "4m30s", _START),
            _gap("START_JOB_FAILED", _START),
            _short("START_JOB_FAILED"),
            _not("INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "CREATE_FAILED"),
        ),
        "DRSJobCreateFailed": (
            _failure("fires after five minutes", "CREATE_FAILED", "5m", "4m30s", _CREATE),
            _gap("CREATE_FAILED", _CREATE),
            _short("CREATE_FAILED"),
            _not("INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "START_JOB_FAILED"),
        ),
        "DRSJobChangeFailed": (
            _failure("fires after five minutes", "CHANGE_JOB_FAILED", "5m", "4m30s", f"{_CHANGE} CHANGE_JOB_FAILED."),
            _failure(
                "fires for a subtask", "CHILD_TRANSFER_FAILED", "5m", "4m30s", f"{_CHANGE} CHILD_TRANSFER_FAILED."
            ),
            _gap("CHANGE_JOB_FAILED", f"{_CHANGE} CHANGE_JOB_FAILED."),
            Case(
                claim="a subtask and its job make one alert",
                series={
                    status("CHANGE_JOB_FAILED", "failed"): "1x20",
                    status("CHILD_TRANSFER_FAILED", "failed", **_CHILD): "1x20",
                    job("drs_job_info", parent_id=""): "1x20",
                    job("drs_job_info", parent_id="j1", **_CHILD): "1x20",
                },
                fires={"6m": orders(f"{_CHANGE} CHANGE_JOB_FAILED.", status="CHANGE_JOB_FAILED")},
            ),
            Case(
                claim="a subtask fires where its job goes on",
                series={
                    _INCREMENTAL: "1x20",
                    status("CHILD_TRANSFER_FAILED", "failed", **_CHILD): "1x20",
                    job("drs_job_info", parent_id=""): "1x20",
                    job("drs_job_info", parent_id="j1", **_CHILD): "1x20",
                },
                fires={
                    "6m": orders(
                        "Changing orders_child (j2) in project prod has failed with status CHILD_TRANSFER_FAILED.",
                        status="CHILD_TRANSFER_FAILED",
                        **_CHILD,
                    )
                },
            ),
            _short("CHANGE_JOB_FAILED"),
            _not("INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "START_JOB_FAILED"),
        ),
        "DRSJobReleaseFailed": (
            _failure("fires after five minutes", "RELEASE_RESOURCE_FAILED", "5m", "4m30s", _RELEASE),
            _gap("RELEASE_RESOURCE_FAILED", _RELEASE),
            _short("RELEASE_RESOURCE_FAILED"),
            _not("INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "START_JOB_FAILED"),
        ),
        "DRSJobNodeFailed": (
            *(
                _failure(
                    f"fires after a minute of {failed}",
                    failed,
                    "1m",
                    "30s",
                    f"The node of {NAMED} is in status {failed}: without it nothing replicates.",
                )
                for failed in ("REBUILD_NODE_FAILED", "NODE_UPGRADE_FAILED")
            ),
            Case(
                claim="a lost poll does not start the wait anew",
                series={status("REBUILD_NODE_FAILED", "failed"): "1 stale _ 1x10"},
                fires={
                    "1m": orders(
                        f"The node of {NAMED} is in status REBUILD_NODE_FAILED: without it nothing replicates.",
                        status="REBUILD_NODE_FAILED",
                    )
                },
            ),
            _not("INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "START_JOB_FAILED"),
        ),
        "DRSJobFailedOtherwise": (
            _failure(
                "fires for a failure that no one has heard of",
                "TELEPORT_FAILED",
                "1m",
                "30s",
                f"{NAMED} is in status TELEPORT_FAILED, which these rules do not know.",
            ),
            Case(
                claim="a lost poll does not start the wait anew",
                series={status("TELEPORT_FAILED", "failed"): "1 stale _ 1x10"},
                fires={
                    "1m": orders(
                        f"{NAMED} is in status TELEPORT_FAILED, which these rules do not know.",
                        status="TELEPORT_FAILED",
                    )
                },
            ),
            _not(
                "INCRE_TRANSFER_FAILED",
                "FULL_TRANSFER_FAILED",
                "START_JOB_FAILED",
                "CREATE_FAILED",
                "CHANGE_JOB_FAILED",
                "CHILD_TRANSFER_FAILED",
                "RELEASE_RESOURCE_FAILED",
                "REBUILD_NODE_FAILED",
                "NODE_UPGRADE_FAILED",
            ),
            Case(
                claim="an unknown status that is no failure is none",
                series={status("TELEPORTING", "other"): "1x20"},
                silent=("5m",),
            ),
        ),
    },
    groups=("drs-job-status",),
    step="30s",
)
