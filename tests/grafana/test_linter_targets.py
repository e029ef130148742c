"""Grafana's dashboard-linter, rule by rule: what it asks of a query."""

from datetime import timedelta

import promql_parser
import pytest

from tests.grafana.boards import Target, expanded, nodes, selectors, targets

RATES = {"rate", "irate"}
COUNTER_FUNCTIONS = RATES | {"increase"}
COUNTERS = ("_total", "_bucket", "_sum", "_count")
RATE_INTERVAL = timedelta(seconds=8869991)

pytestmark = pytest.mark.parametrize("target", targets(), ids=str)


def test_target_promql(target: Target) -> None:
    promql_parser.parse(expanded(target.expr))


def test_target_rate_interval(target: Target) -> None:
    """A rate looks as far back as Grafana says, so that it is right for every data source and zoom."""
    for node, above in nodes(target.expr):
        if isinstance(node, promql_parser.Call) and node.func.name in RATES:
            (window,) = node.args
            assert isinstance(window, promql_parser.MatrixSelector)
            assert window.range == RATE_INTERVAL, target.expr
        if isinstance(node, promql_parser.MatrixSelector):
            assert isinstance(above[-1], promql_parser.Call)


@pytest.mark.parametrize("label", ["job", "instance"])
def test_target_job_and_target_instance(target: Target, label: str) -> None:
    """Every selector is narrowed to the scrape jobs and instances chosen."""
    found = selectors(target.expr)
    assert found
    for selector in found:
        (matcher,) = (matcher for matcher in selector.matchers.matchers if matcher.name == label)
        assert (matcher.op, matcher.value) == (promql_parser.MatchOp.Re, f"${label}")


def test_target_counter_agg(target: Target) -> None:
    """A counter is only ever looked at through `rate`, `irate` or `increase`."""
    for node, above in nodes(target.expr):
        if isinstance(node, promql_parser.VectorSelector) and (node.name or "").endswith(COUNTERS):
            call, window = above[-2:]
            assert isinstance(window, promql_parser.MatrixSelector)
            assert isinstance(call, promql_parser.Call)
            assert call.func.name in COUNTER_FUNCTIONS
