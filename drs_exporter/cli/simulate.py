"""`drs-exporter simulate`: only the simulated cloud, for testing other tools."""

import asyncio
import math
import signal
from collections.abc import Iterator
from typing import Any, Final

import click

from drs_exporter.cli.command import Command, Parsed
from drs_exporter.cli.screen import plain, show, table
from drs_exporter.settings.addresses import HostPort, listen_address
from drs_exporter.settings.names import variable
from drs_exporter.simulator import OPERATIONS, Setting, SimulatedCloud, parse_fault
from drs_exporter.simulator.fault_kinds import KINDS
from drs_exporter.simulator.limits import Limit, parse_limit
from drs_exporter.simulator.sign_in import POD_IDENTITY

_A_DAY: Final = 86400


class Speed(click.FloatRange):
    """Reads `10` or `0.5`: simulated seconds a second, a day at most, since all that happens in them is reckoned."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=_A_DAY)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; `nan` is in every range, as it is compared."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


def listen_at(text: str) -> HostPort:
    """`127.0.0.1:9880` or `[::1]:9880`; unlike the exporter, never every address of the machine."""
    try:
        address = listen_address(text)
    except ValueError:
        address = HostPort("", 0)
    if not address.host:
        raise ValueError("must be an address such as 127.0.0.1:9880")
    return address


def list_faults(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it
    """Print every fault and end."""
    if value and not ctx.resilient_parsing:
        shown = table("Fault", "Options", "What happens")
        for name, kind in KINDS.items():
            shown.add_row(name, ",".join(f"{param}=" for param in kind.params), plain(kind.meaning))
        show(f"OPERATION is {', '.join(OPERATIONS)}, or * for all of DRS. Every fault takes times= and rate=.", shown)
        ctx.exit()


@click.command(cls=Command)
@click.option("--jobs", type=click.IntRange(min=0), default=40, show_default=True, help="Size of the fleet.")
@click.option(
    "--speed",
    type=Speed(),
    default=1.0,
    show_default=True,
    help="Simulated seconds a second.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another fleet.")
@click.option(
    "--fault",
    "faults",
    type=Parsed(parse_fault),
    multiple=True,
    metavar="OPERATION=FAULT",
    help="Switch a fault on; repeatable.",
)
@click.option(
    "--limit",
    "limits",
    type=Parsed(parse_limit),
    multiple=True,
    metavar="[OPERATION=]CALLS",
    help="Calls a minute of the account or of an operation; repeatable.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME",
    help="A further project of the account, such as sim-north-1_orders; repeatable.",
)
@click.option(
    "--without",
    type=click.Choice(["v3", "v5"]),
    multiple=True,
    help="A generation of the API that this cloud does not have; T Cloud Public has no v5.",
)
@click.option(
    "--list-faults", is_flag=True, is_eager=True, expose_value=False, callback=list_faults, help="Show every fault."
)
@click.option(
    "--listen",
    type=Parsed(listen_at),
    default="127.0.0.1:9880",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to listen.",
)
def simulate(
    *,
    jobs: int,
    speed: float,
    seed: int,
    faults: tuple[Setting, ...],
    limits: tuple[Limit, ...],
    projects: tuple[str, ...],
    without: tuple[str, ...],
    listen: HostPort,
) -> None:
    """Run a simulated DRS and IAM over real HTTP, and print what to configure, until Ctrl-C."""
    cloud = SimulatedCloud(
        jobs=jobs,
        speed=speed,
        seed=seed,
        faults=faults,
        limits=limits,
        projects=projects,
        v3="v3" not in without,
        v5="v5" not in without,
    )
    asyncio.run(_run(cloud, listen))


async def _run(cloud: SimulatedCloud, listen: HostPort) -> None:
    host, port = listen
    try:
        await cloud.start(host, port)
    except OSError as exc:
        raise click.UsageError(f"--listen: cannot listen on {host}:{port}: {exc.strerror}") from None
    try:
        click.echo(configuration(cloud))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
    finally:
        await cloud.stop()


def credentials(cloud: SimulatedCloud) -> dict[str, str]:
    """The settings with which the exporter finds this cloud and signs in."""
    return {
        "project_id": cloud.project_id,
        "region": cloud.region,
        "endpoint": cloud.url,
        "cloud_eye_endpoint": cloud.url,
        "iam_endpoint": cloud.url,
        "username": cloud.username,
        "password": cloud.password,
        "domain_name": cloud.domain_name,
        # It has no limit of its own.
        "max_requests_per_second": "10000",
        "cloud_eye_max_requests_per_second": "10000",
    }


def configuration(cloud: SimulatedCloud) -> str:
    """What to type into another terminal: how the exporter finds this cloud and signs in, in every way it can."""
    given = [f"export {variable(name)}={value}" for name, value in credentials(cloud).items()]
    return "\n".join(
        [
            f"# A simulated cloud answers at {cloud.url} until Ctrl-C. In another terminal:",
            *given,
            "drs-exporter check",
            "",
            "# Other ways to sign in; AUTH says which counts, whatever else is set:",
            *(f"export {variable('auth')}={kind} {words}" for kind, words in _other_ways(cloud)),
            "# Every project of the account, found by discovery; `simulate --project NAME` has more of them:",
            f"unset {variable('project_id')}; export {variable('discover_projects')}='.*'",
        ]
    )


def _other_ways(cloud: SimulatedCloud) -> Iterator[tuple[str, str]]:
    """Kinds of credentials, each with the variables that it needs, as a shell understands them."""
    keys = {"access_key": cloud.access_key, "secret_key": cloud.secret_key}
    yield "aksk", " ".join(f"{variable(name)}={value}" for name, value in keys.items())
    way = cloud.sign_in
    agent = f"HC_CONTAINER_CREDENTIALS_FULL_URI={cloud.url}{POD_IDENTITY}"
    yield "pod_identity", f"{agent} HC_CONTAINER_AUTHORIZATION_TOKEN_FILE={_file(way.pod_token)}"
    provider = f"HUAWEICLOUD_SDK_IDP_ID={way.identity_provider}"
    yield "oidc", f"{provider} HUAWEICLOUD_SDK_ID_TOKEN_FILE={_file(way.id_token)}"


def _file(text: str) -> str:
    """A new file with this text, made by the shell that reads it."""
    return f"$(f=$(mktemp); printf %s {text} >$f; echo $f)"
