"""Rules with one thing changed, each of which some case must notice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from deploy.rules import thresholds
from deploy.rules.rule import Alert, Record, limits
from deploy.rules.window import AT_ONCE, Window

_COMPARISON = re.compile(r"(?<![=!<>~])(==|>=|<=|>|<)(?![=~])")
_PLACE = re.compile(r"\$([A-Z][A-Z_]*)")
_OPPOSITE = {"==": ("!=",), ">=": ("<", ">"), "<=": (">",), ">": ("<", ">="), "<": (">", "<=")}
_HOLDS = {"STATUS_HOLD", "NEWS_HOLD"}
"""Not a limit: how long the last sample stands in for a missing one."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule, and what was changed."""

    change: str
    rule: Alert | Record


def mutants(rule: Alert | Record) -> Iterator[Mutant]:
    """The rule with each threshold halved and doubled, each comparison turned, and its wait halved and doubled."""
    for name in sorted(set(_PLACE.findall(rule.expr)) - _HOLDS):
        for factor in (0.5, 2):
            text = _threshold(name, factor)
            changed = re.sub(rf"\${name}\b", text, rule.expr)
            yield Mutant(f"{name} is {text}", replace(rule, expr=changed))
    for found in _COMPARISON.finditer(_without_labels(rule.expr)):
        for other in _OPPOSITE[found[1]]:
            changed = rule.expr[: found.start()] + other + rule.expr[found.end() :]
            yield Mutant(f"comparison {found[1]} at {found.start()} is {other}", replace(rule, expr=changed))
    if isinstance(rule, Alert) and rule.for_ != AT_ONCE:
        for factor in (0.5, 2):
            yield Mutant(f"for is {factor} times", replace(rule, for_=rule.for_.scaled(factor)))


def _threshold(name: str, factor: float) -> str:
    value = getattr(thresholds, name, None)
    if isinstance(value, Window):
        return str(value.scaled(factor))
    return f"{float(limits()[name]) * factor:.15g}"


def _without_labels(expr: str) -> str:
    """The expression with what stands in braces blanked, at the same length: matchers are no comparisons."""
    return re.sub(r"\{[^}]*\}", lambda braces: " " * len(braces[0]), expr)
