"""Turns of phrase that many rules share.

Every one reads the last ten minutes, so that a lost poll changes nothing, and takes the maximum over all labels but the
job's, so that replicas and shards count once.
"""

STATUS = "drs:job_last_status_timestamp_seconds"


def latest(selector: str, *labels: str) -> str:
    """The last known value per job, or per job and more labels."""
    by = ", ".join(("project", "job_id", *labels))
    return f"max by ({by}) (last_over_time({selector}[$STATUS_HOLD]))"


def in_phase(phases: str) -> str:
    """Named jobs now in one of the phases, with value 1: to multiply with, or to ask `and on (project, job_id)`."""
    operator = "=~" if "|" in phases else "="
    return f'{STATUS}{{phase{operator}"{phases}"}} ^ 0'


def named(expr: str, phases: str) -> str:
    """A value per project and job, of jobs in those phases only, with the job's name."""
    return f"({expr})\n* on (project, job_id) group_left (job_name) ({in_phase(phases)})"
