"""Both ends of the job, and what passes between them: as the service found it when it last looked."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.fields import words
from grafana.job.scope import of_job
from grafana.panels import lines, stat_panel
from grafana.phases import CRITICAL, GOOD, QUIET
from grafana.queries import now, over_time

_NOT_ASKED: Final = "not asked yet"


def figures() -> list[tuple[int, dashboard.Panel]]:
    """Which side is broken, in one line."""
    reached = words({"1": ("reached", GOOD), "0": ("unreachable", CRITICAL)})
    age = f"time() - {of_job('drs_job_diagnosed_timestamp_seconds')}"
    return [
        (
            6,
            stat_panel(
                "Source",
                "Whether the service can reach the source.",
                now(of_job("drs_job_source_connected")),
                unit="none",
                no_value=_NOT_ASKED,
                mappings=reached,
            ),
        ),
        (
            6,
            stat_panel(
                "Target",
                "Whether the service can reach the target.",
                now(of_job("drs_job_target_connected")),
                unit="none",
                no_value=_NOT_ASKED,
                mappings=reached,
            ),
        ),
        (
            6,
            stat_panel(
                "Rows not applied",
                "Rows that could not be written to the target: data that is missing there.",
                now(of_job("drs_job_abnormal_rows")),
                unit="short",
                no_value=_NOT_ASKED,
                decimals=0,
                steps=((None, GOOD), (1, CRITICAL)),
            ),
        ),
        (
            6,
            stat_panel(
                "Asked",
                "How long ago the service was last asked all this of the job: jobs in trouble are asked first.",
                now(age),
                unit="s",
                no_value=_NOT_ASKED,
                decimals=0,
                steps=((None, QUIET),),
            ),
        ),
    ]


def components() -> dashboard.Panel:
    """Capture and apply."""
    return lines(
        "Delay of the components",
        "How late the part that reads the source (capture) and the part that writes the target (apply) are.",
        over_time(of_job("drs_job_component_delay_seconds", by="component"), "{{component}}"),
        unit="s",
        no_value="no components",
    )


def states() -> dashboard.Panel:
    """What the components were doing."""
    return lines(
        "State of the components",
        "A component counts as 1 in the state it is in; capture or apply that is stopped moves nothing.",
        over_time(of_job("drs_job_component_status", by="component, status"), "{{component}} {{status}}"),
        unit="none",
        no_value="no components",
        decimals=0,
    )


def moved() -> dashboard.Panel:
    """What has been moved, and disk."""
    return lines(
        "Moved so far",
        "Bytes moved by the job, and the disk of its machine that is used, against the size of that disk.",
        over_time(of_job("drs_job_transferred_bytes"), "moved"),
        over_time(of_job("drs_instance_disk_used_bytes"), "disk used"),
        over_time(of_job("drs_instance_disk_size_bytes"), "disk"),
        unit="bytes",
        no_value=_NOT_ASKED,
    )


def rows() -> dashboard.Panel:
    """Rows moved and rows that failed."""
    return lines(
        "Rows so far",
        "Rows moved by the job, and rows that could not be applied.",
        over_time(of_job("drs_job_transferred_rows"), "moved"),
        over_time(of_job("drs_job_abnormal_rows"), "not applied"),
        unit="short",
        no_value=_NOT_ASKED,
    )
