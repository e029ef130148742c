"""Pre-check, comparisons and objects of a v5 detail: what is still being made says nothing yet."""

from collections import Counter
from typing import Final

from drs_exporter.drs import wire
from drs_exporter.job_detail import (
    BEING_COMPARED,
    DataComparisons,
    ObjectComparison,
    ObjectCount,
    ObjectStatuses,
    Precheck,
)
from drs_exporter.parse.values import Reader

COMPARED_SPELLINGS: Final = {"TARGET_DB_NOT_EXIT": "TARGET_DB_NOT_EXIST"}
"""What v3 and the second cloud misspell."""

_PRECHECK_RESULTS: Final = ("PASSED", "ALARM", "FAILED")
_MOST_OBJECT_TYPES: Final = 200
_MOST_COMPARISONS: Final = 100
"""Far more than any honest answer has."""


def object_counts(raw: object, read: Reader) -> tuple[tuple[ObjectCount, ...], tuple[ObjectStatuses, ...]]:
    """Objects by type, and how many entries of each type are in which status."""
    found = {}
    statuses: Counter[tuple[str, str]] = Counter()
    items = read.records(raw, wire.ObjectOverview, "migration_object_overview")
    for item in read.first(items, _MOST_OBJECT_TYPES, "object_type"):
        object_type = read.word(item.type, "object_type")
        if object_type is None:
            continue
        found[object_type] = ObjectCount(
            object_type=object_type,
            to_transfer=read.amount(item.src_count, "src_count"),
            transferred=read.amount(item.dst_count, "dst_count"),
        )
        status = read.word(item.status, "object_status")
        if status is not None:
            statuses[object_type, status] += 1
    return (
        tuple(found[object_type] for object_type in sorted(found)),
        tuple(
            ObjectStatuses(object_type, status, entries) for (object_type, status), entries in sorted(statuses.items())
        ),
    )


def precheck(raw: object, read: Reader) -> Precheck | None:
    """The pre-check; while it runs it has neither passed nor failed."""
    if raw is None:
        return None
    result = read.record(raw, wire.PrecheckResult, "precheck_result")
    passed = read.flag(result.result, "result")
    passed_ratio = read.ratio(result.total_passed_rate, "total_passed_rate")
    process = read.ratio(result.process, "process")
    runs = process is not None and process < 1
    return Precheck(
        passed=None if runs else passed,
        passed_ratio=None if runs else passed_ratio,
        items=_precheck_items(result.precheck_results, read),
    )


def _precheck_items(raw: object, read: Reader) -> tuple[tuple[str, int], ...]:
    """Items by result, those that were skipped left out; an item that has no result yet is none of them."""
    items = read.records(raw, wire.PrecheckItem, "precheck_results")
    if not isinstance(raw, list):
        return ()
    counts = dict.fromkeys(_PRECHECK_RESULTS, 0)
    for item in items:
        word = read.text(item.result, "result")
        if word is None or read.flag(item.is_skipped, "is_skipped"):
            continue
        if word in counts:
            counts[word] += 1
        else:
            read.fail("result")
    return tuple(sorted(counts.items()))


def object_comparisons(overview: wire.ObjectComparisonOverview, read: Reader) -> tuple[ObjectComparison, ...]:
    """The comparison by object type; while one is made, what was counted so far says nothing."""
    found = {}
    items = read.records(overview.compare_results, wire.ObjectComparison, "compare_results")
    for item in read.first(items, _MOST_OBJECT_TYPES, "object_type"):
        object_type = read.word(item.type, "object_type")
        if object_type is None:
            continue
        source, target = read.amount(item.source_count, "source_count"), read.amount(item.target_count, "target_count")
        result = read.word(item.status, "compare_result")
        runs = result in BEING_COMPARED
        found[object_type] = ObjectComparison(
            object_type=object_type,
            source=None if runs else source,
            target=None if runs else target,
            result=None if result is None else COMPARED_SPELLINGS.get(result, result),
        )
    return tuple(found[object_type] for object_type in sorted(found))


def data_comparisons(raw: object, read: Reader) -> tuple[DataComparisons, ...]:
    """Data comparison tasks, counted by kind and status."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in read.records(raw, wire.DataComparison, "data_compare_task_list"):
        comparison, status = read.word(item.type, "comparison"), read.word(item.status, "comparison_status")
        if comparison is not None and status is not None:
            counts[comparison, status] += 1
    kept = read.first(sorted(counts.items()), _MOST_COMPARISONS, "comparison")
    return tuple(DataComparisons(comparison, status, tasks) for (comparison, status), tasks in kept)
