"""Series that alerts or dashboards use more than once."""

from typing import Final

from deploy.rules.promql import in_phase, latest, settled
from deploy.rules.rule import Record

CLOCK_STATUSES: Final = (
    "START_JOB_FAILED|FULL_TRANSFER_FAILED|INCRE_TRANSFER_FAILED"
    "|RELEASE_RESOURCE_FAILED|CHANGE_JOB_FAILED|CHILD_TRANSFER_FAILED"
)
"""Statuses in which the service counts the days until it stops a job."""

LAST_STATUS: Final = Record(
    name="drs:job_last_status_timestamp_seconds",
    expr="""
        topk by (project, job_id) (1,
          max by (project, job_id, job_name, status, phase) (timestamp(drs_job_status))
          or
          last_over_time(drs:job_last_status_timestamp_seconds[$STATUS_HOLD]) > time() - $STATUS_HOLD_SECONDS
        )
    """,
    meaning="When each job was last seen, in the one status it was last seen in; forgotten ten minutes later.",
)

FAILED: Final = Record(
    name="drs:job_failed",
    expr="""
        max without (phase) (drs:job_last_status_timestamp_seconds{phase="failed"} ^ 0)
        unless on (project, job_id) (
          max by (project, job_id, parent_id) (last_over_time(drs_job_info{parent_id!=""}[$STATUS_HOLD]))
          and on (project, parent_id)
          label_replace(
            drs:job_last_status_timestamp_seconds{phase="failed"}, "parent_id", "$$1", "job_id", "(.+)"
          )
        )
    """,
    meaning="1 for each failed job, but for subtasks of a job that has failed itself.",
)

RECOVERED: Final = Record(
    name="drs:job_recovered_timestamp_seconds",
    expr=f"""
        max by (project, job_id) (drs:job_last_status_timestamp_seconds{{status!~"{CLOCK_STATUSES}"}})
        and on (project, job_id)
        last_over_time(drs:job_failed_since_timestamp_seconds[$CLOCK_HOLD])
    """,
    meaning="When a job that failed not long ago was last seen in better health: what is older starts no clock.",
)

FAILED_SINCE: Final = Record(
    name="drs:job_failed_since_timestamp_seconds",
    expr=f"""
        (
          (
            last_over_time(drs:job_failed_since_timestamp_seconds[$CLOCK_HOLD])
            unless on (project, job_id) (
              last_over_time(drs:job_recovered_timestamp_seconds[$CLOCK_HOLD])
              > on (project, job_id)
              last_over_time(drs:job_failed_since_timestamp_seconds[$CLOCK_HOLD])
            )
          )
          or on (project, job_id)
          max by (project, job_id) (drs:job_last_status_timestamp_seconds{{status=~"{CLOCK_STATUSES}"}})
        )
        and on (project, job_id)
        drs:job_last_status_timestamp_seconds{{status=~"{CLOCK_STATUSES}"}}
    """,
    meaning="Since when a job has been in a status in which the service counts the days until it stops it. "
    "Carries itself forward, since samples are deleted long before the longest limit.",
)

ABNORMAL_LIMIT: Final = Record(
    name="drs:job_abnormal_limit_seconds",
    expr=f"""
        (
          {latest("drs_job_abnormal_limit_seconds")}
          or on (project, job_id)
          last_over_time(drs:job_abnormal_limit_seconds[$CLOCK_HOLD])
          or on (project, job_id)
          drs:job_failed_since_timestamp_seconds * 0 + $ABNORMAL_LIMIT_SECONDS
        )
        and on (project, job_id)
        drs:job_failed_since_timestamp_seconds
    """,
    meaning="How long a job that has failed may stay so: its own limit where it is known, else the service's default.",
)

LIMIT_USED: Final = Record(
    name="drs:job_abnormal_limit_used_ratio",
    expr="""
        (time() - drs:job_failed_since_timestamp_seconds)
        / on (project, job_id)
        drs:job_abnormal_limit_seconds
    """,
    meaning="Share of that time which has passed, 0 to 1.",
)

SETTLED: Final = Record(
    name="drs:job_settled",
    expr=f"""
        max by (project, job_id, job_name) ({in_phase("incremental")})
        unless on (project, job_id)
        last_over_time(
          drs:job_last_status_timestamp_seconds{{
            phase=~"pending|starting|full|full_complete|changing|paused"
          }}[$DELAY_GRACE]
        )
    """,
    meaning="1 for each job that ought to keep up: incremental, and neither just arrived there nor just resumed.",
)

SETTLED_DELAY: Final = Record(
    name="drs:job_settled_delay_seconds",
    expr=settled(latest("drs_job_incremental_delay_seconds")),
    meaning="How far those jobs are behind their sources.",
)

DELAY_THRESHOLD: Final = Record(
    name="drs:job_delay_threshold_seconds",
    expr="""
        max by (project, job_id) (
          last_over_time(drs_job_incremental_delay_threshold_seconds[$OWN_THRESHOLD_HOLD])
        )
    """,
    meaning="The delay above which the owner of a job asked to be told; absent where none is set.",
)
