"""Whose a job is and what it connects: tags and databases, of a v3 or a v5 detail."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from drs_exporter.drs import wire
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Database

_MOST_TAGS: Final = 100
"""The service allows twenty a job."""
_MOST_ENDPOINTS: Final = 64
"""Of one side: a clustered source has several."""


def tags(raw: object, labels: Mapping[str, str], read: Reader) -> tuple[tuple[str, str], ...]:
    """Label and value of the tags whose keys are in `labels`, sorted; nothing where the job has none of them."""
    found = {
        key: read.text(item.value, "tag") or ""
        for item in read.first(read.records(raw, wire.Tag, "tags"), _MOST_TAGS, "tag")
        if isinstance(key := item.key, str) and key in labels
    }
    if not found:
        return ()
    return tuple(sorted((label, found.get(key, "")) for key, label in labels.items()))


def databases(source: object, target: object, read: Reader) -> tuple[Database, ...]:
    """What is known of both ends of a batch detail."""
    return _known(
        Database(
            role,
            read.word(endpoint.db_type, "db_type") or "",
            read.identifier(endpoint.inst_id, "inst_id") or "",
            read.word(endpoint.region, "region") or "",
        )
        for role, raw in (("source", source), ("target", target))
        if (endpoint := read.record(raw, wire.Endpoint, f"{role}_endpoint"))
    )


def databases_v5(source: object, target: object, read: Reader) -> tuple[Database, ...]:
    """What is known of both ends of a v5 detail, each of which can be several."""
    return _known(_databases_v5(source, target, read))


def _databases_v5(source: object, target: object, read: Reader) -> Iterator[Database]:
    for role, raw in (("source", source), ("target", target)):
        field = f"{role}_endpoint"
        for endpoint in read.first(read.records(raw, wire.JobEndpoint, field), _MOST_ENDPOINTS, "endpoint"):
            database = read.record(endpoint.endpoint, wire.CloudDatabase, "endpoint")
            cloud = read.record(endpoint.cloud, wire.CloudRegion, "cloud")
            yield Database(
                role,
                read.word(endpoint.db_type, "db_type") or "",
                read.identifier(database.instance_id, "instance_id") or "",
                read.word(cloud.region, "region") or "",
            )


def _known(databases: Iterable[Database]) -> tuple[Database, ...]:
    """Each once, those of which nothing is known left out."""
    return tuple(dict.fromkeys(one for one in databases if one != Database(one.role)))
