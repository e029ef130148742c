"""Draw dashboards: `python -m grafana.preview --prometheus http://127.0.0.1:9090 --out docs/images`."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from grafana.generate import dashboards, plain
from grafana.preview.page import draw
from grafana.preview.prometheus import Prometheus
from grafana.preview.variables import Period


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one PNG per dashboard asked for."""
    boards = {str(board.uid): plain(board) for board in dashboards()}
    parser = argparse.ArgumentParser(prog="python -m grafana.preview", description=__doc__)
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090", help="base URL")
    parser.add_argument("--dashboard", action="append", choices=sorted(boards), help="default: all")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the pictures")
    parser.add_argument("--hours", type=float, default=6, help="length of the time range")
    parser.add_argument("--at", type=float, default=None, help="its end as Unix time; default: now")
    parser.add_argument("--scrape-interval", type=float, default=60, help="seconds")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="choice of a variable")
    options = parser.parse_args(arguments)
    end = time.time() if options.at is None else options.at
    period = Period(end - options.hours * 3600, end, options.scrape_interval)
    chosen = dict(choice.split("=", 1) for choice in options.var)
    options.out.mkdir(parents=True, exist_ok=True)
    for uid in options.dashboard or boards:
        path = options.out / f"{uid}.png"
        path.write_bytes(draw(boards[uid], Prometheus(options.prometheus), period, chosen))
        print(f"{path}  {path.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
