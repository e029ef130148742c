"""What speaks against switching over, as the pages tell it: the same reasons that are recorded, at one moment."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy.rules import thresholds
from deploy.rules.cutover import BLOCKERS
from drs_exporter.cutover import DELAY_LIMIT, REASONS, blockers, summary
from drs_exporter.job_detail import Detail, ObjectComparison, ObjectCount, ObjectStatuses, Precheck
from drs_exporter.overview import overview
from drs_exporter.snapshot import Component, Diagnosis, Job, JobInfo, JobState, Progress, Project, Thresholds
from drs_exporter.status import Phase
from drs_exporter.web.pages.job import job_page

NOW: Final = 1_700_000_000.0
DETAIL: Final = Detail(
    objects=(ObjectCount("TABLE", 7.0, 7.0),),
    object_statuses=(ObjectStatuses("TABLE", "COMPLETED", 1),),
    precheck=Precheck(passed=True),
    object_comparisons=(ObjectComparison("TABLE", 7.0, 7.0, "CONSISTENT"),),
    compared=NOW - 86_400,
)
DIAGNOSIS: Final = Diagnosis(
    source_connected=True,
    target_connected=True,
    abnormal_rows=0.0,
    components=(Component("apply", "STARTED"), Component("capture", "STARTED")),
    diagnosed=NOW - 3_600,
)
READY: Final = Job(
    id="j1",
    name="orders",
    state=JobState("INCRE_TRANSFER_STARTED", Phase.INCREMENTAL),
    info=JobInfo("sync", "mysql", "FULL_INCR_TRANS"),
    progress=Progress(delay=10.0, updated=NOW - 600),
    detail=DETAIL,
    diagnosis=DIAGNOSIS,
)
"""A job against which nothing speaks, but only just."""


def detail(**changes: Any) -> Job:
    return replace(READY, detail=replace(DETAIL, **changes))


def diagnosis(**changes: Any) -> Job:
    return replace(READY, diagnosis=replace(DIAGNOSIS, **changes))


def compared(result: str | None) -> Job:
    return detail(object_comparisons=(ObjectComparison("TABLE", 7.0, 7.0, result),))


CASES: Final[list[tuple[Job, tuple[str, ...]]]] = [
    (READY, ()),
    (replace(READY, progress=Progress()), ("delay_unknown", "delay_not_small")),
    (replace(READY, progress=Progress(delay=0.0, updated=NOW - 601)), ("delay_unknown",)),
    (replace(READY, progress=Progress(delay=300.5)), ("delay_over_threshold", "delay_not_small")),
    (replace(READY, thresholds=Thresholds(delay=9.0)), ("delay_over_threshold",)),
    (replace(READY, progress=Progress(delay=400.0), thresholds=Thresholds(delay=600.0)), ("delay_not_small",)),
    (detail(object_comparisons=()), ("comparison_missing",)),
    (detail(compared=None), ("comparison_missing",)),
    (compared(None), ("comparison_missing",)),
    (compared("COMPARING"), ("comparison_missing",)),
    (compared("CAN_NOT_COMPARE"), ()),
    (detail(compared=NOW - 86_401), ("comparison_old",)),
    (compared("INCONSISTENT"), ("comparison_inconsistent",)),
    (compared("TIMEOUT_INTERRUPT"), ("comparison_failed",)),
    (diagnosis(abnormal_rows=None), ("rows_unknown",)),
    (diagnosis(abnormal_rows=1.0), ("rows_not_applied",)),
    (detail(objects=()), ("objects_unknown",)),
    (detail(objects=(ObjectCount("TABLE", 7.0),)), ("objects_unknown",)),
    (replace(detail(objects=()), info=JobInfo("sync", "mysql", "INCR_TRANS")), ()),
    (detail(object_statuses=(ObjectStatuses("VIEW", "FAILED", 1),)), ("objects_failed",)),
    (detail(objects=(ObjectCount("TABLE", 7.0, 6.0),)), ("objects_outstanding",)),
    (
        detail(
            objects=(ObjectCount("EVENT", 7.0, 0.0),),
            object_statuses=(ObjectStatuses("EVENT", "TRANSFER_WHEN_END", 1),),
        ),
        (),
    ),
    (detail(precheck=None), ("precheck_unknown",)),
    (detail(precheck=Precheck()), ("precheck_unknown",)),
    (detail(precheck=Precheck(passed=False)), ("precheck_failed",)),
    (diagnosis(source_connected=None), ("ends_unknown",)),
    (diagnosis(target_connected=False), ("end_unreachable",)),
    (diagnosis(source_connected=None, target_connected=False), ("ends_unknown", "end_unreachable")),
    (diagnosis(components=()), ("components_unknown",)),
    (diagnosis(components=(Component("apply", "STARTED"),)), ("components_unknown",)),
    (
        diagnosis(components=(Component("apply", "STOPPED"), Component("capture", "STARTED"))),
        ("component_stopped",),
    ),
    (diagnosis(diagnosed=NOW - 3_601), ("diagnosis_old",)),
]


@pytest.mark.parametrize(("job", "reasons"), CASES)
def test_each_reason_speaks_against_it_and_nothing_else_does(job: Job, reasons: tuple[str, ...]) -> None:
    assert blockers(job, NOW) == reasons


def test_every_reason_has_a_case() -> None:
    assert {reason for _, reasons in CASES for reason in reasons} == set(REASONS)


@pytest.mark.parametrize(
    "job",
    [
        replace(READY, info=JobInfo("cloudDataGuard")),
        replace(READY, state=JobState("FULL_TRANSFER_STARTED", Phase.FULL)),
        replace(READY, state=None),
        replace(READY, info=None),
    ],
)
def test_other_jobs_are_no_candidates(job: Job) -> None:
    assert blockers(job, NOW) is None


def test_before_the_first_poll_nothing_is_said() -> None:
    assert blockers(READY, None) is None


@given(st.sampled_from(("progress", "detail", "diagnosis")), st.sampled_from(("sync", "migration")))
def test_missing_data_is_never_readiness(part: str, scenario: str) -> None:
    job = replace(READY, info=JobInfo(scenario), **{part: Job(id="", name="").__getattribute__(part)})
    assert blockers(job, NOW)


def test_the_recorded_series_know_the_same_reasons_and_limits() -> None:
    assert list(BLOCKERS) == list(REASONS)
    assert all(f'"reason", "{reason}"' in expr for reason, exprs in BLOCKERS.items() for expr in exprs)
    assert thresholds.DELAY_WARNING_SECONDS == DELAY_LIMIT


def test_the_page_of_the_docs_has_every_reason_in_the_same_words() -> None:
    page = (Path(__file__).parents[1] / "docs" / "cutover.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE) == list(REASONS.items())


def test_it_is_told_in_a_few_words() -> None:
    assert summary(None) == ""
    assert summary(()) == "no blocker"
    assert summary(("rows_unknown",)) == "rows unknown"
    assert summary(("rows_unknown", "precheck_failed", "diagnosis_old")) == "rows unknown +2"


def test_the_page_of_a_job_tells_every_reason_in_full() -> None:
    def page(job: Job) -> str:
        project = Project(name="prod", up=True, jobs=(job,), polled=NOW)
        return job_page(project, job, overview([project]).jobs[0], ()).decode()

    told = page(diagnosis(abnormal_rows=1.0, source_connected=False))
    assert f"<li>{REASONS['rows_not_applied']}</li><li>{REASONS['end_unreachable']}</li>" in told
    assert "Nothing that this exporter knows of." in page(READY)
    assert "cutting over" not in page(replace(READY, info=JobInfo("cloudDataGuard")))
