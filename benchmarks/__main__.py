"""`python -m benchmarks` measures everything and writes docs/performance.md; `python -m benchmarks NAME` one thing."""

import argparse
import platform
import time
from importlib import import_module
from pathlib import Path

from benchmarks.before import before_and_after
from benchmarks.table import Table

NAMES = (
    "scrape",
    "render",
    "poll",
    "decode",
    "compression",
    "memory",
    "lag",
    "hanging",
    "calls",
    "pace",
    "shards",
    "day",
    "loops",
)
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*NAMES, []], help=", ".join(NAMES))
    names = parser.parse_args().names
    tables = []
    for name in names or NAMES:
        begun = time.monotonic()
        table: Table = import_module(f"benchmarks.{name}").run()
        tables.append(table)
        print(table.markdown(), flush=True)
        print(f"({name}: {time.monotonic() - begun:.0f} s)\n", flush=True)
    if not names:
        PAGE.write_text(page(tables), encoding="utf-8")


def page(tables: list[Table]) -> str:
    """The whole of docs/performance.md."""
    preface = (Path(__file__).parent / "preface.md").read_text(encoding="utf-8")
    machine = f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}"
    return "\n".join(
        [preface.format(machine=machine), before_and_after(tables), *(table.markdown() for table in tables)]
    )


if __name__ == "__main__":
    main()
