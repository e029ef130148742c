"""Grafana's dashboard-linter, rule by rule: what it asks of a query."""

from datetime import timedelta

import promql_parser
import pytest

from tests.grafana.boards import UIDS, expanded, is_recorded, nodes, selectors, targets

RATES = {"rate", "irate"}
COUNTER_FUNCTIONS = RATES | {"increase"}
COUNTERS = ("_total", "_bucket", "_sum", "_count")
RATE_INTERVAL = timedelta(seconds=8869991)


@pytest.mark.parametrize("uid", UIDS)
class TestRules:
    def test_target_promql(self, uid: str) -> None:
        for target in targets(uid):
            assert promql_parser.parse(expanded(target.expr)), target

    def test_target_rate_interval(self, uid: str) -> None:
        """A rate looks as far back as Grafana says, so that it is right for every data source and zoom."""
        for target in targets(uid):
            for node, above in nodes(target.expr):
                if isinstance(node, promql_parser.Call) and node.func.name in RATES:
                    (window,) = node.args
                    assert isinstance(window, promql_parser.MatrixSelector), target
                    assert window.range == RATE_INTERVAL, target
                if isinstance(node, promql_parser.MatrixSelector):
                    assert isinstance(above[-1], promql_parser.Call), target

    @pytest.mark.parametrize("label", ["job", "instance"])
    def test_target_job_and_target_instance(self, uid: str, label: str) -> None:
        """Every selector is narrowed to the scrape jobs and instances chosen."""
        for target in targets(uid):
            found = selectors(target.expr)
            assert found, target
            for selector in found:
                if is_recorded(selector):
                    assert not {one.name for one in selector.matchers.matchers} & {"job", "instance"}, target
                    continue
                matched = [(one.op, one.value) for one in selector.matchers.matchers if one.name == label]
                assert matched == [(promql_parser.MatchOp.Re, f"${label}")], target

    def test_target_counter_agg(self, uid: str) -> None:
        """A counter is only ever looked at through `rate`, `irate` or `increase`."""
        for target in targets(uid):
            for node, above in nodes(target.expr):
                if isinstance(node, promql_parser.VectorSelector) and (node.name or "").endswith(COUNTERS):
                    call, window = above[-2:]
                    assert isinstance(window, promql_parser.MatrixSelector), target
                    assert isinstance(call, promql_parser.Call), target
                    assert call.func.name in COUNTER_FUNCTIONS, target
