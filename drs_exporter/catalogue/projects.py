"""Families of async batches and of the project as a whole, the exporter's own state of it among them."""

from collections.abc import Callable
from typing import Final

from drs_exporter.catalogue.family import (
    ASYNC_JOB_LABELS,
    PROJECT_LABELS,
    ChosenLabels,
    Family,
    active,
    flag,
    known,
)
from drs_exporter.snapshot import AsyncJob, CollectorState, Project

ASYNC_JOBS: Final[tuple[Family[AsyncJob], ...]] = (
    Family(
        name="drs_async_job_info",
        help="What is known of an async batch, always 1.",
        collectors=("async_jobs",),
        source="domain_name",
        identity=ASYNC_JOB_LABELS,
        labels=("domain_name",),
        rows=lambda batch: active(batch.domain_name),
    ),
    Family(
        name="drs_async_job_status",
        help="The active status of an async batch, always 1; absent where the listing does not say.",
        collectors=("async_jobs",),
        source="status",
        identity=ASYNC_JOB_LABELS,
        labels=("status",),
        rows=lambda batch: active(batch.status),
    ),
    Family(
        name="drs_async_job_created_timestamp_seconds",
        help="Unix time at which the async batch was created; absent where the listing does not say.",
        collectors=("async_jobs",),
        source="create_time",
        identity=ASYNC_JOB_LABELS,
        value=lambda batch: batch.created,
    ),
    Family(
        name="drs_async_job_members",
        help="Jobs in the async batch; absent until its detail was read.",
        collectors=("async_jobs",),
        source="total_count of the detail",
        identity=ASYNC_JOB_LABELS,
        value=lambda batch: batch.members,
    ),
    Family(
        name="drs_async_job_member_info",
        help="A job that belongs to the async batch, always 1; absent until the detail of the batch was read.",
        collectors=("async_jobs",),
        source="jobs[].id of the detail",
        identity=ASYNC_JOB_LABELS,
        labels=("job_id",),
        rows=lambda batch: [((job_id,), 1.0) for job_id in batch.member_ids],
    ),
)


def _collectors(name: str, help_: str, read: Callable[[CollectorState], float | None]) -> Family[Project]:
    """One family with one sample for each collector."""
    return Family(
        name=name,
        help=help_,
        collectors=(),
        source="the exporter",
        identity=PROJECT_LABELS,
        labels=("collector",),
        rows=lambda project: known([((state.collector,), read(state)) for state in project.collectors]),
    )


PROJECTS: Final[tuple[Family[Project], ...]] = (
    Family(
        name="drs_jobs",
        help="Jobs by status, zero for known statuses that none stands in; absent while no listing is known.",
        collectors=("jobs", "status"),
        source="the snapshot, counted",
        identity=PROJECT_LABELS,
        labels=("status", "phase", "subtask"),
        rows=lambda project: [
            ((count.status, count.phase, "true" if count.subtask else "false"), float(count.jobs))
            for count in project.counts
        ],
    ),
    Family(
        name="drs_quota_limit",
        help="Most of a resource that the project may have; absent where the service does not tell.",
        collectors=("quotas",),
        source="quotas.resource.quota",
        identity=PROJECT_LABELS,
        labels=("resource",),
        rows=lambda project: known([((quota.resource,), quota.limit) for quota in project.quotas]),
    ),
    Family(
        name="drs_quota_used",
        help="How much of a resource the project has; absent where the service does not tell.",
        collectors=("quotas",),
        source="quotas.resource.used",
        identity=PROJECT_LABELS,
        labels=("resource",),
        rows=lambda project: known([((quota.resource,), quota.used) for quota in project.quotas]),
    ),
    Family(
        name="drs_up",
        help="1 if the last poll of the job listing succeeded, 0 if it failed or none has ended yet; series are as "
        "old as the last poll, for scrapes never ask the cloud.",
        collectors=("jobs",),
        source="the exporter",
        identity=PROJECT_LABELS,
        value=lambda project: flag(project.up),
    ),
    Family(
        name="drs_project_info",
        help="Id and region of the project, always 1.",
        collectors=(),
        source="the configuration",
        identity=PROJECT_LABELS,
        labels=("project_id", "region"),
        rows=lambda project: [((project.project_id, project.region), 1.0)],
        chosen=ChosenLabels("names of PROJECT_LABELS", lambda project: project.labels),
    ),
    _collectors(
        "drs_exporter_collector_success",
        "1 if the last run of the collector succeeded, 0 if not; absent before it and while unsupported.",
        lambda state: flag(state.success),
    ),
    _collectors(
        "drs_exporter_collector_supported",
        "1 if the cloud has the operations of the collector, 0 if not, which is no error; absent before the first run.",
        lambda state: flag(state.supported),
    ),
    _collectors(
        "drs_exporter_collector_duration_seconds",
        "Duration of the last run of the collector; absent before it.",
        lambda state: state.duration,
    ),
    _collectors(
        "drs_exporter_collector_interval_seconds",
        "How often the collector is meant to run.",
        lambda state: state.interval,
    ),
    _collectors(
        "drs_exporter_collector_last_success_timestamp_seconds",
        "Unix time at which the collector last succeeded, which is the age of its data; absent before it has.",
        lambda state: state.last_success,
    ),
    _collectors(
        "drs_exporter_collector_round_seconds",
        "How long the last complete round of the collector took, every job it asks about asked once; absent before the "
        "first.",
        lambda state: state.round,
    ),
    Family(
        name="drs_exporter_request_budget_utilization_ratio",
        help="Calls a second that settings and fleet ask of a service, over those that may be made, so that above 1 no "
        "interval is kept; absent before the first listing.",
        collectors=(),
        source="the exporter",
        identity=PROJECT_LABELS,
        labels=("service",),
        rows=lambda project: known([((budget.service,), budget.utilization) for budget in project.budgets]),
    ),
    Family(
        name="drs_exporter_unknown_statuses",
        help="Distinct job statuses now seen that the exporter does not know; absent while no listing is known.",
        collectors=("jobs", "status"),
        source="the exporter",
        identity=PROJECT_LABELS,
        value=lambda project: project.unknown_statuses,
    ),
)
