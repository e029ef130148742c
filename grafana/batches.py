"""The batches dashboard, which says whether the jobs asked for came to be."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules.rule import Dashboard
from grafana.fields import BATCH_BY_NAME, PHASE_BY_NAME, Column, fixed, phase_colours
from grafana.frame import BATCHES, TO_JOB, build, choice, firing, leading_to, project_variable, scrape_variables
from grafana.layout import Heading, Line
from grafana.panels import bars, lines, stat_panel, table_panel
from grafana.phases import BATCH_COLOURS, BATCH_WORDS, CRITICAL, GOOD, WARNING
from grafana.queries import JOB_KEY, SCOPE, best, counted, now, over_time, rows

PROJECT: Final = 'project=~"$project"'
CHOSEN: Final = (PROJECT, 'async_job_id=~"$async_job_id"')
KEY: Final = "project, async_job_id"


def batches_dashboard() -> dashboard.Dashboard:
    """Batches of asynchronously created jobs and their members."""
    return build(
        BATCHES,
        "DRS / Async batches",
        "Batches of jobs created asynchronously: how far they are, what was refused, what became of their members.",
        variables=[
            *scrape_variables("drs_up"),
            project_variable("drs_up"),
            choice(
                "async_job_id",
                "Batch",
                "drs_async_job_status",
                "async_job_id",
                scope=[SCOPE, PROJECT],
                all_value=".*",
                description="The id the service gave to the batch.",
            ),
        ],
        annotations=[firing(WARNING, "Batch alerts", leading_to(Dashboard.BATCHES))],
        parts=[
            Line(3, _figures()),
            Line(9, [(17, _batches()), (7, _by_state())]),
            Heading("Member jobs"),
            Line(11, [(17, _members()), (7, _members_by_phase())]),
        ],
        period="24h",
    )


def _batch(metric: str, *matchers: str, by: str = KEY) -> str:
    return best(metric, *CHOSEN, *matchers, by=by)


def _figures() -> list[tuple[int, dashboard.Panel]]:
    status = "drs_async_job_status"
    refused = 'status="ASYNC_JOB_VALIDATE_FAILED"'
    open_ = 'status=~"ASYNC_JOB_VALIDATING|AUTO_PARAM_VALIDATE_SUCCESS"'
    waiting = f"{_batch('drs_async_job_created_timestamp_seconds')} and on ({KEY}) {_batch(status, open_)}"
    down = best("drs_job_status", PROJECT, 'phase="failed"', by=JOB_KEY)
    failed = f"{_member_status()} and on ({JOB_KEY}) {down}"
    return [
        (
            4,
            stat_panel(
                "Batches",
                "Batches the service lists, whatever their state.",
                now(counted(_batch(status))),
                unit="none",
                no_value="no data",
            ),
        ),
        (
            4,
            stat_panel(
                "Refused",
                "Batches that failed their validation: none of their jobs was created.",
                now(counted(_batch(status, refused))),
                unit="none",
                no_value="no data",
                steps=((None, GOOD), (1, CRITICAL)),
            ),
        ),
        (
            4,
            stat_panel(
                "Not yet committed",
                "Batches still validating, or validated and waiting to be committed.",
                now(counted(_batch(status, open_))),
                unit="none",
                no_value="no data",
            ),
        ),
        (
            4,
            stat_panel(
                "Longest waiting",
                "Age of the oldest batch that is not yet committed.",
                now(f"time() - min({waiting})"),
                unit="s",
                no_value="none waiting",
                decimals=1,
                steps=((None, GOOD), (3600, WARNING)),
            ),
        ),
        (
            4,
            stat_panel(
                "Members",
                "Jobs in the batches chosen, as the batches' details count them.",
                now(f"sum({_batch('drs_async_job_members')})"),
                unit="none",
                no_value="none",
            ),
        ),
        (
            4,
            stat_panel(
                "Failed members",
                "Members of the batches chosen that are now in a failed status.",
                now(counted(failed)),
                unit="none",
                no_value="no data",
                steps=((None, GOOD), (1, CRITICAL)),
            ),
        ),
    ]


def _batches() -> dashboard.Panel:
    return table_panel(
        "All batches",
        "Newest first. A refused batch created nothing: its parameters must be put right and the batch made again.",
        [
            Column("async_job_id", "Batch", width=305),
            Column("status", "State", cell="background", mappings=BATCH_BY_NAME, width=100),
            Column("Value #B", "Created", unit="dateTimeAsIso", width=155),
            Column("Value #C", "Age", unit="s", decimals=1, width=80),
            Column("Value #D", "Members", unit="none", decimals=0, width=85),
            Column("domain_name", "Account"),
            Column("project", "Project", width=90),
            Column("Value #A", hidden=True),
            Column("Value #E", hidden=True),
        ],
        rows(_batch("drs_async_job_status", by=f"{KEY}, status")),
        rows(f"{_batch('drs_async_job_created_timestamp_seconds')} * 1000"),
        rows(f"time() - {_batch('drs_async_job_created_timestamp_seconds')}"),
        rows(_batch("drs_async_job_members")),
        rows(_batch("drs_async_job_info", by=f"{KEY}, domain_name")),
        no_value="no batches",
        sort=("Age", False),
    )


def _by_state() -> dashboard.Panel:
    return lines(
        "Batches by state",
        "Batches in each state over time.",
        *(
            over_time(f"""count({_batch("drs_async_job_status", f'status="{status}"')})""", word)
            for status, word in BATCH_WORDS.items()
        ),
        unit="none",
        decimals=0,
        stacked=True,
        no_value="no batches",
        overrides=[fixed(BATCH_WORDS[status], colour) for status, colour in BATCH_COLOURS.items()],
    )


def _member_status() -> str:
    member = best("drs_async_job_member_info", *CHOSEN, by=f"{KEY}, job_id")
    labels = "job_name, phase, status"
    job = f"topk by ({JOB_KEY}) (1, {best('drs_job_status', PROJECT, by=f'{JOB_KEY}, {labels}')})"
    return f"({member} * on ({JOB_KEY}) group_left ({labels}) {job})"


def _members() -> dashboard.Panel:
    return table_panel(
        "What became of the members",
        "Each member that is listed as a job, with its state; click a name for the job's own dashboard.",
        [
            Column("async_job_id", "Batch", width=305),
            Column("job_name", "Job", link=TO_JOB, width=205),
            Column("phase", "Phase", cell="background", mappings=PHASE_BY_NAME, width=105),
            Column("status", "Status"),
            Column("project", "Project", width=90),
            Column("job_id", hidden=True),
            Column("Value", hidden=True),
        ],
        rows(_member_status()),
        no_value="no members",
        sort=("Batch", False),
    )


def _members_by_phase() -> dashboard.Panel:
    return bars(
        "Members by phase",
        "Members of the batches chosen, by what they do now.",
        now(f"sort_desc(count by (phase) ({_member_status()}))", "{{phase}}"),
        unit="none",
        no_value="no members",
        decimals=0,
        overrides=phase_colours(),
    )
