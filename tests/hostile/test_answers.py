"""Whatever an answer holds, it is decoded and parsed or refused with our own error, and the page stays valid."""

import json
import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families

from drs_exporter.catalogue import FAMILIES
from drs_exporter.cloud.answer import AnswerReader, HttpAnswer
from drs_exporter.drs import answers, wire
from drs_exporter.drs.pages import Page as AnswerPage
from drs_exporter.errors import ApiSchemaError
from drs_exporter.parse import details, diagnosis, jobs, progress
from drs_exporter.parse.values import LONGEST_TEXT, Reader
from drs_exporter.parse.vocabulary import LONGEST_WORD
from drs_exporter.poll.assemble import Assembler
from drs_exporter.poll.collectors.async_jobs import ASYNC_JOBS, MEMBERS, Members
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.collectors.progress import PROGRESS
from drs_exporter.poll.collectors.quotas import QUOTAS
from drs_exporter.poll.collectors.rpo_rto import RPO_RTO
from drs_exporter.poll.collectors.status import STATUS_READINGS
from drs_exporter.poll.pace import keep
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import ALL, State
from drs_exporter.render import ProjectRenderer
from drs_exporter.render import page_of as page
from drs_exporter.snapshot import Project
from tests.faults.page import Page
from tests.hostile.documents import IDS, TEXT, bodies, encoded
from tests.hostile.documents import answers as documents

TEXTS: Final = ("status", "engine_type", "net_type", "job_direction")
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


class Kind(NamedTuple):
    """One operation: what its answer is made from, how it is read, and how parsed."""

    name: str
    document: Any
    read: AnswerReader[Any]
    parse: Callable[[Any, Reader], Any]


def members(raw: Any, read: Reader) -> Members:
    return Members(None, details.members(raw, read))


def listed(raw: Any, read: Reader) -> list[jobs.Listed]:
    return list(jobs.listing(raw, "sync", read).values())


KINDS: Final = (
    Kind("list_jobs", wire.JobPage, answers.JOBS, listed),
    Kind("batch_status", wire.Results[wire.JobStatus], answers.STATUSES, jobs.statuses),
    Kind("batch_progress", wire.Results[wire.Progress], answers.PROGRESSES, progress.progresses),
    Kind("batch_rpo_rto", wire.Results[wire.RpoRto], answers.RPO_RTOS, jobs.rpo_rtos),
    Kind("batch_detail", wire.Results[wire.BatchDetail], answers.DETAILS, jobs.details),
    Kind("list_async_jobs", wire.AsyncJobPage, answers.ASYNC_JOBS, details.async_jobs),
    Kind("async_job_detail", wire.AsyncJobDetail, answers.MEMBERS, members),
    Kind("job_detail", wire.JobDetailAnswer, answers.JOB_DETAIL, lambda raw, read: details.job_detail([raw], read)),
    Kind("batch_monitor", wire.Results[wire.GuardMonitored], answers.DR_MONITORS, diagnosis.guarded),
    Kind("monitor_data", wire.MonitorData, answers.MONITOR_DATA, diagnosis.monitored),
    Kind("dirty_data", wire.DirtyData, answers.DIRTY_DATA, diagnosis.abnormal_rows),
    Kind("components", wire.IncrementComponents, answers.COMPONENTS, diagnosis.components),
    Kind("quotas", wire.QuotasAnswer, answers.QUOTAS, details.quotas),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}


def document(kind: Kind) -> st.SearchStrategy[Any]:
    """Answers of an operation; a generic model has its results under two names."""
    if kind.name.startswith("batch_"):
        (result,) = kind.document.__args__
        results = st.lists(documents(result) | st.none(), max_size=4)
        return st.fixed_dictionaries({}, optional={"results": results, "jobs": results, "count": st.integers()})
    found = documents(kind.document)
    assert isinstance(found, st.SearchStrategy)
    return found


def parsed(kind: Kind, body: bytes) -> Any:
    """What comes of a body; `None` where it is refused."""
    read = Reader()
    try:
        content = kind.read(HttpAnswer(200, {}, body), operation=kind.name)
    except ApiSchemaError:
        return None
    if content is None:
        return None
    raw = content.items if isinstance(content, AnswerPage) else content
    found = kind.parse(raw, read)
    assert all(isinstance(field, str) and count > 0 for field, count in read.errors.items())
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
@PATIENT
def test_every_answer_is_parsed_or_refused(kind: Kind, data: st.DataObject) -> None:
    parsed(kind, data.draw(bodies(document(kind))))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
@PATIENT
def test_no_value_of_an_answer_costs_the_answer(kind: Kind, data: st.DataObject) -> None:
    """Whatever stands where a list, a record or a value belongs: there is a reader for it."""
    body = encoded(data.draw(document(kind)), escaped=True)
    content = kind.read(HttpAnswer(200, {}, body), operation=kind.name)
    if content is not None:
        kind.parse(content.items if isinstance(content, AnswerPage) else content, Reader())


@pytest.mark.parametrize(
    ("name", "body", "unreadable"),
    [
        ("async_job_detail", '{"jobs": [{"id": "a", "metrics": [[[1]], {"node_id": "n"}]}]}', {"metrics": 1}),
        ("job_detail", '{"job": {"id": "a", "metrics": [[]]}}', {"metrics": 1}),
        ("quotas", '{"quotas": {"resource": [["x"], {"type": "instance"}]}}', {"resource": 1}),
    ],
)
def test_a_list_among_records_costs_itself_only(name: str, body: str, unreadable: dict[str, int]) -> None:
    kind, read = BY_NAME[name], Reader()
    content = kind.read(HttpAnswer(200, {}, body.encode()), operation=name)
    kind.parse(content.items if isinstance(content, AnswerPage) else content, read)
    assert read.errors == unreadable


@given(body=st.binary(max_size=60))
@PATIENT
def test_random_bytes_are_refused(body: bytes) -> None:
    for kind in KINDS:
        parsed(kind, body)


@given(data=st.data())
@PATIENT
def test_whatever_is_answered_the_page_is_valid(data: st.DataObject) -> None:
    """All operations at once, through assembly and rendering, read back by the client library's own parsers."""
    found = {
        kind.name: parsed(kind, encoded(data.draw(document(kind)), escaped=data.draw(st.booleans()))) for kind in KINDS
    }
    collectors = ("jobs", "status", "progress", "rpo_rto", "async_jobs", "details", "quotas", "job_detail")
    state = state_of(found, Plan(name="p", project_id="id", collectors=collectors))
    assert_valid(page_of(state, data.draw(TEXT.map(printable))))


def state_of(found: dict[str, Any], plan: Plan) -> State:
    """What the collectors would hold after these answers."""
    state = State()
    keep(state, plan)
    now = {"poll": 1, "now": 0.0}
    state.of(LISTING).put("sync", tuple(found["list_jobs"] or ()), **now)  # type: ignore[arg-type]
    batches: dict[str, Any] = {
        "batch_status": state.of(STATUS_READINGS),
        "batch_progress": state.of(PROGRESS),
        "batch_rpo_rto": state.of(RPO_RTO),
        "batch_detail": state.of(DETAILS),
    }
    for name, held in batches.items():
        for job_id, answer in (found[name] or {}).items():
            if answer is not None:
                held.put(job_id, answer, **now)
    state.of(ASYNC_JOBS).put(ALL, tuple(found["list_async_jobs"] or ()), **now)  # type: ignore[arg-type]
    for batch in found["list_async_jobs"] or ():
        if found["async_job_detail"] is not None:
            state.of(MEMBERS).put(batch.id, found["async_job_detail"], **now)  # type: ignore[arg-type]
    for job in found["list_jobs"] or ():
        if found["job_detail"] is not None:
            state.of(JOB_DETAILS).put(job.id, found["job_detail"], **now)  # type: ignore[arg-type]
    state.of(QUOTAS).put(ALL, found["quotas"] or (), **now)  # type: ignore[arg-type]
    return state


def page_of(state: State, name: str) -> bytes:
    """The page of one project in this state."""
    plan = Plan(name=name, project_id="id", collectors=tuple(state.standings))
    assembler = Assembler(plan)
    with structlog.testing.capture_logs():
        found, counts = assembler.jobs(state)
    snapshot = Project(
        name=name,
        jobs=found,
        counts=counts,
        async_jobs=assembler.async_jobs(state),
        quotas=state.of(QUOTAS).get(ALL) or (),
        collectors=tuple(standing.state() for standing in state.standings.values()),
    )
    return b"".join(page([ProjectRenderer(name).render(snapshot)]))


def assert_valid(body: bytes) -> Page:
    """UTF-8, read by both parsers, no series twice, every family known."""
    page = Page(body)
    parse: Any = openmetrics_families
    names = {family.name for family in parse(body.decode() + "# EOF\n")}
    assert names <= {family.name for family in FAMILIES}
    return page


def printable(text: str) -> str:
    """A project's name as the settings accept one: without lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "") or "p"


@given(name=TEXT, engine=TEXT, status=TEXT.filter(bool), job_id=IDS.filter(lambda text: text and carried(text) == text))
@PATIENT
def test_any_text_in_a_label_comes_back_from_the_page(name: str, engine: str, status: str, job_id: str) -> None:
    """All but what no page can carry, lone surrogates and NUL are U+FFFD there, and what is too long."""
    answer = {"jobs": [{"id": job_id, "name": name, "engine_type": engine, "status": status}], "total_record": 1}
    listed = parsed(BY_NAME["list_jobs"], encoded(answer, escaped=True))
    found = dict.fromkeys(BY_NAME) | {"list_jobs": listed}
    state = state_of(found, Plan(name="p", project_id="id"))
    page = assert_valid(page_of(state, "p"))
    (series,) = page.of("drs_job_info")
    labels = dict(series.labels)
    assert labels["job_name"] == carried(name)[:LONGEST_TEXT]
    assert labels["engine_type"] == word(engine)
    assert labels["job_id"] == carried(job_id)
    if carried(status) != "PAUSEING":
        assert page.label("drs_job_status", "status") == {word(status)}


@given(
    fields=st.sets(st.sampled_from(["id", "name", *TEXTS]), min_size=1),
    number=st.one_of(st.sampled_from(["NaN", "Infinity", "-Infinity", "1e999", "-1e400"]), st.floats().map(json.dumps)),
)
@PATIENT
def test_a_number_that_is_none_is_no_text_either(fields: set[str], number: str) -> None:
    """Every one is counted under its field, and no label says what it was."""
    values = {name: number if name in fields else f'"{name}"' for name in ("id", "name", *TEXTS)}
    job_text = ", ".join(f'"{name}": {value}' for name, value in values.items())
    body = f'{{"jobs": [{{{job_text}}}], "total_record": 1}}'
    read = Reader()
    content = answers.JOBS(HttpAnswer(200, {}, body.encode()), operation="list_jobs")
    assert content is not None
    found = listed(content.items, read)
    if "id" in fields:
        assert (found, read.errors) == ([], {"id": 1})
        return
    assert read.errors == dict.fromkeys(fields, 1)
    (job,) = found
    texts = {"name": job.name, "status": job.status or ""} | {name: getattr(job.info, name) for name in TEXTS[1:]}
    assert texts == {name: "" if name in fields else name for name in texts}


def word(text: str) -> str:
    """The text as a word of the page."""
    return carried(text) if len(text) <= LONGEST_WORD else "other"


def carried(text: str) -> str:
    """The text as a page can carry it."""
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def test_a_nest_deeper_than_the_stack_is_refused() -> None:
    deep = sys.getrecursionlimit() * 10
    for kind in KINDS:
        for name in ("jobs", "results", "job", "quotas"):
            assert parsed(kind, f'{{"{name}":{"[" * deep}{"]" * deep}}}'.encode()) is None


def test_a_number_longer_than_python_reads_costs_its_field_only() -> None:
    body = b'{"jobs": [{"id": "a", "name": "n", "status": "CREATING", "billing_tag": %s}]}' % (b"1" * 5000)
    (job,) = parsed(BY_NAME["list_jobs"], body)
    assert (job.id, job.billing) == ("a", None)
