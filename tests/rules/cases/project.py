"""Quotas and bills."""

from tests.rules.case import NAMED, Case, Firing, Subject, job, orders, series, status

_STOPPED = status("RELEASE_RESOURCE_COMPLETE", "stopped")
_BILLED = job("drs_job_billing_enabled")
_BILL = f"{NAMED} does no work and is billed all the same."


def _quota(metric: str, instance: str = "one") -> str:
    return series(metric, instance=instance, project="prod", resource="instance")


def _used(share: str) -> tuple[Firing]:
    return (
        Firing(
            {"project": "prod", "resource": "instance"},
            f"Project prod uses {share}% of its quota of instance.",
        ),
    )


QUOTAS = Subject(
    "quotas",
    {
        "DRSQuotaNearlyUsed": (
            Case(
                claim="fires after a quarter of an hour at nine tenths",
                series={_quota("drs_quota_used"): "9x30", _quota("drs_quota_limit"): "10x30"},
                silent=("14m",),
                fires={"15m": _used("90")},
            ),
            Case(
                claim="a restart and a second replica make one alert on time",
                series={
                    _quota("drs_quota_used"): "19x5 stale _x3 19x30",
                    _quota("drs_quota_limit"): "20x5 stale _x3 20x30",
                    _quota("drs_quota_used", "two"): "19x30",
                    _quota("drs_quota_limit", "two"): "20x30",
                },
                fires={"15m": _used("95")},
            ),
            Case(
                claim="less is fine",
                series={_quota("drs_quota_used"): "89x60", _quota("drs_quota_limit"): "100x60"},
                silent=("15m", "1h"),
            ),
            Case(
                claim="no limit cannot be reached",
                series={_quota("drs_quota_used"): "9x60", _quota("drs_quota_limit"): "0x60"},
                silent=("15m", "1h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-project"),
)

BILLS = Subject(
    "bills",
    {
        "DRSJobStillBilled": (
            Case(
                claim="fires for a stopped job after a day",
                series={_STOPPED: "1x200", _BILLED: "1x200"},
                silent=("23h50m",),
                fires={"24h": orders(_BILL)},
            ),
            Case(
                claim="a failed job that is stopped is one story, and a restart does not start the wait anew",
                series={
                    status("INCRE_TRANSFER_FAILED", "failed"): "1x20 stale",
                    status("RELEASE_RESOURCE_COMPLETE", "stopped", instance="two"): "_x21 1x200",
                    _BILLED: "1x20 stale",
                    job("drs_job_billing_enabled", instance="two"): "_x21 1x200",
                },
                fires={"24h": orders(_BILL)},
            ),
            Case(
                claim="a stopped job that costs nothing is none",
                series={_STOPPED: "1x200", _BILLED: "0x200"},
                silent=("24h", "30h"),
            ),
            Case(
                claim="a running job may cost",
                series={status("INCRE_TRANSFER_STARTED", "incremental"): "1x200", _BILLED: "1x200"},
                silent=("24h", "30h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-project"),
    step="10m",
)
