"""`python -m tools.generate`: writes everything that is made from code; `--check` only says what is not up to date."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.helm.values_page import generate as chart_pages
from deploy.rules.__main__ import generate as rules
from grafana.generate import generate as dashboards
from tests.rules.promtool import generate as rule_cases
from tools import bearers, configuration_page, metrics_page, mixin, reliability_page

ROOT = Path(__file__).parent.parent


def generated() -> Mapping[Path, str]:
    """Every generated file, relative to the repository, with the text it must have."""
    pages = {
        "docs/metrics.md": metrics_page.page(),
        "docs/configuration.md": configuration_page.document(),
        "docs/reliability.md": reliability_page.page(),
    }
    texts = pages | rules() | rule_cases() | bearers.bearers(ROOT) | mixin.generate()
    return {Path(path): text for path, text in texts.items()} | dashboards() | chart_pages()


def outdated() -> list[Path]:
    """Files that are missing or differ."""
    return [
        path
        for path, text in generated().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write or check."""
    behind = outdated()
    if "--check" in sys.argv[1:]:
        for path in behind:
            print(f"{path} is not what the code makes: run `make generate`")
        return bool(behind)
    texts = generated()
    for path in behind:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(texts[path], encoding="utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
