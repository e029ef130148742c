"""The command line: arguments in, exit code out."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from drs_exporter.cli.check import check
from drs_exporter.cli.demo import demo
from drs_exporter.cli.jobs import jobs
from drs_exporter.cli.once import once
from drs_exporter.cli.options import VERSION, Group
from drs_exporter.cli.serve import serve
from drs_exporter.cli.signals import Ended, ending_by_signal
from drs_exporter.cli.simulate import simulate
from drs_exporter.cli.start import start
from drs_exporter.cli.streams import OutputError, any_output
from drs_exporter.errors import DrsExporterError, SettingsError

_WRONG = 2
_FAILED = 1
_INTERRUPTED = 130


@click.group(
    cls=Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        # Both --web.listen-address and --web-listen-address are understood.
        "token_normalize_func": lambda token: token.replace(".", "-"),
    },
)
def drs_exporter() -> None:
    """Prometheus exporter for the Data Replication Service of Huawei Cloud and T Cloud Public."""


for command in (serve, demo, simulate, check, jobs, once, start):
    drs_exporter.add_command(click.version_option(message=VERSION)(command))
click.version_option(message=VERSION)(drs_exporter)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and end the process.

    Its code is 0 for success, 1 for a failure, 2 for a wrong option or configuration; 128 and the signal's number
    where a signal ended a command before it was done.
    """
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; whatever is wrong is told in one line on standard error."""
    try:
        with any_output(), ending_by_signal():
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
    """One line, and the exit code."""
    click.echo(f"drs-exporter: {' '.join(message.split())}", err=True)
    return code
