"""Turns of phrase that many rules share.

Every one reads the last ten minutes, so that a lost poll changes nothing, and takes the maximum over all labels but the
job's, so that replicas and shards count once. What is joined with has one series for each job: after a restart of
Prometheus what it recorded before stays for five minutes, so that a job may be there twice.
"""

from typing import Final

STATUS: Final = "drs:job_last_status_timestamp_seconds"


def latest(selector: str, *labels: str) -> str:
    """The last known value per job, or per job and more labels."""
    by = ", ".join(("project", "job_id", *labels))
    return f"max by ({by}) (last_over_time({selector}[$STATUS_HOLD]))"


def grown(selector: str, window: str, *labels: str) -> str:
    """Named jobs, and more labels, of which it counts more than that window ago, or counts anything for the first time.

    What was counted before an outage, or while the job had another name, is not new.
    """
    of = ", ".join(("project", "job_id", *labels))
    now = latest(selector, "job_name", *labels)
    before = f"max by ({of}) (last_over_time({selector}[$NEWS_HOLD] offset {window}))"
    return f"{now} > on ({of}) group_left () {before}\nor\n({now} unless on ({of}) {before}) > 0"


def in_phase(phases: str) -> str:
    """Named jobs now in one of the phases, with value 1: to ask `and on (project, job_id)`."""
    return f"{_last_seen(phases)} ^ 0"


def named(expr: str, phases: str) -> str:
    """A value per project and job, of jobs in those phases only, with the job's name."""
    newest = f"topk by (project, job_id) (1, {_last_seen(phases)}) ^ 0"
    return f"({expr})\n* on (project, job_id) group_left (job_name)\n({newest})"


def settled(expr: str) -> str:
    """A value per project and job, of those that ought to keep up, with the job's name."""
    return named(f"({expr}) and on (project, job_id) drs:job_settled", "incremental")


def _last_seen(phases: str) -> str:
    operator = "=~" if "|" in phases else "="
    return f'{STATUS}{{phase{operator}"{phases}"}}'


TASKS_FAILED: Final = grown(
    'drs_job_compare_tasks{status=~".*FAILED|TIMEOUT_INTERRUPT"}', "$COMPARE_TASK_WINDOW", "comparison"
)
"""Jobs of which a data comparison has failed or was given up, for as long as that is news."""
