"""Metrics and labels on the dashboards are those of the catalogue, and the catalogue's are on the dashboards."""

import re
from collections.abc import Mapping

import promql_parser
import pytest

from deploy.rules import fleet
from deploy.rules.groups import RECORDS
from deploy.rules.promises import PROMISE_RECORDS, PROMISES, missed
from deploy.rules.recording import FAILED_SINCE
from drs_exporter.catalogue import FAMILIES
from drs_exporter.telemetry import Telemetry
from tests.grafana.boards import UIDS, board, expanded, nodes, selectors, targets, variables

SCRAPE_LABELS = {"job", "instance"}
INVENTED_LABELS = {"event", "part", "le"}
"""Made by a query of ours with `label_replace`, or by the histogram itself."""

NOT_SHOWN: Mapping[str, str] = {
    "process_virtual_memory_bytes": "tells nothing that resident memory does not tell better",
    "drs_job_tags": "its labels differ from installation to installation; it travels with alerts and joins",
    "drs_exporter_dropped_log_lines_total": "how many of each kind were left out is in the log itself",
    "process_max_fds": "a limit of the system; open files are shown",
    "python_info": "the version is a label of drs_exporter_build_info",
    "python_gc_objects_collected_total": "for developers of the exporter",
    "python_gc_objects_uncollectable_total": "for developers of the exporter",
    "python_gc_collections_total": "for developers of the exporter",
}
"""What the exporter serves and no dashboard shows, with the reason."""


def labels_by_name() -> dict[str, set[str]]:
    """Every series name the exporter can serve, with its labels."""
    names = {family.name: {*family.identity, *family.labels} for family in FAMILIES}
    telemetry = Telemetry()
    project = telemetry.project("p", ["list_jobs"])
    for instrument in (
        telemetry.requests,
        telemetry.durations,
        telemetry.retries,
        telemetry.throttled,
        telemetry.parse_errors,
        telemetry.dropped_values,
        telemetry.rate_limit,
        telemetry.expiry,
        telemetry.sign_ins,
        telemetry.sign_in_failures,
        telemetry.series,
        telemetry.render_duration,
    ):
        (metric,) = instrument.collect()
        own = set(instrument._labelnames)
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(metric.type, ("",))
        names |= {f"{metric.name}{ending}": own | ({"le"} if ending == "_bucket" else set()) for ending in endings}
    assert project
    for metric in telemetry.families():
        for sample in metric.samples:
            if not sample.name.endswith("_created"):
                names.setdefault(sample.name, set(sample.labels))
    return names


RECORDED: Mapping[str, set[str]] = {
    **{rule.name: set(fleet.KIND.split(", ")) for rule in fleet.FLEET},
    FAILED_SINCE.name: {"project", "job_id"},
    "drs:job_cutover_ready": {"project", "job_id", "job_name"},
    "drs:job_cutover_blocker": {"project", "job_id", "job_name", "reason"},
    **{
        missed(level, promise, window): labels
        for level, labels, windows in (
            ("job", {"project", "job_id", "job_name"}, ("1h", "6h", "3d")),
            ("project", {"project"}, ("6h", "3d")),
        )
        for promise in PROMISES
        for window in windows
    },
}
"""Series of the rules that dashboards show: each is read from many that the exporter serves."""

SUMS = {rule.name for rule in fleet.FLEET}
"""They have no job's name, so that the matcher of a name that was typed leaves them out."""

EXPORTED = labels_by_name()
KNOWN = {**EXPORTED, **RECORDED}


def queries() -> list[str]:
    """Every PromQL text on the dashboards: of panels, and within the functions of variables."""
    of_variables = [
        re.sub(r"^\w+\((.+?)(?:, \w+)?\)$", r"\1", variable["query"]["query"])
        for uid in UIDS
        for variable in variables(board(uid))
    ]
    return [*(target.expr for target in targets()), *of_variables]


@pytest.mark.parametrize("uid", UIDS)
def test_metrics_and_labels_exist(uid: str) -> None:
    """Every selector names a metric the exporter serves, and only labels that metric has."""
    for target in targets(uid):
        for selector in selectors(target.expr):
            assert selector.name in KNOWN, target
            used = {matcher.name for matcher in selector.matchers.matchers}
            of_many = {"job_name"} if selector.name in SUMS else set()
            assert used <= KNOWN[selector.name] | SCRAPE_LABELS | of_many, target


@pytest.mark.parametrize("uid", UIDS)
def test_groupings_and_joins_name_labels_that_exist(uid: str) -> None:
    for target in targets(uid):
        known = set.union(*(KNOWN[str(selector.name)] for selector in selectors(target.expr)))
        for node, _ in nodes(target.expr):
            assert named(node) <= known | SCRAPE_LABELS | INVENTED_LABELS, target


def named(node: promql_parser.Expr) -> set[str]:
    """The labels that an aggregation groups by, or a join matches and brings along."""
    if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
        return set(node.modifier.labels)
    if isinstance(node, promql_parser.BinaryExpr) and node.modifier:
        matching = node.modifier.matching.labels if node.modifier.matching else []
        return {*matching, *(node.modifier.group_labels or [])}
    return set()


def test_recorded_series_are_those_of_the_rules() -> None:
    assert set(RECORDED) <= {record.name for record in (*RECORDS, *PROMISE_RECORDS)}


def test_variables_ask_for_metrics_and_labels_that_exist() -> None:
    for uid in UIDS:
        for variable in variables(board(uid)):
            query = variable["query"]["query"]
            if found := re.fullmatch(r"label_values\((.+), (\w+)\)", query):
                (selector,) = selectors(found[1])
                assert found[2] in KNOWN[str(selector.name)] | SCRAPE_LABELS
            else:
                for selector in selectors(query.removeprefix("query_result(").removesuffix(")")):
                    assert selector.name in KNOWN


def test_every_metric_is_on_a_dashboard() -> None:
    """Or in the list of those that are not, with the reason."""
    shown = {selector.name for query in queries() for selector in selectors(expanded(query))}
    assert set(EXPORTED) - shown == set(NOT_SHOWN)
    assert set(RECORDED) <= shown


@pytest.mark.parametrize("uid", UIDS)
def test_joins_survive_replicas(uid: str) -> None:
    """What labels or values are joined from is one row per group: an aggregation, or made of such."""
    for target in targets(uid):
        for node, _ in nodes(target.expr):
            if isinstance(node, promql_parser.BinaryExpr) and node.modifier and node.modifier.group_labels is not None:
                right = node.rhs
                while isinstance(right, promql_parser.ParenExpr):
                    right = right.expr
                assert isinstance(right, promql_parser.AggregateExpr | promql_parser.BinaryExpr), target
