"""A job that runs, and the states in which how far it is behind is no news."""

from tests.rules.case import Case, job, status

RUNS = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x100"}
DELAY = job("drs_job_incremental_delay_seconds")
OWN = job("drs_job_incremental_delay_threshold_seconds")


def meaningless(metric: str, value: str) -> tuple[Case, ...]:
    """States of a job in which its delay is no news."""
    return (
        Case(
            claim="not while a full transfer runs",
            series={status("FULL_TRANSFER_STARTED", "full"): "1x20", job(metric): f"{value}x20"},
            silent=("6m", "12m"),
        ),
        Case(
            claim="not while the job is paused",
            series={status("PAUSING", "paused"): "1x20", job(metric): f"{value}x20"},
            silent=("6m", "12m"),
        ),
        Case(
            claim="not once the job is stopped, though its last delay is remembered",
            series={
                status("INCRE_TRANSFER_STARTED", "incremental"): "1x4 stale",
                status("RELEASE_RESOURCE_COMPLETE", "stopped"): "_x5 1x20",
                job(metric): f"{value}x4 stale",
            },
            silent=("6m", "8m"),
        ),
        Case(
            claim="not right after the switch to incremental, nor while the grace lasts",
            series={
                status("FULL_TRANSFER_STARTED", "full"): "1 stale",
                status("INCRE_TRANSFER_STARTED", "incremental"): "_ 1x60",
                job(metric): f"_ {value}x60",
            },
            silent=("7m", "30m", "36m"),
        ),
    )
