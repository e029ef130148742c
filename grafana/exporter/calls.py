"""Calls to the cloud: how many, how fast, how they fail."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.distributions import heat
from grafana.fields import fixed
from grafana.panels import lines
from grafana.phases import CRITICAL, GOOD, INFORMATION, WARNING
from grafana.queries import best, buckets, over_time, select

PROJECT: Final = 'project=~"$project"'
_DURATION: Final = "drs_exporter_api_request_duration_seconds"


def _rate(metric: str, by: str) -> str:
    return f"sum by ({by}) (rate({select(metric, PROJECT, over='$__rate_interval')}))"


def _ever(metric: str, by: str, *matchers: str) -> str:
    """The rate of what happened at all in the time shown: unbroken, and without the many that stay at 0."""
    happened = f"sum by ({by}) (increase({select(metric, PROJECT, *matchers, over='$__range')})) > 0"
    rate = f"sum by ({by}) (rate({select(metric, PROJECT, *matchers, over='$__rate_interval')}))"
    return f"{rate} and on ({by}) ({happened})"


def by_operation() -> dashboard.Panel:
    """Calls by operation."""
    return lines(
        "Calls by operation",
        "Calls to the cloud each second, retries included, by what they ask.",
        over_time(_ever("drs_exporter_api_requests_total", "operation"), "{{operation}}"),
        unit="reqps",
        stacked=True,
        no_value="no calls",
    )


def by_code() -> dashboard.Panel:
    """Calls by outcome."""
    return lines(
        "Calls by outcome",
        "Calls each second by HTTP status, or by what went wrong instead of one.",
        over_time(_ever("drs_exporter_api_requests_total", "code"), "{{code}}"),
        unit="reqps",
        stacked=True,
        no_value="no calls",
        overrides=[
            fixed("200", GOOD),
            fixed("202", "#37B7A5"),
            fixed("429", WARNING),
            *(fixed(code, CRITICAL) for code in ("401", "403")),
            *(fixed(code, "#A352CC") for code in ("500", "502", "503")),
        ],
    )


def latency() -> dashboard.Panel:
    """Latency heatmap."""
    return heat(
        "Latency",
        "How many calls took how long.",
        buckets(f"sum by (le) (increase({select(f'{_DURATION}_bucket', PROJECT, over='$__rate_interval')}))"),
        unit="s",
        no_value="no calls",
    )


def slowest() -> dashboard.Panel:
    """Latency by operation."""
    return lines(
        "Slow calls by operation",
        "The duration that 19 of 20 calls stay below.",
        over_time(f"histogram_quantile(0.95, {_rate(f'{_DURATION}_bucket', 'operation, le')})", "{{operation}}"),
        unit="s",
        no_value="no calls",
    )


def mean() -> dashboard.Panel:
    """Mean latency by project."""
    return lines(
        "Mean duration by project",
        "Average duration of a call: the one region that is slow stands out.",
        over_time(
            f"{_rate(f'{_DURATION}_sum', 'project')} / ({_rate(f'{_DURATION}_count', 'project')} > 0)", "{{project}}"
        ),
        unit="s",
        no_value="no calls",
    )


def failures() -> dashboard.Panel:
    """Failed calls by operation and code."""
    return lines(
        "Failing calls by operation",
        "Calls that did not succeed, each second, by what was asked and what came back.",
        over_time(_ever("drs_exporter_api_requests_total", "operation, code", 'code!~"2.."'), "{{operation}} {{code}}"),
        unit="reqps",
        no_value="no failures",
    )


def retries() -> dashboard.Panel:
    """Retries by reason."""
    return lines(
        "Retries",
        "Calls repeated each second, by the reason.",
        over_time(_ever("drs_exporter_api_retries_total", "reason"), "{{reason}}"),
        unit="reqps",
        no_value="no retries",
    )


def throttling() -> dashboard.Panel:
    """Waiting for the budget."""
    return lines(
        "Waiting for the request budget",
        "Calls that wait at a time, on average, by project: throttled by the cloud, or by our own limit.",
        over_time(_rate("drs_exporter_api_throttled_seconds_total", "project"), "{{project}}"),
        unit="none",
        no_value="none",
    )


def sign_ins() -> dashboard.Panel:
    """Sign-ins and refusals."""
    return lines(
        "Sign-ins",
        "Sign-ins each minute and refused ones: one a day for a token is normal.",
        over_time(
            f"sum(increase({select('drs_exporter_sign_ins_total', PROJECT, over='$__rate_interval')}))", "sign-ins"
        ),
        over_time(
            f"sum(increase({select('drs_exporter_sign_in_failures_total', PROJECT, over='$__rate_interval')}))",
            "refused",
        ),
        unit="short",
        no_value="none",
        overrides=[fixed("sign-ins", INFORMATION), fixed("refused", CRITICAL)],
    )


def credentials() -> dashboard.Panel:
    """Life of tokens and temporary keys."""
    return lines(
        "Credential life by project",
        "Time until each project's token or temporary key ends; it jumps up at each renewal.",
        over_time(
            f"{best('drs_exporter_credential_expiry_timestamp_seconds', PROJECT, by='project')} - time()", "{{project}}"
        ),
        unit="s",
        no_value="nothing ends",
    )


def parse_errors() -> dashboard.Panel:
    """Values that could not be read."""
    return lines(
        "Unreadable values",
        "Values each second that should have been readable and were not, by field.",
        over_time(_ever("drs_exporter_parse_errors_total", "field"), "{{field}}"),
        unit="ops",
        no_value="none",
    )
