"""All rules at once: one cause makes one alert."""

from deploy.rules.groups import GROUPS
from tests.rules.case import NAMED, Case, Firing, Subject, job, orders, series, status

TOGETHER = Subject(
    "together",
    {
        "DRSJobIncrementalTransferFailed": (
            Case(
                claim="a job that failed does not lag, stall or burn its node as well",
                series={
                    status("INCRE_TRANSFER_FAILED", "failed"): "1x60",
                    job("drs_job_incremental_delay_seconds"): "7200+60x60",
                    job("drs_job_incremental_delay_threshold_seconds"): "60x60",
                    job("drs_job_apply_rows_per_second"): "0x60",
                    job("drs_job_rpo_delay_seconds"): "7200x60",
                    job("drs_node_cpu_utilization_ratio", node_id="n1"): "1x60",
                    job("drs_job_public_ip_bound"): "0x60",
                    job("drs_job_billing_enabled"): "1x60",
                },
                fires={
                    "1h": orders(
                        f"Incremental replication of {NAMED} has failed: changes no longer reach the target.",
                        status="INCRE_TRANSFER_FAILED",
                    )
                },
            ),
        ),
        "DRSJobFullTransferFailed": (
            Case(
                claim="a full transfer that failed does not stand still as well",
                series={
                    status("FULL_TRANSFER_FAILED", "failed"): "1x180",
                    job("drs_job_progress_ratio"): "0.4x180",
                    job("drs_job_remaining_seconds"): "3600+60x180",
                    job("drs_job_precheck_passed"): "0x180",
                },
                fires={"3h": orders(f"The full transfer of {NAMED} has failed.", status="FULL_TRANSFER_FAILED")},
            ),
        ),
        "DRSProjectUnreadable": (
            Case(
                claim="a dead project has no jobs to tell of, once what was held is gone",
                series={
                    series("drs_up", project="prod"): "1x10 0x60",
                    series("drs_exporter_collector_success", project="prod", collector="jobs"): "1x10 0x60",
                    status("INCRE_TRANSFER_STARTED", "incremental"): "1x13 stale",
                    job("drs_job_incremental_delay_seconds"): "2x13 stale",
                },
                fires={
                    "30m": (
                        Firing(
                            {"project": "prod"},
                            "No exporter could list the jobs of project prod for ten minutes: they are not watched.",
                        ),
                    )
                },
            ),
        ),
    },
    groups=[group.name for group in GROUPS],
)
