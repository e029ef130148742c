"""Whether every collector keeps its interval, and what is in its way."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.exporter.calls import PROJECT
from grafana.panels import lines
from grafana.phases import CRITICAL, WARNING
from grafana.queries import best, over_time, select


def utilization() -> dashboard.Panel:
    """Use of the request budget."""
    return lines(
        "Request budget",
        "Calls a second that settings and jobs ask for, over what may be made: above 100 % all intervals stretch.",
        over_time(
            best("drs_exporter_request_budget_utilization_ratio", PROJECT, by="project, service"),
            "{{project}} {{service}}",
        ),
        unit="percentunit",
        no_value="not known yet",
        limits=True,
        steps=((None, "transparent"), (0.9, WARNING), (1, CRITICAL)),
    )


def rounds() -> dashboard.Panel:
    """Rounds against their intervals."""
    took = best("drs_exporter_collector_round_seconds", PROJECT, by="project, collector")
    meant = best("drs_exporter_collector_interval_seconds", PROJECT, by="project, collector")
    return lines(
        "Rounds in intervals",
        "How long each collector's last complete round took, in intervals of that collector: above 1 it is behind.",
        over_time(f"{took} / {meant}", "{{project}} {{collector}}"),
        unit="none",
        no_value="no round is complete yet",
        limits=True,
        steps=((None, "transparent"), (1.05, WARNING)),
    )


def limits() -> dashboard.Panel:
    """What the cloud lets us ask."""
    return lines(
        "Limits learned",
        "Calls a second now allowed for an operation that the cloud throttled; it recovers by itself.",
        over_time(best("drs_exporter_api_rate_limit", PROJECT, by="project, operation"), "{{project}} {{operation}}"),
        unit="reqps",
        no_value="nothing is throttled",
    )


_RANGE: Final = "$__rate_interval"


def dropped() -> dashboard.Panel:
    """What the bounds left out."""
    values = f"sum by (project, kind) (increase({select('drs_exporter_dropped_values_total', PROJECT, over=_RANGE)}))"
    return lines(
        "Left out by the bounds",
        "Values of the cloud's choosing that were too many or too long to be kept, by their kind.",
        over_time(values, "{{project}} {{kind}}"),
        unit="none",
        no_value="none",
    )


def crashes() -> dashboard.Panel:
    """Bugs met in polls."""
    return lines(
        "Crashed polls",
        "Polls ended by an error that nobody foresaw: each is in the log with its traceback, and should be reported.",
        over_time(
            f"sum by (project) (increase({select('drs_exporter_poll_crashes_total', PROJECT, over=_RANGE)}))",
            "{{project}}",
        ),
        unit="none",
        no_value="none",
    )


def answers() -> dashboard.Panel:
    """The exporter's own HTTP."""
    return lines(
        "Answers to scrapers and people",
        "Answers of the exporter itself each second, by path and status.",
        over_time(
            f"sum by (path, code) (rate({select('drs_exporter_http_requests_total', over=_RANGE)}))",
            "{{path}} {{code}}",
        ),
        unit="reqps",
        no_value="nobody asks",
        stacked=True,
    )
