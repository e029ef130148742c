"""What the exporter can read: projects and collectors."""

from collections.abc import Mapping

from tests.rules.case import Case, Firing, Subject, series

_QUIET = {series("drs_up", project="prod"): "1x200"}
_COLLECTOR = {"project": "prod", "instance": "one", "collector": "progress"}
_PROJECT = {"project": "prod", "instance": "one"}


def _drs_up(instance: str = "one", project: str = "prod") -> str:
    return series("drs_up", instance=instance, project=project)


def _fired(labels: Mapping[str, str], description: str) -> tuple[Firing]:
    return (Firing(labels, description),)


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


_SUPPORTED = series("drs_exporter_collector_supported", project="prod", collector="progress")

READING = Subject(
    "reading",
    {
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
                claim="a search that found its projects at the second look is none",
                series={_drs_up(): "0x3 stale"},
                silent=("4m", "5m", "6m"),
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
                claim="a round that takes longer than its interval has as long",
                series=_QUIET
                | _collector("1x60", "0x60")
                | {series("drs_exporter_collector_round_seconds", project="prod", collector="progress"): "600x60"},
                silent=("8m30s", "25m"),
            ),
            Case(
                claim="a round within its interval changes nothing",
                series=_QUIET
                | _collector("1x60", "0x60")
                | {series("drs_exporter_collector_round_seconds", project="prod", collector="progress"): "5x60"},
                fires={"8m30s": _old("8m 30s")},
            ),
            Case(
                claim="an exporter that was replaced grows old in peace",
                series=_QUIET
                | _collector("1x5 stale", "0x5 stale", "60x5 stale")
                | _collector("_x6 1x60", "_x6 180+30x60", "_x6 60x60", instance="two"),
                silent=("4m", "6m", "8m", "8m30s", "10m", "12m"),
            ),
        ),
    },
    groups=("drs-exporter",),
    step="30s",
)
