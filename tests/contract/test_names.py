"""The page has the names, labels and types that were promised, and no others."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from drs_exporter.simulator import SimulatedCloud
from tests.contract.conftest import Watching
from tests.contract.promised import BUCKETS, CODES, COLLECTORS, COUNTERS, GAUGES, HISTOGRAM, KNOWN, OPERATIONS
from tests.faults.page import Page

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
_RARE = frozenset({"drs_job_end_timestamp_seconds"})
"""Told by `job_detail` of jobs that this fleet has none of."""


def labels_by_name(page: Page) -> dict[str, set[frozenset[str]]]:
    """Every set of label names that each name has."""
    found: dict[str, set[frozenset[str]]] = {}
    for series in page.series:
        found.setdefault(series.name, set()).add(frozenset(name for name, _ in series.labels))
    return found


async def test_every_promised_series_is_there_with_its_labels_and_no_other(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    cloud.faults.set("batch_status", "500", times=1)
    cloud.faults.set("batch_progress", "wrong_type", field="progress")
    cloud.fleet.rename(cloud.fleet.ids()[0], "n" * 300)
    async with watching(time_zone="Asia/Shanghai", job_tags=["owner"]) as daemon:
        page = await daemon.scrape()
    found = {name: labels for name, labels in labels_by_name(page).items() if name.startswith("drs_")}
    of_the_histogram = {f"{HISTOGRAM}_{part}" for part in ("bucket", "count", "sum")}
    promised = {**GAUGES, **COUNTERS}
    assert {name: labels for name, labels in found.items() if name not in of_the_histogram} == {
        name: {labels} for name, labels in promised.items() if name not in _RARE
    }
    assert found[f"{HISTOGRAM}_count"] == {frozenset({"project", "operation"})}


async def test_types_are_the_same_in_both_formats_and_nothing_has_a_timestamp(watching: Watching) -> None:
    async with watching() as daemon:
        _, text = await daemon.get("/metrics")
        _, openmetrics = await daemon.get("/metrics", Accept=OPENMETRICS)
    assert openmetrics.endswith(b"\n# EOF\n")
    assert openmetrics.count(b"# EOF") == 1
    assert b"# EOF" not in text
    plain, opened = list(read_text(text.decode())), list(read_openmetrics(openmetrics.decode()))  # type: ignore[no-untyped-call]
    assert [(family.name, family.type) for family in plain] == [(family.name, family.type) for family in opened]
    assert {family.type for family in plain if family.name in GAUGES} == {"gauge"}
    assert {f"{family.name}_total" for family in plain if family.type == "counter" and "drs_" in family.name} == (
        COUNTERS.keys() - {"drs_exporter_parse_errors_total", "drs_exporter_dropped_values_total"}
    )
    for family in (*plain, *opened):
        assert not [sample for sample in family.samples if sample.timestamp or sample.name.endswith("_created")]
        assert not set("\"'\\") & set(family.documentation) or not family.name.startswith("drs_")


async def test_counters_and_buckets_are_there_from_the_start(watching: Watching, cloud: SimulatedCloud) -> None:
    """Nothing was ever asked, for nobody can sign in: the first failure must be an increase."""
    cloud.faults.set("sign_in", "401")
    async with watching(collectors=[*COLLECTORS, "job_detail"]) as daemon:
        page = await daemon.scrape()
    requests = page.of("drs_exporter_api_requests_total", project="prod")
    by_operation: dict[str, set[str]] = {}
    for series in requests:
        labels = dict(series.labels)
        by_operation.setdefault(labels["operation"], set()).add(labels["code"])
    assert by_operation.keys() == OPERATIONS | {"job_detail", "sign_in"}
    assert all(codes >= CODES for codes in by_operation.values())
    assert page.label("drs_exporter_api_retries_total", "operation") == by_operation.keys()
    for operation in by_operation:
        buckets = page.of(f"{HISTOGRAM}_bucket", operation=operation)
        assert {dict(series.labels)["le"] for series in buckets} == set(BUCKETS)
    for name in ("sign_ins", "sign_in_failures", "api_throttled_seconds"):
        assert page.value(f"drs_exporter_{name}_total", project="prod") is not None


async def test_where_nothing_signs_in_there_is_no_such_operation(watching: Watching, cloud: SimulatedCloud) -> None:
    keys = {"access_key": cloud.access_key, "secret_key": cloud.secret_key, "auth": "aksk"}
    async with watching(username=None, password=None, domain_name=None, collectors=["jobs"], **keys) as daemon:
        page = await daemon.scrape()
    assert page.label("drs_exporter_api_requests_total", "operation") == {"list_jobs", "list_jobs_v5"}
    assert page.value("drs_up") == 1
    assert not page.of("drs_exporter_credential_expiry_timestamp_seconds")
    assert page.label("drs_exporter_collector_interval_seconds", "collector") == {"jobs"}


async def test_jobs_are_counted_for_every_known_status_and_add_up(watching: Watching, cloud: SimulatedCloud) -> None:
    async with watching() as daemon:
        page = await daemon.scrape()
    counts = {tuple(sorted(series.labels)): value for series, value in page.of("drs_jobs").items()}
    known = {
        tuple(sorted({"project": "prod", "status": status, "phase": phase, "subtask": subtask}.items()))
        for status, phase in KNOWN.items()
        for subtask in ("true", "false")
    }
    assert counts.keys() == known
    truth = cloud.truth()
    subtasks = [value for labels, value in counts.items() if ("subtask", "true") in labels]
    assert (sum(counts.values()), sum(subtasks)) == (len(truth), sum(bool(job.parent_id) for job in truth))


async def test_default_intervals_are_those_promised(watching: Watching) -> None:
    async with watching(collectors=[*COLLECTORS, "job_detail"], poll_interval="60s") as daemon:
        page = await daemon.scrape()
    intervals = page.of("drs_exporter_collector_interval_seconds")
    found = {dict(series.labels)["collector"]: value for series, value in intervals.items()}
    found.pop("job_detail")
    every_poll = dict.fromkeys(("jobs", "status", "progress", "rpo_rto"), 60.0)
    assert found == every_poll | {
        "cloud_eye": 60.0,
        "async_jobs": 300.0,
        "diagnosis": 300.0,
        "details": 600.0,
        "quotas": 3600.0,
    }
