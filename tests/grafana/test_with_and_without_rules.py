"""Graphs of the whole fleet read what the rules record, and every job where no rule can tell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.rules.fleet import FLEET
from deploy.rules.manifest import dump
from deploy.rules.recording import FAILED_SINCE
from grafana.needs import UNRECORDED
from tests.grafana.boards import board, targets, variables
from tests.grafana.templates import substitute
from tests.rules.promtool import check

_SCRAPED: Final = 'job="drs-exporter",instance="one"'
_ALL: Final = {"job": ".+", "instance": ".+", "project": ".+", "engine": ".*", "scenario": ".*", "name": ""}
_KIND: Final = 'project="prod",engine_type="mysql",db_use_type="sync"'


def _job(metric: str, job_id: str, name: str, labels: str = "") -> str:
    return f'{metric}{{{_SCRAPED},project="prod",job_id="{job_id}",job_name="{name}"{labels}}}'


_JOBS: Final = {
    _job(metric, job_id, name, labels): f"{value}x60"
    for metric, value, labels in (
        ("drs_job_info", 1, ',engine_type="mysql",db_use_type="sync"'),
        ("drs_job_status", 1, ',status="INCRE_TRANSFER_STARTED",phase="incremental"'),
        ("drs_job_incremental_delay_seconds", 400, ""),
        ("drs_job_apply_rows_per_second", 400, ""),
        ("drs_job_apply_bytes_per_second", 400, ""),
        ("drs_job_rpo_delay_seconds", 400, ""),
        ("drs_job_rto_delay_seconds", 400, ""),
    )
    for job_id, name in (("j1", "orders"), ("j2", "payments"))
}
_SUMS: Final = {f"{record.name}{{{_KIND}}}": "99x60" for record in FLEET}
"""Other values than the jobs', so that one sees where an answer is from."""

_DRAWN: Final = {
    f"{target.panel} {target.letter}": target.expr for target in targets("drs-fleet") if "drs:fleet_" in target.expr
}
_LAGGING: Final = "Delay of the fleet B"
_SUMMED: Final = {_LAGGING: 1, "Written to targets A": 400, "Written to targets B": 400}
"""What each job adds; the others take the largest."""


def _agrees(folder: Path, series: Mapping[str, str], wanted: Mapping[str, float | None], at: str = "30m") -> None:
    """promtool finds each of these values, or nothing for None."""
    asked: list[dict[str, Any]] = [
        {"expr": expr, "eval_time": at, "exp_samples": [] if value is None else [{"labels": "{}", "value": value}]}
        for expr, value in wanted.items()
    ]
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    file = folder / "asked.yml"
    file.write_text(dump({"tests": [{"interval": "1m", "input_series": inputs, "promql_expr_test": asked}]}))
    run = check([file])
    assert run.returncode == 0, run.stdout + run.stderr


def _asked(values: dict[str, str]) -> dict[str, str]:
    return {name: substitute(expr, _ALL | values) for name, expr in _DRAWN.items()}


def test_every_sum_of_the_rules_is_drawn() -> None:
    assert all(any(record.name in expr for expr in _DRAWN.values()) for record in FLEET)
    assert len(_DRAWN) == len(FLEET)


@pytest.mark.programs
class TestGraphs:
    def test_with_the_rules_they_are_drawn_from_what_those_record(self, tmp_path: Path) -> None:
        _agrees(tmp_path, _JOBS | _SUMS, dict.fromkeys(_asked({UNRECORDED: ""}).values(), 99))

    def test_and_then_no_job_is_looked_at(self, tmp_path: Path) -> None:
        """Which is what would cost."""
        _agrees(tmp_path, _JOBS, dict.fromkeys(_asked({UNRECORDED: ""}).values()))

    def test_without_the_rules_they_are_drawn_from_every_job(self, tmp_path: Path) -> None:
        wanted = {
            expr: 2 * _SUMMED[name] if name in _SUMMED else 400 for name, expr in _asked({UNRECORDED: "1"}).items()
        }
        _agrees(tmp_path, _JOBS, wanted)

    def test_of_a_name_that_was_typed_no_rule_knows(self, tmp_path: Path) -> None:
        wanted = {expr: _SUMMED.get(name, 400) for name, expr in _asked({UNRECORDED: "", "name": "PAY"}).items()}
        _agrees(tmp_path, _JOBS | _SUMS, wanted)

    def test_the_engine_chosen_counts_either_way(self, tmp_path: Path) -> None:
        for recorded in ("", "1"):
            asked = _asked({UNRECORDED: recorded, "engine": "postgresql"})
            _agrees(tmp_path, _JOBS | _SUMS, dict.fromkeys(asked.values()))


@pytest.mark.programs
class TestFailures:
    _FAILED: Final = {
        _job("drs_job_info", "j1", "orders", ',engine_type="mysql",db_use_type="sync"'): "1x60",
        _job("drs_job_status", "j1", "orders", ',status="FULL_TRANSFER_FAILED",phase="failed"'): "_x20 1x60",
    }

    def _since(self, recorded: str) -> str:
        (expr,) = (one.expr for one in targets("drs-fleet") if one.panel == "What needs me now" and one.letter == "B")
        return f"sum({substitute(expr, _ALL | {UNRECORDED: recorded})})"

    def test_when_they_began_is_what_the_rule_remembers(self, tmp_path: Path) -> None:
        series = self._FAILED | {f'{FAILED_SINCE.name}{{project="prod",job_id="j1"}}': "300x60"}
        _agrees(tmp_path, series, {self._since(""): 1500})

    def test_without_the_rule_it_is_looked_for(self, tmp_path: Path) -> None:
        _agrees(tmp_path, self._FAILED, {self._since("1"): 600})

    def test_of_those_that_no_rule_is_about_it_is_looked_for_too(self, tmp_path: Path) -> None:
        series = {
            name.replace("FULL_TRANSFER_FAILED", "CREATE_FAILED"): values for name, values in self._FAILED.items()
        }
        _agrees(tmp_path, series, {self._since(""): 600})


def test_nobody_sees_the_variable_that_tells_whether_the_rules_are_there() -> None:
    (variable,) = (one for one in variables(board("drs-fleet")) if one["name"] == UNRECORDED)
    assert (variable["hide"], variable["skipUrlSync"]) == (2, True)
    assert variable["query"]["query"].startswith("query_result(absent(drs:fleet_")
