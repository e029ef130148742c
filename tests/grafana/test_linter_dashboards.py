"""Grafana's dashboard-linter, rule by rule: what it asks of a whole dashboard and of its variables."""

import re

import promql_parser
import pytest

from tests.grafana.boards import UIDS, board, expanded, variables

ON_TIME_RANGE_CHANGE = 2
SAFE_FUNCTIONS = {"label_names", "label_values", "metrics", "query_result"}


@pytest.mark.parametrize("uid", UIDS)
class TestRules:
    def test_template_datasource(self, uid: str) -> None:
        """One data source variable, named and labelled as everywhere."""
        (variable,) = variables(board(uid), "datasource")
        assert (variable["name"], variable["label"], variable["query"]) == ("datasource", "Data source", "prometheus")

    @pytest.mark.parametrize("name", ["job", "instance"])
    def test_template_job_and_template_instance(self, uid: str, name: str) -> None:
        """`job` and `instance` can be chosen, several at once, all at first."""
        (variable,) = (variable for variable in variables(board(uid)) if variable["name"] == name)
        assert variable["datasource"]["uid"] == "${datasource}"
        assert variable["label"] == name.title()
        assert variable["multi"]
        assert variable["includeAll"]
        assert variable["allValue"] == ".+"

    def test_template_label_promql(self, uid: str) -> None:
        """Every query variable asks with a function of Grafana's, about a selector that parses."""
        for variable in variables(board(uid)):
            function, argument = _function(variable["query"]["query"])
            assert function in SAFE_FUNCTIONS
            if function == "label_values":
                argument = argument.rpartition(",")[0]
            promql_parser.parse(expanded(argument))

    def test_template_on_time_change_reload(self, uid: str) -> None:
        """Choices follow the time range."""
        assert {variable["refresh"] for variable in variables(board(uid))} == {ON_TIME_RANGE_CHANGE}

    def test_uneditable_dashboard(self, uid: str) -> None:
        assert board(uid)["editable"] is False


def _function(query: str) -> tuple[str, str]:
    found = re.fullmatch(r"([a-z_]+)\((.+)\)", query, re.DOTALL)
    assert found, query
    return found[1], found[2]
