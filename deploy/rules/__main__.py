"""`python -m deploy.rules`: write everything that is made from the rules; with `--check`, only say what differs."""

import sys
from pathlib import Path
from typing import Final

from deploy.rules.document import document
from deploy.rules.groups import GROUPS
from deploy.rules.manifest import GENERATED, dump, groups, operator_manifest
from deploy.rules.objectives import openslo, sloth
from deploy.rules.promises import PROMISE_GROUPS

ROOT: Final = Path(__file__).resolve().parents[2]

OPTIONAL: Final = "deploy/prometheus/optional"
"""Rules that are loaded by those who want them."""


def generate() -> dict[str, str]:
    """Every generated file: its path from the root of the repository, and its text."""
    return {
        **{f"deploy/prometheus/rules/{group.name}.yml": GENERATED + dump(groups([group])) for group in GROUPS},
        "deploy/kubernetes/prometheusrule.yaml": GENERATED + dump(operator_manifest(GROUPS)),
        **{f"{OPTIONAL}/{group.name}.yml": GENERATED + dump(groups([group])) for group in PROMISE_GROUPS},
        "deploy/slo/openslo.yaml": GENERATED + openslo(),
        "deploy/slo/sloth.yaml": GENERATED + dump(sloth()),
        "docs/alerts.md": document(),
    }


def main(arguments: list[str]) -> int:
    """Write or check; 1 if a check finds a difference."""
    stale = {
        path: text
        for path, text in generate().items()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text
    }
    for path, text in stale.items():
        sys.stdout.write(f"{path}\n")
        if "--check" not in arguments:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
