"""What the page of a job says of each value that is known of it."""

import pytest

from drs_exporter.job_detail import (
    DataComparisons,
    Detail,
    Node,
    ObjectComparison,
    ObjectCount,
    ObjectStatuses,
    Precheck,
)
from drs_exporter.overview import overview
from drs_exporter.snapshot import (
    Component,
    Database,
    Diagnosis,
    Instance,
    Job,
    JobInfo,
    PartProgress,
    Progress,
    Project,
)
from drs_exporter.web.pages.job import job_page
from tests.web.reader import Reader


def facts(**known: object) -> list[str]:
    """The rows of the page of a job of which this is known."""
    job = Job(id="j1", name="orders", info=JobInfo(), **known)  # type: ignore[arg-type]
    project = Project(name="prod", up=True, polled=1.0, jobs=(job,))
    (record,) = overview([project]).jobs
    return [" ".join(row.split()) for row in Reader(job_page(project, job, record, [])).rows]


@pytest.mark.parametrize(
    ("known", "fact"),
    [
        ({"detail": Detail(objects=(ObjectCount("DATABASE", to_transfer=1),))}, "objects to transfer (DATABASE) 1"),
        ({"detail": Detail(objects=(ObjectCount("DATABASE", transferred=1),))}, "objects transferred (DATABASE) 1"),
        ({"detail": Detail(object_statuses=(ObjectStatuses("TABLE", "DONE", 1),))}, "objects (TABLE, DONE) 1"),
        ({"detail": Detail(precheck=Precheck(items=(("ALARM", 1),)))}, "precheck items (ALARM) 1"),
        ({"detail": Detail(object_comparisons=(ObjectComparison("DB", source=1),))}, "compare source objects (DB) 1"),
        ({"detail": Detail(data_comparisons=(DataComparisons("LINE", "OK", 1),))}, "compare tasks (LINE, OK) 1"),
        ({"detail": Detail(nodes=(Node("n1", apply_rows=1),))}, "node apply rows (n1) 1/s"),
        ({"diagnosis": Diagnosis(components=(Component("apply", delay=1),))}, "component delay (apply) 1 s"),
        ({"progress": Progress(parts=(PartProgress("data", ratio=1.0),))}, "part progress (data) 100 %"),
    ],
)
def test_a_number_that_happens_to_be_1_is_still_a_number(known: dict[str, object], fact: str) -> None:
    assert fact in facts(**known)


@pytest.mark.parametrize(
    ("known", "fact"),
    [
        ({"action": "stop"}, "action stop"),
        ({"databases": (Database("source", db_type="mysql"),)}, "database info source · mysql"),
        ({"instance": Instance(apply_state="dml")}, "instance apply state dml"),
        ({"diagnosis": Diagnosis(components=(Component("apply", "normal"),))}, "component status apply · normal"),
        ({"detail": Detail(object_comparisons=(ObjectComparison("DB", result="SAME"),))}, "compare result DB · SAME"),
    ],
)
def test_a_state_is_the_word_for_it(known: dict[str, object], fact: str) -> None:
    assert fact in facts(**known)


def test_tags_are_told_by_name_and_those_the_job_lacks_are_not() -> None:
    assert "tags tag_owner: data · tag_tier: 1" in facts(
        tags=(("tag_cost", ""), ("tag_owner", "data"), ("tag_tier", "1"))
    )


def test_a_hostile_tag_is_only_text() -> None:
    assert "tags tag_owner: <script>" in facts(tags=(("tag_owner", "<script>"),))
