"""The command line: arguments in, exit code out."""

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from drs_exporter.cli.command import as_known
from drs_exporter.cli.group import CommandPlace, Commands
from drs_exporter.cli.signals import Ended
from drs_exporter.cli.streams import OutputError, any_output
from drs_exporter.errors import DrsExporterError, SettingsError

_WRONG = 2
_FAILED = 1
_INTERRUPTED = 130

COMMANDS: Final = {
    "serve": CommandPlace("drs_exporter.cli.serve", "Run the exporter.", reloads=True),
    "demo": CommandPlace("drs_exporter.cli.demo", "Run the exporter with a simulated cloud.", reloads=True),
    "simulate": CommandPlace("drs_exporter.cli.simulate", "Run only the simulated cloud."),
    "check": CommandPlace("drs_exporter.cli.check", "Try the configuration and say what to do."),
    "jobs": CommandPlace("drs_exporter.cli.jobs", "Show all jobs, those that need somebody first."),
    "once": CommandPlace("drs_exporter.cli.once", "Poll once and write the metrics."),
    "start": CommandPlace("drs_exporter.cli.start", "Start jobs, now or at a time."),
    "assets": CommandPlace(
        "drs_exporter.cli.assets", "Write alert rules, dashboards, runbooks and examples into a folder."
    ),
}
"""Every command, in the order in which help lists them."""


@click.command(
    cls=Commands,
    places=COMMANDS,
    context_settings={
        "help_option_names": ["-h", "--help"],
        # Both --web.listen-address and --web-listen-address are understood.
        "token_normalize_func": as_known,
    },
    epilog='Completion: eval "$(_DRS_EXPORTER_COMPLETE=bash_source drs-exporter)", or zsh_source, fish_source.',
)
def drs_exporter() -> None:
    """Prometheus exporter for the Data Replication Service of Huawei Cloud and T Cloud Public."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and end the process.

    Its code is 0 for success, 1 for a failure, 2 for a wrong option or configuration; 128 and the signal's number
    where a signal ended a command before it was done.
    """
    _open_standard_streams()
    sys.exit(run(arguments))


def _open_standard_streams() -> None:
    """Those that were closed lead nowhere now; else the first socket would be one, and be written to."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest that is free
            setattr(sys, name, os.fdopen(opened, "w" if descriptor else "r", closefd=False))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; whatever is wrong is told in one line on standard error."""
    try:
        with any_output():
            code = drs_exporter.main(args=arguments, prog_name="drs-exporter", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as exc:
        click.echo(exc.format_message(), err=True)
        code = _WRONG
    except click.ClickException as exc:
        code = _tell(exc.format_message(), exc.exit_code)
    except Ended as exc:
        code = _tell(str(exc), exc.code)
    except click.Abort:
        code = _tell("interrupted", _INTERRUPTED)
    except OutputError as exc:
        code = _tell(str(exc), _FAILED) if str(exc) else _FAILED
    except DrsExporterError as exc:
        code = _tell(str(exc), _WRONG if isinstance(exc, SettingsError) else _FAILED)
    return code if isinstance(code, int) else 0


def _tell(message: str, code: int) -> int:
    click.echo(f"drs-exporter: {' '.join(message.split())}", err=True)
    return code
