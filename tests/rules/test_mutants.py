"""Every number, comparison and wait of the rules is held by a case: change one, and promtool fails."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.rules.groups import ALERTS, GROUPS, RECORDS
from deploy.rules.manifest import dump, groups
from deploy.rules.rule import Alert, Group, Record
from tests.rules.case import Subject, promtool_file
from tests.rules.cases.together import TOGETHER
from tests.rules.mutants import Mutant, mutants
from tests.rules.promtool import SUBJECTS, check

pytestmark = pytest.mark.programs

_HELD_BY = {
    "drs:job_last_status_timestamp_seconds": "DRSJobIncrementalTransferFailed",
    "drs:job_failed": "DRSJobChangeFailed",
    "drs:job_recovered_timestamp_seconds": "DRSJobStopApproaching",
    "drs:job_failed_since_timestamp_seconds": "DRSJobStopApproaching",
    "drs:job_abnormal_limit_seconds": "DRSJobStopApproaching",
    "drs:job_abnormal_limit_used_ratio": "DRSJobStopApproaching",
    "drs:job_settled": "DRSJobDelayHigh",
    "drs:job_settled_delay_seconds": "DRSJobDelayHigh",
    "drs:job_delay_threshold_seconds": "DRSJobDelayOverOwnThreshold",
    "drs:job_cutover_candidate": "drs:job_cutover_ready",
    "drs:job_cutover_blocker": "drs:job_cutover_ready",
}
"""The alert, or the recorded series that no alert reads, whose cases hold each recorded series."""

_EQUIVALENT = {
    ("drs:job_failed_since_timestamp_seconds", r".* is >="): "no job is seen failed and well at the same moment",
    ("drs:job_recovered_timestamp_seconds", "CLOCK_HOLD is 518400000ms"): "it outlives the clock it would reset",
    ("DRSJobDelayGrowing", "comparison > at 142 is >="): "no trend meets its limit to the bit",
    ("DRSDataTooOld", "comparison > at 281 is >="): "of two that are equal either is the longer",
}
"""Changes that nobody could see, and why."""

Rule = Alert | Record
_RULES: tuple[Rule, ...] = (*ALERTS, *RECORDS)


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.name)
def test_every_change_of_a_rule_fails_a_case(rule: Rule, tmp_path: Path) -> None:
    alive = [mutant for mutant in mutants(rule) if not _is_equivalent(mutant)]
    alert = next(one for one in _RULES if one.name == _HELD_BY.get(rule.name, rule.name))
    subjects = [subject for subject in SUBJECTS if alert.name in subject.cases and subject is not TOGETHER]
    for subject in subjects:
        # The first cases of an alert are the plainest and notice most: what they notice need not meet the others.
        for part in (slice(2), slice(2, None)):
            cases = replace(subject, cases={alert.name: subject.cases[alert.name][part]})
            unchanged, *files = [
                _write(tmp_path, name, changed, alert=alert, subject=cases)
                for name, changed in (("unchanged", rule), *((f"mutant{n}", one.rule) for n, one in enumerate(alive)))
            ]
            passed = _passed([unchanged, *files]) if alive and cases.cases[alert.name] else {unchanged, *files}
            assert unchanged in passed
            alive = [mutant for mutant, file in zip(alive, files, strict=True) if file in passed]
    assert [mutant.change for mutant in alive] == []


def _is_equivalent(mutant: Mutant) -> bool:
    return any(mutant.rule.name == name and re.fullmatch(change, mutant.change) for name, change in _EQUIVALENT)


def _write(folder: Path, name: str, rule: Rule, *, alert: Rule, subject: Subject) -> Path:
    """The rule with the recorded series and the alert that belong to it, and the subject's cases as promtool's file."""
    known: tuple[Rule, ...] = (*RECORDS, alert, rule)
    chosen = {one.name: one for one in known}
    needed = _needed(chosen[alert.name], chosen)
    kept = [Group(group.name, tuple(chosen[one.name] for one in group.rules if one.name in needed)) for group in GROUPS]
    (folder / f"{name}.rules").write_text(dump(groups(kept)))
    file = folder / f"{name}.yml"
    file.write_text(promtool_file(subject, rule_files=[f"{name}.rules"], alone=True))
    return file


def _needed(rule: Rule, rules: Mapping[str, Rule]) -> set[str]:
    """Names of the rule and of every recorded series it reads, directly or not."""
    needed, pending = {rule.name}, [rule]
    while pending:
        read = set(re.findall(r"drs:\w+", pending.pop().expr)) - needed
        needed |= read
        pending += [rules[name] for name in read]
    return needed


def _passed(files: Sequence[Path]) -> set[Path]:
    """The files that promtool has no objection to."""
    return {Path(path) for path in re.findall(r"^Unit Testing:  (\S+)\n  SUCCESS$", check(files).stdout, re.MULTILINE)}
