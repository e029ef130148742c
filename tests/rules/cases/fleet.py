"""What is recorded of all jobs together, by their kind."""

from deploy.rules.fleet import BYTES, DELAY, LAGGING, ROWS, RPO, RTO
from deploy.rules.rule import Record
from tests.rules.case import Case, Series, Subject, job, status

_PAYMENTS = {"job_id": "j2", "job_name": "payments"}
_BILLING = {"job_id": "j3", "job_name": "billing"}
_KINDS: tuple[tuple[dict[str, str], str, str], ...] = (
    ({}, "mysql", "sync"),
    (_PAYMENTS, "mysql", "sync"),
    (_BILLING, "postgresql", "cloudDataGuard"),
)
_JOBS = {job("drs_job_info", engine_type=engine, db_use_type=use, **who): "1x30" for who, engine, use in _KINDS} | {
    status("INCRE_TRANSFER_STARTED", "incremental", **who): "1x30" for who, _, _ in _KINDS
}
_METRICS = {
    DELAY: "drs_job_incremental_delay_seconds",
    ROWS: "drs_job_apply_rows_per_second",
    BYTES: "drs_job_apply_bytes_per_second",
    RPO: "drs_job_rpo_delay_seconds",
    RTO: "drs_job_rto_delay_seconds",
}
_LIMIT = "drs_job_incremental_delay_threshold_seconds"


def _told(record: Record, mysql: float | None, postgresql: float | None) -> dict[str, Series]:
    """Exactly these two sums or extremes; None where there is none."""
    values = {("mysql", "sync"): mysql, ("postgresql", "cloudDataGuard"): postgresql}
    return {
        record.name: {
            f'{record.name}{{project="prod",engine_type="{engine}",db_use_type="{use}"}}': f"{value}"
            for (engine, use), value in values.items()
            if value is not None
        }
    }


def _together(record: Record, metric: str) -> tuple[Case, ...]:
    both = 40 if record.name.endswith(":sum") else 30
    return (
        Case(
            claim="jobs of a kind are told together, those of another apart",
            series=_JOBS | {job(metric): "10x30", job(metric, **_PAYMENTS): "30x30", job(metric, **_BILLING): "7x30"},
            vectors={"5m": _told(record, both, 7)},
        ),
        Case(
            claim="a second replica changes nothing, though it calls a job something else",
            series=_JOBS
            | {job(metric): "10x30", job(metric, **_PAYMENTS): "30x30", job(metric, instance="two"): "10x30"}
            | {job("drs_job_info", engine_type="mysql", db_use_type="sync", job_name="new", instance="two"): "1x30"},
            vectors={"5m": _told(record, both, None)},
        ),
        Case(
            claim="a gap of minutes is bridged, a longer one is not",
            series=_JOBS | {job(metric): "10x2 stale", job(metric, **_BILLING): "7x30"},
            vectors={"12m": _told(record, 10, 7), "13m": _told(record, None, 7)},
        ),
    )


def _lagging(claim: str, samples: dict[str, str], mysql: float, postgresql: float | None) -> Case:
    return Case(claim=claim, series=_JOBS | samples, vectors={"15m": _told(LAGGING, mysql, postgresql)})


_DELAY = _METRICS[DELAY]
_OURS, _SECOND, _THIRD = (job(_DELAY, **who) for who, _, _ in _KINDS)

_ONLY_FOLLOWING = Case(
    claim="a job that is paused falls behind, which is no news",
    series=_JOBS
    | {status("INCRE_TRANSFER_STARTED", "incremental"): "1x2 stale", status("PAUSING", "paused"): "_x3 1x30"}
    | {_OURS: "900x30", _SECOND: "30x30"},
    vectors={"2m": _told(DELAY, 900, None), "9m": _told(DELAY, 30, None)},
)

FLEET = Subject(
    "fleet",
    {
        **{record.name: _together(record, metric) for record, metric in _METRICS.items()},
        DELAY.name: (*_together(DELAY, _DELAY), _ONLY_FOLLOWING),
        LAGGING.name: (
            _lagging("five minutes are allowed", {_OURS: "301x30", _SECOND: "300x30", _THIRD: "300x30"}, 1, 0),
            _lagging("both of a kind", {_OURS: "301x30", _SECOND: "400x30", _THIRD: "301x30"}, 2, 1),
            _lagging("its owner's limit counts", {_OURS: "31x30", _SECOND: "31x30", job(_LIMIT): "30x30"}, 1, None),
            _lagging("a higher limit too", {_OURS: "600x30", job(_LIMIT): "600x30"}, 0, None),
            Case(
                claim="not while a full transfer runs",
                series={
                    job("drs_job_info", engine_type="mysql", db_use_type="sync"): "1x30",
                    status("FULL_TRANSFER_STARTED", "full"): "1x30",
                    _OURS: "301x30",
                },
                vectors={"15m": _told(LAGGING, None, None)},
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-delay", "drs-fleet"),
)
