"""How expressions are laid out for people."""

import promql_parser

_MANY = 4
"""Alternatives from which on each stands by itself: nested, each would be further to the right than the one before."""


def laid_out(expr: str) -> str:
    """The expression over several lines; many alternatives stand below each other, as equals."""
    parsed = promql_parser.parse(expr)
    parts: list[promql_parser.Expr] = []
    rest = parsed
    while isinstance(rest, promql_parser.BinaryExpr) and str(rest.op) == "or" and not _is_matched(rest):
        parts.insert(0, rest.rhs)
        rest = rest.lhs
    parts.insert(0, rest)
    return "\nor\n".join(part.prettify() for part in parts) if len(parts) >= _MANY else parsed.prettify()


def _is_matched(expr: promql_parser.BinaryExpr) -> bool:
    """Whether the two sides are matched by some of their labels only."""
    return expr.modifier is not None and expr.modifier.matching is not None
