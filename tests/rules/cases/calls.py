"""How the cloud takes the exporter's calls: sign-in, throttling, values and statuses that are new."""

from collections.abc import Mapping

from tests.rules.case import Case, Firing, Subject, series

_QUIET = {series("drs_up", project="prod"): "1x200"}
_PROJECT = {"project": "prod", "instance": "one"}


def _fired(labels: Mapping[str, str], description: str) -> tuple[Firing]:
    return (Firing(labels, description),)


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


_SIGN_INS = series("drs_exporter_sign_in_failures_total", project="prod")
_RETRIES = series("drs_exporter_api_retries_total", project="prod", operation="list_jobs", reason="throttled")
_ERRORS = series("drs_exporter_parse_errors_total", project="prod", field="remaining_time")
_UNKNOWN = series("drs_exporter_unknown_statuses", project="prod")
_EXPIRY = series("drs_exporter_credential_expiry_timestamp_seconds", project="prod")

CALLS = Subject(
    "calls",
    {
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
                claim="fires though the series is not there before its first error",
                series=_QUIET | {_ERRORS: "_x20 1+1x100"},
                silent=("9m30s", "15m", "19m30s"),
                fires={"20m": _unread("21")},
            ),
            Case(
                claim="fires though the first poll with errors has many",
                series=_QUIET | {_ERRORS: "_x20 100x9 200x100"},
                silent=("15m", "19m30s"),
                fires={"20m": _unread("102.5")},
            ),
            Case(
                claim="errors of one poll that are over with it are none",
                series=_QUIET | {_ERRORS: "_x20 100x200"},
                silent=("10m", "15m30s", "30m"),
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
