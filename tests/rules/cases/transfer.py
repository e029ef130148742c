"""Full transfers that stand still or slow down, and jobs that missed their start."""

from deploy.rules.promql import STATUS
from tests.rules.case import NAMED, Case, Subject, job, orders, recorded, status

_FULL = status("FULL_TRANSFER_STARTED", "full")
_PROGRESS = job("drs_job_progress_ratio")
_ROWS = job("drs_job_apply_rows_per_second")
_PART = job("drs_job_part_progress_ratio", part="data")
_REMAINING = job("drs_job_remaining_seconds")
_PENDING = status("WAITING_FOR_START", "pending")
_CONFIGURED_BEFORE = recorded(STATUS, status="CONFIGURATION", phase="pending")
_START = job("drs_job_scheduled_start_timestamp_seconds")


def _stalled(share: str) -> str:
    return f"The full transfer of {NAMED} has shown {share}% for 2h, no part of it moves and no rows are written."


def _rising(remaining: str) -> str:
    return f"The full transfer of {NAMED} now says that {remaining} remain, more than 1h ago."


def _overdue(late: str) -> str:
    return f"{NAMED} should have started {late} ago and is still pending."


TRANSFER = Subject(
    "transfer",
    {
        "DRSJobFullTransferStalled": (
            Case(
                claim="fires after two hours without progress",
                series={_FULL: "1x200", _PROGRESS: "0.4x200"},
                silent=("2h4m",),
                fires={"2h5m": orders(_stalled("40"))},
            ),
            Case(
                claim="a restart starts nothing anew, even on another machine",
                series={
                    _FULL: "1x60 stale",
                    status("FULL_TRANSFER_STARTED", "full", instance="two"): "_x63 1x100",
                    _PROGRESS: "0.4x60 stale",
                    job("drs_job_progress_ratio", instance="two"): "_x63 0.4x100",
                    _ROWS: "0x60 stale",
                    job("drs_job_apply_rows_per_second", instance="two"): "_x63 0x100",
                },
                fires={"2h5m": orders(_stalled("40"))},
            ),
            Case(
                claim="the smallest progress counts",
                series={_FULL: "1x200", _PROGRESS: "0.4x10 0.41x200"},
                silent=("2h5m", "2h10m"),
                fires={"2h16m": orders(_stalled("41"))},
            ),
            Case(
                claim="rows that are written are progress",
                series={_FULL: "1x200", _PROGRESS: "0.4x200", _ROWS: "0x100 5 0x100"},
                silent=("2h5m", "2h10m"),
                fires={"2h17m": orders(_stalled("40"))},
            ),
            Case(
                claim="a part that stands still is no progress",
                series={_FULL: "1x200", _PROGRESS: "0.4x200", _PART: "0.9x200"},
                fires={"2h5m": orders(_stalled("40"))},
            ),
            Case(
                claim="a part that moves is progress",
                series={_FULL: "1x200", _PROGRESS: "0.4x200", _PART: "0.9x60 0.91x200"},
                silent=("2h5m", "2h50m"),
            ),
            Case(
                claim="a transfer of less than two hours is young",
                series={_FULL: "1x200", _PROGRESS: "_x30 0.4x200"},
                silent=("2h5m", "2h20m"),
            ),
            Case(
                claim="not while the job is paused",
                series={status("PAUSING", "paused"): "1x200", _PROGRESS: "0.4x200"},
                silent=("2h5m", "3h"),
            ),
        ),
        "DRSJobRemainingTimeRising": (
            Case(
                claim="fires after half an hour of ten minutes more within the hour",
                series={_FULL: "1x200", _REMAINING: "3600x30 4201x200"},
                silent=("59m", "1h29m"),
                fires={"1h30m": orders(_rising("1h 10m 1s"))},
            ),
            Case(
                claim="ten minutes are allowed",
                series={_FULL: "1x200", _REMAINING: "3600x30 4200x200"},
                silent=("1h30m", "1h40m"),
            ),
            Case(
                claim="a restart does not start the wait anew",
                series={
                    _FULL: "1x70 stale _x3 1x50",
                    _REMAINING: "3600x30 4201x39 stale _x3 4201x50",
                },
                fires={"1h30m": orders(_rising("1h 10m 1s"))},
            ),
            Case(
                claim="remaining time that falls is as it should be",
                series={_FULL: "1x200", _REMAINING: "9000-60x140"},
                silent=("1h30m", "2h"),
            ),
            Case(
                claim="a jump that is made good is no alert",
                series={_FULL: "1x200", _REMAINING: "3600x30 5000x15 3500x200"},
                silent=("1h15m", "1h30m", "1h45m", "2h"),
            ),
            Case(
                claim="not after the full transfer",
                series={status("INCRE_TRANSFER_STARTED", "incremental"): "1x200", _REMAINING: "3600x30 4201x200"},
                silent=("1h30m", "2h"),
            ),
        ),
        "DRSJobNotStarted": (
            Case(
                claim="fires ten minutes after it is a quarter of an hour late",
                series={_PENDING: "1x60", _START: "600x60"},
                silent=("25m", "35m"),
                fires={"36m": orders(_overdue("26m 0s"))},
            ),
            Case(
                claim="a restart does not start the wait anew",
                series={_PENDING: "1x30 stale _x2 1x60", _START: "600x30 stale _x2 600x60"},
                fires={"36m": orders(_overdue("26m 0s"))},
            ),
            Case(
                claim="what Prometheus recorded before it was restarted stands in no way",
                series={status("WAITING_FOR_START", "pending"): "1x60", _CONFIGURED_BEFORE: "-1x60", _START: "600x60"},
                fires={"36m": orders(_overdue("26m 0s"))},
            ),
            Case(
                claim="a start to come is nothing to tell",
                series={_PENDING: "1x60", _START: "5400x60"},
                silent=("30m", "1h"),
            ),
            Case(
                claim="a job that waits for a person has no time to miss",
                series={status("CONFIGURATION", "pending"): "1x60"},
                silent=("30m", "1h"),
            ),
            Case(
                claim="a job that runs has started",
                series={_FULL: "1x60", _START: "600x60"},
                silent=("30m", "1h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-transfer"),
)


def _waiting(phase: str, statuses: tuple[str, str], wait: tuple[str, str, str], description: str) -> tuple[Case, ...]:
    """An alert that only waits: after `wait[1]`, not at `wait[0]`; `wait[2]` scrapes are short of it."""
    first, second = statuses
    too_early, time, short = wait
    return (
        Case(
            claim=f"fires after {time}",
            series={status(first, phase): "1x200"},
            silent=(too_early,),
            fires={time: orders(description)},
        ),
        Case(
            claim="another status of the same phase does not start the wait anew",
            series={status(first, phase): "1x2 stale", status(second, phase): "_x3 1x200"},
            silent=(too_early,),
            fires={time: orders(description)},
        ),
        Case(
            claim="a restart does not start the wait anew",
            series={
                status(first, phase): "1x2 stale",
                status(first, phase, instance="two"): "_x3 1x200",
            },
            silent=(too_early,),
            fires={time: orders(description)},
        ),
        Case(
            claim="what ends in time is no alert",
            series={
                status(first, phase): f"1x{short} stale",
                status("INCRE_TRANSFER_STARTED", "incremental"): f"_x{int(short) + 1} 1x200",
            },
            silent=(too_early, time),
        ),
    )


WAITING = Subject(
    "waiting",
    {
        "DRSJobStuckStarting": _waiting(
            "starting",
            ("STARTJOBING", "CHILD_TRANSFER_STARTING"),
            ("50m", "1h", "4"),
            f"{NAMED} has been starting for more than an hour.",
        ),
        "DRSJobStuckChanging": _waiting(
            "changing",
            ("CHANGE_JOB_STARTED", "CHILD_TRANSFER_STARTED"),
            ("5h50m", "6h", "30"),
            f"{NAMED} has been changing for more than six hours.",
        ),
        "DRSJobStuckStopping": _waiting(
            "stopping",
            ("RELEASE_RESOURCE_STARTED", "RELEASE_CHILD_TRANSFER_STARTED"),
            ("50m", "1h", "4"),
            f"{NAMED} has been releasing its resources for more than an hour.",
        ),
        "DRSJobPausedTooLong": _waiting(
            "paused",
            ("PAUSING", "PAUSING_AGAIN"),
            ("23h50m", "24h", "140"),
            f"{NAMED} has been paused for more than a day: logs it still needs may be deleted at the source.",
        ),
    },
    groups=("drs-job-status", "drs-job-transfer"),
    step="10m",
)
