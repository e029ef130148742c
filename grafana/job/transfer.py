"""The full transfer of the job, by stage and by object."""

from grafana_foundation_sdk.models import dashboard

from grafana.fields import Column
from grafana.job.scope import named, of_job
from grafana.panels import bars, lines, table_panel
from grafana.phases import GOOD
from grafana.queries import any_of, now, over_time, rows


def parts() -> dashboard.Panel:
    """One bar per stage of the full transfer."""
    total = named("drs_job_progress_ratio", "part", "all")
    stages = of_job("drs_job_part_progress_ratio", by="part")
    return bars(
        "Stages of the full transfer",
        "Share done of each stage (structure, data, index and others) and of all.",
        now(any_of(total, stages), "{{part}}"),
        unit="percentunit",
        no_value="no full transfer",
        maximum=1,
        decimals=0,
        steps=((None, "#3274D9"), (1, GOOD)),
    )


def progress() -> dashboard.Panel:
    """Progress over time."""
    return lines(
        "Progress over time",
        "Share done over time: a flat line is a transfer that stands still.",
        over_time(named("drs_job_progress_ratio", "part", "all"), "all"),
        over_time(of_job("drs_job_part_progress_ratio", by="part"), "{{part}}"),
        unit="percentunit",
        no_value="no full transfer",
        maximum=1,
    )


def time_left() -> dashboard.Panel:
    """Time left over time."""
    return lines(
        "Time left by stage",
        "What the service expects the transfer still to take: rising means that it is getting slower.",
        over_time(named("drs_job_remaining_seconds", "part", "all"), "all"),
        over_time(of_job("drs_job_part_remaining_seconds", by="part"), "{{part}}"),
        unit="s",
        no_value="no full transfer",
    )


def objects() -> dashboard.Panel:
    """Objects to transfer and transferred."""
    done = of_job("drs_job_objects_transferred", by="object_type")
    wanted = of_job("drs_job_objects_to_transfer", by="object_type")
    return table_panel(
        "Objects transferred",
        "Objects of each type in the source that are to be transferred, and those that are there.",
        [
            Column("object_type", "Type"),
            Column("Value #A", "To transfer", unit="short", decimals=0, width=100),
            Column("Value #B", "Transferred", unit="short", decimals=0, width=100),
            Column(
                "Value #C",
                "Done",
                unit="percentunit",
                decimals=0,
                cell="gauge",
                maximum=1,
                steps=((None, "#3274D9"),),
            ),
        ],
        rows(wanted),
        rows(done),
        rows(f"{done} / {wanted}"),
        no_value="objects not counted",
        sort=("Type", False),
    )
