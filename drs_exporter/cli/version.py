"""What `--version` prints: the lines that programs of the Prometheus project print."""

import platform

import click

from drs_exporter import __version__
from drs_exporter.revision import revision


def version() -> str:
    """Version, branch and revision in the first line, then what it runs on."""
    source = revision()
    branch = f"branch: {source.branch}, " if source.branch else ""
    return "\n".join(
        [
            f"drs-exporter, version {__version__} ({branch}revision: {source.commit})",
            f"  python version:   {platform.python_version()}",
            f"  platform:         {platform.system().lower()}/{platform.machine()}",
        ]
    )


def show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it
    """Print it and end."""
    if value and not ctx.resilient_parsing:
        click.echo(version())
        ctx.exit()


def version_option() -> click.Option:
    """The option itself."""
    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show_version,
        help="Show version and revision, and end.",
    )
