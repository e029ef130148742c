"""Standard output and error as they are found: any encoding, a full disk, a reader that has gone."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from drs_exporter.errors import DrsExporterError

_STANDARD_OUTPUT: Final = 1
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EBADF})


class OutputError(DrsExporterError):
    """Standard output cannot be written; without a message where its reader has simply gone."""


@contextmanager
def any_output() -> Iterator[None]:
    """Within, a letter that the encoding lacks is replaced, and output that cannot be written is an OutputError."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _drop()
        raise OutputError("") from None
    except OSError as exc:
        if exc.errno not in _UNWRITABLE or exc.filename is not None:
            raise
        _drop()
        raise OutputError(f"standard output cannot be written: {exc.strerror}") from None


def _drop() -> None:
    """Let what is still waiting to be written go nowhere, or Python would fail with it once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_OUTPUT)
    os.close(nowhere)
