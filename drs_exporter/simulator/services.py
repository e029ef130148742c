"""What one project of the simulated cloud has: its fleet, and the services that tell of it."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from drs_exporter.simulator.cloud_eye import CloudEye
from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.operations_diagnosis import OperationsDiagnosis
from drs_exporter.simulator.operations_v3 import Answer, OperationsV3
from drs_exporter.simulator.operations_v5 import OperationsV5
from drs_exporter.simulator.wire_diagnosis import WireDiagnosis
from drs_exporter.simulator.worldtime import WorldTime

ROUTES: Final = (
    ("POST", "/v3/{project_id}/jobs", "list_jobs"),
    ("POST", "/v3/{project_id}/jobs/batch-status", "batch_status"),
    ("POST", "/v3/{project_id}/jobs/batch-progress", "batch_progress"),
    ("POST", "/v3/{project_id}/jobs/batch-rpo-and-rto", "batch_rpo_rto"),
    ("POST", "/v3/{project_id}/jobs/batch-detail", "batch_detail"),
    ("POST", "/v3/{project_id}/jobs/batch-starting", "batch_start"),
    ("POST", "/v3/{project_id}/jobs/disaster-recovery-monitoring-data", "dr_monitor"),
    ("GET", "/v3/{project_id}/quotas", "quotas"),
    ("GET", "/v5/{project_id}/batch-async-jobs", "list_async_jobs"),
    ("GET", "/v5/{project_id}/batch-async-jobs/{async_job_id}", "async_job_detail"),
    ("GET", "/v5/{project_id}/jobs", "list_jobs_v5"),
    ("GET", "/v5/{project_id}/jobs/{job_id}", "job_detail"),
    ("GET", "/v5/{project_id}/jobs/{job_id}/monitor-data", "monitor_data"),
    ("GET", "/v5/{project_id}/jobs/{job_id}/dirty-data", "dirty_data"),
    ("GET", "/v5/{project_id}/jobs/{job_id}/increment-components-detail", "components"),
    ("GET", "/V1.0/{project_id}/metrics", "ces_list_metrics"),
    ("POST", "/V1.0/{project_id}/batch-query-metric-data", "ces_data"),
)
"""Method, path and name of every operation that is about a project."""


class ProjectServices:
    """DRS and Cloud Eye of one project."""

    def __init__(
        self, *, jobs: int, seed: int, time: WorldTime, domain_name: str, v3: bool, v5: bool, metrics_per_call: int
    ) -> None:
        """Draw the fleet."""
        self.fleet = Fleet(seed=seed, jobs=jobs, time=time)
        self.v3 = OperationsV3(self.fleet, time)
        self.v5 = OperationsV5(self.fleet, time, seed=seed, domain_name=domain_name)
        self.v3.supported = v3
        self.v5.supported = v5
        diagnosis = OperationsDiagnosis(self.v3, self.v5, WireDiagnosis(self.fleet, time))
        self.cloud_eye = CloudEye(self.fleet, time, batch=metrics_per_call, nodes=v5)
        self.handlers: Mapping[str, Callable[[Exchange], Answer | web.Response]] = {
            "list_jobs": self.v3.list_jobs,
            "batch_status": self.v3.batch_status,
            "batch_progress": self.v3.batch_progress,
            "batch_rpo_rto": self.v3.batch_rpo_rto,
            "batch_detail": self.v3.batch_detail,
            "batch_start": self.v3.batch_start,
            "quotas": self.v3.quotas,
            "list_async_jobs": self.v5.list_async_jobs,
            "async_job_detail": self.v5.async_job_detail,
            "list_jobs_v5": self.v5.list_jobs,
            "job_detail": self.v5.job_detail,
            "dr_monitor": diagnosis.dr_monitor,
            "monitor_data": diagnosis.monitor_data,
            "dirty_data": diagnosis.dirty_data,
            "components": diagnosis.components,
            "ces_list_metrics": self.cloud_eye.list_metrics,
            "ces_data": self.cloud_eye.data,
        }


def project_id_of(name: str) -> str:
    """The id of a further project, the same at every start."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
