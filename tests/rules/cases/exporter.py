"""The exporter itself: whether it is there, and whether it runs as it was told."""

from collections.abc import Mapping

from tests.rules.case import Case, Firing, Subject, series

_UP = series("up")
_QUIET = {series("drs_up", project="prod"): "1x200"}


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
_FILE = {
    series("up", job="node"): "1x900",
    series("node_textfile_mtime_seconds", job="node", file="/textfile/drs.prom"): "1x900",
}
_RELOAD = series("drs_exporter_config_last_reload_successful")

_BUDGET = series("drs_exporter_request_budget_utilization_ratio", project="prod", service="drs")
_STRETCHED = _fired(
    {"instance": "one", "project": "prod", "service": "drs"},
    "Settings and jobs of project prod ask for 2 times the calls to drs that one may make: all its intervals are "
    "stretched.",
)
_CRASHES = series("drs_exporter_poll_crashes_total", project="prod")
_CRASHED = _fired(
    {"instance": "one", "project": "prod"},
    "A poll of project prod on one ended by an error that nobody foresaw.",
)

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
            Case(
                claim="a scrape job of another name is none of ours",
                series={
                    _UP: "_x60",
                    series("up", job="drs"): "1x60",
                    series("drs_up", job="drs", project="prod"): "1x60",
                },
                silent=("4m30s",),
                fires={"5m": _GONE},
            ),
            Case(
                claim="a textfile collector needs no target",
                series={_UP: "_x200", series("drs_up", job="node", project="prod"): "1x20 stale _ 1x200", **_FILE},
                silent=("5m", "11m", "1h"),
            ),
            Case(
                claim="projects that moved from the target to a textfile collector miss nothing",
                series={
                    _UP: "1x10 stale",
                    series("drs_up", project="prod"): "1x10 stale",
                    series("drs_up", job="node", project="prod"): "_x10 1x190",
                    **_FILE,
                },
                silent=("20m30s", "1h"),
            ),
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
        "DRSRequestBudgetExceeded": (
            Case(
                claim="fires after half an hour",
                series=_QUIET | {_BUDGET: "2x100"},
                silent=("29m30s",),
                fires={"30m": _STRETCHED},
            ),
            Case(
                claim="a lost scrape does not start the wait anew",
                series=_QUIET | {_BUDGET: "2x12 stale _x3 2x100"},
                fires={"30m": _STRETCHED},
            ),
            Case(
                claim="minutes without a scrape do",
                series=_QUIET | {_BUDGET: "2x12 stale _x8 2x100"},
                silent=("30m", "38m"),
                fires={"42m": _STRETCHED},
            ),
            Case(
                claim="a budget that is just enough is none", series=_QUIET | {_BUDGET: "1x100"}, silent=("31m", "45m")
            ),
            Case(
                claim="a fleet that grows for a while is none",
                series=_QUIET | {_BUDGET: "2x30 0.8x100"},
                silent=("30m", "40m"),
            ),
        ),
        "DRSPollCrashed": (
            Case(
                claim="fires at once, for half an hour",
                series=_QUIET | {_CRASHES: "0x10 1x150"},
                silent=("5m", "40m"),
                fires={"6m": _CRASHED, "30m": _CRASHED},
            ),
            Case(claim="polls that end well are none", series=_QUIET | {_CRASHES: "0x100"}, silent=("10m", "40m")),
            Case(
                claim="a restart counts from 0 and is none",
                series=_QUIET | {_CRASHES: "3x10 0x100"},
                silent=("4m", "10m"),
            ),
        ),
    },
    groups=("drs-exporter",),
    step="30s",
)

TEXTFILE = Subject(
    "textfile",
    {
        "DRSExporterAbsent": (
            Case(
                claim="a textfile collector of another project does not hide for three days that a target went",
                series={
                    _UP: "1x10 stale",
                    series("drs_up", project="prod"): "1x10 stale",
                    series("drs_up", job="node", project="other"): "1x900",
                    **_FILE,
                },
                silent=("1h", "74h"),
                fires={"2h": _GONE, "72h": _GONE},
            ),
        ),
    },
    groups=("drs-exporter",),
    step="5m",
)
