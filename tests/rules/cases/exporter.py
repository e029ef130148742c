"""The exporter and what it can read."""

from collections.abc import Mapping

from tests.rules.case import Case, Firing, Subject, series

_UP = series("up")
_QUIET = {series("drs_up", project="prod"): "1x200"}
_COLLECTOR = {"project": "prod", "instance": "one", "collector": "progress"}
_PROJECT = {"project": "prod", "instance": "one"}


def _drs_up(instance: str = "one", project: str = "prod") -> str:
    return series("drs_up", instance=instance, project=project)


def _fired(labels: Mapping[str, str], description: str) -> tuple[Firing]:
    return (Firing(labels, description),)


_DOWN = _fired(
    {"instance": "one", "job": "drs-exporter"},
    "one has answered no scrape for five minutes: its jobs are not watched.",
)
_GONE = _fired(
    {"job": "drs-exporter"},
    "No target of scrape job drs-exporter has been known for a quarter of an hour: no DRS job is watched.",
)
_UNREADABLE = _fired(
    {"project": "prod"},
    "No exporter could list the jobs of project prod for ten minutes: they are not watched.",
)
_PARTLY = _fired(
    _PROJECT,
    "one could not list the jobs of project prod for ten minutes, while another exporter can.",
)
_FAILING = _fired(
    _COLLECTOR,
    "Collector progress of project prod keeps failing on one: what it reads is missing or about to be.",
)


def _collector(success: str, last: str, interval: str = "60x100", **labels: str) -> dict[str, str]:
    """A collector's three series."""
    at = {"project": "prod", "collector": "progress"} | labels
    return {
        series("drs_exporter_collector_success", **at): success,
        series("drs_exporter_collector_last_success_timestamp_seconds", **at): last,
        series("drs_exporter_collector_interval_seconds", **at): interval,
    }


def _old(age: str) -> tuple[Firing]:
    return _fired(
        _COLLECTOR,
        f"Collector progress of project prod on one last read anything {age} ago, though nothing says that it fails.",
    )


def _sign_in(failures: str) -> tuple[Firing]:
    return _fired(_PROJECT, f"Signing in to project prod failed {failures} times on one within 15m.")


def _throttled(share: str) -> tuple[Firing]:
    return _fired(_PROJECT, f"{share}% of the calls of project prod by one were throttled over 15m.")


def _requests(code: str) -> str:
    return series("drs_exporter_api_requests_total", project="prod", operation="batch_status", code=code)


def _unread(errors: str) -> tuple[Firing]:
    return _fired(
        {"project": "prod", "field": "remaining_time"},
        f"{errors} values of field remaining_time in project prod could not be read within 1h: "
        "their series are missing.",
    )


_SUPPORTED = series("drs_exporter_collector_supported", project="prod", collector="progress")
_SIGN_INS = series("drs_exporter_sign_in_failures_total", project="prod")
_RETRIES = series("drs_exporter_api_retries_total", project="prod", operation="list_jobs", reason="throttled")
_ERRORS = series("drs_exporter_parse_errors_total", project="prod", field="remaining_time")
_UNKNOWN = series("drs_exporter_unknown_statuses", project="prod")
_RELOAD = series("drs_exporter_config_last_reload_successful")
_EXPIRY = series("drs_exporter_credential_expiry_timestamp_seconds", project="prod")

EXPORTER = Subject(
    "exporter",
    {
        "DRSExporterDown": (
            Case(
                claim="fires after five minutes without a scrape",
                series={_UP: "1 0x60"},
                silent=("5m",),
                fires={"5m30s": _DOWN},
            ),
            Case(
                claim="a restart of some minutes is none",
                series={_UP: "1x4 0x6 1x60"},
                silent=("4m", "5m", "6m", "10m"),
            ),
            Case(
                claim="a target that answers now and then is up",
                series={_UP: "1 0x5 1 0x5 1 0x5 1 0x5"},
                silent=("3m", "6m", "9m", "12m"),
            ),
            Case(
                claim="other targets are none of its business",
                series={_UP: "1x60", series("up", job="node"): "0x60"},
                silent=("6m", "10m"),
            ),
        ),
        "DRSExporterAbsent": (
            Case(
                claim="fires a quarter of an hour after the last target went",
                series={_UP: "1x10 stale"},
                silent=("15m", "19m30s"),
                fires={"20m30s": _GONE},
            ),
            Case(
                claim="a target that does not answer is there",
                series={_UP: "1 0x100"},
                silent=("20m", "30m"),
            ),
            Case(
                claim="a gap in discovery is none",
                series={_UP: "1x10 stale _x26 1x60"},
                silent=("15m", "18m", "20m"),
            ),
        ),
        "DRSProjectUnreadable": (
            Case(
                claim="fires after ten minutes without a listing",
                series={_drs_up(): "1 0x60"},
                silent=("10m",),
                fires={"10m30s": _UNREADABLE},
            ),
            Case(
                claim="a restart meanwhile does not start the wait anew",
                series={_drs_up(): "1 0x14 stale _x3 0x60"},
                fires={"10m30s": _UNREADABLE},
            ),
            Case(
                claim="a lost poll is none",
                series={_drs_up(): "1x5 0x4 1x60"},
                silent=("3m", "5m", "8m", "12m"),
            ),
            Case(
                claim="as long as one exporter can read it, it is readable",
                series={_drs_up(): "1 0x60", _drs_up("two"): "1x60"},
                silent=("10m30s", "20m"),
            ),
        ),
        "DRSProjectPartlyUnreadable": (
            Case(
                claim="fires after ten minutes in which only the other exporter can list",
                series={_drs_up(): "1 0x60", _drs_up("two"): "1x60"},
                silent=("10m",),
                fires={"10m30s": _PARTLY},
            ),
            Case(
                claim="a project that none can list is another story",
                series={_drs_up(): "1 0x60", _drs_up("two"): "1 0x60"},
                silent=("10m30s", "20m"),
            ),
            Case(
                claim="the other exporter reads another project",
                series={_drs_up(): "1 0x60", _drs_up("two", "test"): "1x60"},
                silent=("10m30s", "20m"),
            ),
            Case(
                claim="an exporter that is replaced while it fails is none",
                series={_drs_up(): "1 0x40 stale", _drs_up("two"): "_x42 1x60"},
                silent=("21m30s", "24m", "26m", "30m"),
            ),
        ),
        "DRSCollectorFailing": (
            Case(
                claim="fires ten minutes after two runs were missed",
                series=_QUIET | _collector("1x2 0x60", "0x60") | {_SUPPORTED: "1x60"},
                silent=("12m",),
                fires={"12m30s": _FAILING},
            ),
            Case(
                claim="fires for a collector that never succeeded",
                series=_QUIET
                | {
                    series("drs_exporter_collector_success", project="prod", collector="progress"): "0x60",
                    series("drs_exporter_collector_interval_seconds", project="prod", collector="progress"): "60x60",
                },
                silent=("9m30s",),
                fires={"10m": _FAILING},
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_QUIET | _collector("1x2 0x10 stale _x3 0x60", "0x12 stale"),
                fires={"12m30s": _FAILING},
            ),
            Case(
                claim="one failed run of an hourly collector is none",
                series=_QUIET | _collector("1x2 0x110", "0x112", "3600x112"),
                silent=("15m", "55m"),
            ),
            Case(
                claim="what the cloud does not offer does not fail",
                series=_QUIET | _collector("1x2 0x4 stale", "0x60") | {_SUPPORTED: "1x6 0x60"},
                silent=("12m30s", "14m"),
            ),
            Case(
                claim="the listing has its own alert",
                series=_QUIET | _collector("1x2 0x60", "0x60", collector="jobs"),
                silent=("12m30s", "20m"),
            ),
        ),
        "DRSDataTooOld": (
            Case(
                claim="fires five minutes after three intervals",
                series=_QUIET | _collector("1x60", "0x60") | {_SUPPORTED: "1x60"},
                silent=("8m",),
                fires={"8m30s": _old("8m 30s")},
            ),
            Case(
                claim="a lost scrape does not start the wait anew",
                series=_QUIET | _collector("1x12 stale _x3 1x60", "0x12 stale _x3 0x60", "60x12 stale _x3 60x60"),
                fires={"8m30s": _old("8m 30s")},
            ),
            Case(
                claim="a collector that says it fails has another alert",
                series=_QUIET | _collector("1 0x60", "0x60"),
                silent=("8m30s", "12m"),
            ),
            Case(
                claim="an hourly collector may be an hour old",
                series=_QUIET | _collector("1x60", "0x60", "3600x60"),
                silent=("8m30s", "30m"),
            ),
            Case(
                claim="an exporter that was replaced grows old in peace",
                series=_QUIET
                | _collector("1x5 stale", "0x5 stale", "60x5 stale")
                | _collector("_x6 1x60", "_x6 180+30x60", "_x6 60x60", instance="two"),
                silent=("4m", "6m", "8m", "8m30s", "10m", "12m"),
            ),
        ),
        "DRSSignInRefused": (
            Case(
                claim="fires after two refusals",
                series=_QUIET | {_SIGN_INS: "0x20 1x10 2x60"},
                silent=("15m30s", "17m30s"),
                fires={"18m": _sign_in("2")},
            ),
            Case(
                claim="one refusal is none",
                series=_QUIET | {_SIGN_INS: "0x20 1x60"},
                silent=("12m", "20m", "30m"),
            ),
            Case(
                claim="refusals long ago are forgotten",
                series=_QUIET | {_SIGN_INS: "0x2 1 2x60"},
                silent=("20m", "30m"),
            ),
            Case(
                claim="two that are more than a quarter of an hour apart are none",
                series=_QUIET | {_SIGN_INS: "0x20 1x36 2x60"},
                silent=("20m", "29m", "31m", "35m"),
            ),
        ),
        "DRSApiThrottled": (
            Case(
                claim="fires after ten minutes of more than a tenth",
                series=_QUIET | {_requests("200"): "0+89x100", _requests("429"): "0+11x100"},
                silent=("10m",),
                fires={"10m30s": _throttled("11")},
            ),
            Case(
                claim="throttling under another status counts by its retries",
                series=_QUIET | {_requests("200"): "0+80x100", _requests("400"): "0+20x100", _RETRIES: "0+20x100"},
                silent=("10m",),
                fires={"10m30s": _throttled("20")},
            ),
            Case(
                claim="the share is that of a quarter of an hour",
                series=_QUIET | {_requests("200"): "0+100x100", _requests("429"): "0x19 400x80"},
                silent=("19m30s", "26m"),
                fires={"20m": _throttled("11.76"), "24m30s": _throttled("11.76")},
            ),
            Case(
                claim="a tenth of retries is allowed",
                series=_QUIET | {_requests("200"): "0+90x100", _requests("400"): "0+10x100", _RETRIES: "0+10x100"},
                silent=("10m30s", "30m"),
            ),
            Case(
                claim="a tenth is allowed",
                series=_QUIET | {_requests("200"): "0+90x100", _requests("429"): "0+10x100"},
                silent=("10m30s", "30m"),
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_QUIET
                | {
                    _requests("200"): "0+80x10 stale _x3 0+80x60",
                    _requests("429"): "0+20x10 stale _x3 0+20x60",
                },
                fires={"10m30s": _throttled("20")},
            ),
            Case(
                claim="a burst of a minute is none",
                series=_QUIET | {_requests("200"): "0+90x100", _requests("429"): "0x20 30 60x80"},
                silent=("11m", "15m", "22m", "30m"),
            ),
        ),
        "DRSParseErrors": (
            Case(
                claim="fires after more than ten an hour",
                series=_QUIET | {_ERRORS: "0+1x200"},
                silent=("10m",),
                fires={"10m30s": _unread("21")},
            ),
            Case(
                claim="ten an hour are allowed, eleven are not",
                series=_QUIET | {_ERRORS: "0x120 5x4 10x2 11x80"},
                silent=("1h3m", "1h9m"),
                fires={"1h9m30s": _unread("11")},
            ),
            Case(
                claim="what is spread over an hour counts",
                series=_QUIET | {_ERRORS: "0x20 6x79 12x200"},
                silent=("40m", "54m30s"),
                fires={"55m30s": _unread("12")},
            ),
            Case(
                claim="what is spread over more does not",
                series=_QUIET | {_ERRORS: "0x20 6x139 12x200"},
                silent=("1h20m", "1h26m", "1h40m"),
            ),
            Case(
                claim="a few are nothing",
                series=_QUIET | {_ERRORS: "0x10 3 5x100"},
                silent=("10m30s", "30m", "50m"),
            ),
        ),
        "DRSUnknownStatus": (
            Case(
                claim="fires after a quarter of an hour",
                series=_QUIET | {_UNKNOWN: "1x60"},
                silent=("14m30s",),
                fires={
                    "15m": _fired(
                        {"project": "prod"},
                        "Jobs of project prod are in 1 statuses that drs-exporter does not know; they are exported as "
                        "they are, in phase other or failed.",
                    )
                },
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_QUIET | {_UNKNOWN: "2x10 stale _x3 2x60"},
                fires={
                    "15m": _fired(
                        {"project": "prod"},
                        "Jobs of project prod are in 2 statuses that drs-exporter does not know; they are exported as "
                        "they are, in phase other or failed.",
                    )
                },
            ),
            Case(claim="known statuses are none", series=_QUIET | {_UNKNOWN: "0x60"}, silent=("15m", "30m")),
        ),
        "DRSConfigReloadFailed": (
            Case(
                claim="fires after five minutes",
                series=_QUIET | {_RELOAD: "0x60"},
                silent=("4m30s",),
                fires={
                    "5m": _fired(
                        {"instance": "one"},
                        "one could not load its changed configuration and goes on with the old one.",
                    )
                },
            ),
            Case(
                claim="a lost scrape does not start the wait anew",
                series=_QUIET | {_RELOAD: "0x3 stale _ 0x60"},
                fires={
                    "5m": _fired(
                        {"instance": "one"},
                        "one could not load its changed configuration and goes on with the old one.",
                    )
                },
            ),
            Case(claim="a good one is none", series=_QUIET | {_RELOAD: "1x60"}, silent=("5m", "20m")),
            Case(
                claim="a mistake that is mended at once is none",
                series=_QUIET | {_RELOAD: "0x6 1x60"},
                silent=("5m", "10m"),
            ),
        ),
        "DRSCredentialExpiring": (
            Case(
                claim="fires with less than five minutes left",
                series=_QUIET | {_EXPIRY: "1200x60"},
                silent=("15m", "17m"),
                fires={
                    "17m30s": _fired(
                        _PROJECT,
                        "The token or key for project prod on one ends in 2m 30s and should have been renewed by now.",
                    )
                },
            ),
            Case(
                claim="a lost scrape does not start the wait anew",
                series=_QUIET | {_EXPIRY: "1200x31 stale _ 1200x60"},
                fires={
                    "17m30s": _fired(
                        _PROJECT,
                        "The token or key for project prod on one ends in 2m 30s and should have been renewed by now.",
                    )
                },
            ),
            Case(
                claim="one that is renewed is none",
                series=_QUIET | {_EXPIRY: "1200x30 87600x60"},
                silent=("15m", "17m30s", "25m"),
            ),
        ),
    },
    groups=("drs-exporter",),
    step="30s",
)
