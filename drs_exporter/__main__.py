"""`python -m drs_exporter` is `drs-exporter`: signals are met first, and only then is the program read."""

import os
import signal
from contextlib import suppress
from types import FrameType
from typing import Final, NoReturn

_STANDARD_ERROR: Final = 2


def main() -> NoReturn:
    """Run the command line; SIGTERM or Ctrl-C before a command has begun ends the process at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from drs_exporter import cli  # noqa: PLC0415 - which takes a while

    cli.main()


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Say so in one line; an exception would be lost wherever an import lets none out."""
    with suppress(OSError):
        os.write(_STANDARD_ERROR, f"drs-exporter: ended by {signal.Signals(number).name}\n".encode())
    os._exit(128 + number)


if __name__ == "__main__":
    main()
