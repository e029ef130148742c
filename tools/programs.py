"""The real programs that tests and `make stack` run, from Debian's packages, unpacked into `.tools/` without root.

Other modules ask `path_of("promtool")`; `python -m tools.programs` makes sure that there is an answer.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TOOLS: Final = Path(__file__).resolve().parent.parent / ".tools"

PACKAGES: Final = (
    "prometheus",
    "prometheus-alertmanager",
    # what the pages of Debian's Prometheus are made of
    "fonts-glyphicons-halflings",
    "libjs-bootstrap4",
    "libjs-d3",
    "libjs-eonasdan-bootstrap-datetimepicker",
    "libjs-jquery",
    "libjs-jquery-hotkeys",
    "libjs-moment",
    "libjs-moment-timezone",
    "libjs-mustache",
    "libjs-popper.js",
    "libjs-rickshaw",
)

PROGRAMS: Final = {
    "prometheus": "prometheus",
    "promtool": "promtool",
    "alertmanager": "prometheus-alertmanager",
    "amtool": "amtool",
}
"""Upstream's name of each program, and Debian's."""

_DATA: Final = b"/usr/share/prometheus/alertmanager"
_DATA_DESCRIPTOR: Final = 9

_WRAPPERS: Final = {
    "prometheus": """\
#!/bin/sh
# Debian's Prometheus looks for its pages under /usr/share.
here=$(dirname "$(readlink -f "$0")")/../root
exec "$here/usr/bin/prometheus" --web.local-assets="$here/usr/share/prometheus/web/" "$@"
""",
    "alertmanager": f"""\
#!/bin/sh
# This copy reads its default templates from an open directory: see tools/programs.py.
here=$(dirname "$(readlink -f "$0")")/../root
exec "$here/usr/bin/prometheus-alertmanager" "$@" {_DATA_DESCRIPTOR}<"$here{_DATA.decode()}"
""",
}


class MissingProgramError(Exception):
    """A program is neither in `.tools/` nor on the path; the message says what to do."""


def path_of(program: str) -> Path:
    """Where a program is: the unpacked one, else the system's; `MissingProgramError` if there is none."""
    unpacked = TOOLS / "bin" / program
    if unpacked.exists():
        return unpacked
    for name in (program, PROGRAMS.get(program, program)):
        if found := shutil.which(name):
            return Path(found)
    raise MissingProgramError(f"{program} is not there: run `make tools`, or put it on the PATH")


def install() -> None:
    """Make sure of Prometheus, Alertmanager and their tools; nothing is done where they are there already."""
    TOOLS.mkdir(exist_ok=True)
    with _alone():
        if _complete():
            return
        if shutil.which("apt-get") is None:
            for program in PROGRAMS:
                path_of(program)
            return
        _unpack(_download())
        _wrap()
        _stamp().write_text(_wanted())


def install_chromium() -> None:
    """Make sure of the browser that checks pages; only root can install it."""
    if shutil.which("chromium"):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print("chromium is not there and installing it needs root: install it, or the tests that look at pages fail")
        return
    command = ("apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if _run(command, environment).returncode:
        _run(("apt-get", "update"), environment)
        again = _run(command, environment)
        if again.returncode:
            raise MissingProgramError(f"chromium could not be installed:\n{again.stdout}")


def _download() -> list[Path]:
    """Fetch the packages, with a package index of our own: the system's may be old, absent or not ours to renew."""
    lists, cache, packages = TOOLS / "apt" / "lists", TOOLS / "apt" / "cache", TOOLS / "apt" / "packages"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir()
    apt = ["apt-get", "-q", "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}", "-o", "Debug::NoLocking=1"]
    if os.geteuid() == 0:
        apt += ["-o", "APT::Sandbox::User=root"]
    # An update that misses one source of several fails; what counts is whether the download then succeeds.
    updated = None
    if not any(lists.glob("*_Packages*")):
        updated = _run([*apt, "update"])
    download = _run([*apt, "download", *PACKAGES], cwd=packages)
    if download.returncode and updated is None:
        updated = _run([*apt, "update"])
        download = _run([*apt, "download", *PACKAGES], cwd=packages)
    if download.returncode:
        report = (updated.stdout if updated else "") + download.stdout
        raise MissingProgramError(f"apt-get could not fetch {', '.join(PACKAGES[:2])}:\n{report}")
    return sorted(packages.glob("*.deb"))


def _unpack(packages: Sequence[Path]) -> None:
    root = TOOLS / "root"
    shutil.rmtree(root, ignore_errors=True)
    for package in packages:
        subprocess.run(("dpkg", "-x", package, root), check=True)
        package.unlink()
    _relocate(root / "usr" / "bin" / PROGRAMS["alertmanager"])


def _relocate(alertmanager: Path) -> None:
    """Let Debian's Alertmanager find its default templates without `/usr/share`, which only root could fill.

    Its build has the folder as a constant. The unpacked copy gets another constant of the same length: the folder
    that the wrapper opens as a file descriptor.
    """
    folder = f"/proc/self/fd/{_DATA_DESCRIPTOR}".encode()
    padded = folder + b"/." * ((len(_DATA) - len(folder)) // 2) + b"/" * ((len(_DATA) - len(folder)) % 2)
    program = alertmanager.read_bytes()
    alertmanager.write_bytes(program.replace(_DATA, padded))


def _wrap() -> None:
    """Put every program into `.tools/bin` under upstream's name."""
    programs = TOOLS / "bin"
    shutil.rmtree(programs, ignore_errors=True)
    programs.mkdir()
    for name, debian in PROGRAMS.items():
        if name in _WRAPPERS:
            (programs / name).write_text(_WRAPPERS[name])
            (programs / name).chmod(0o755)
        else:
            (programs / name).symlink_to(Path("..", "root", "usr", "bin", debian))


def _stamp() -> Path:
    return TOOLS / "installed"


def _wanted() -> str:
    return "\n".join((*PACKAGES, *_WRAPPERS.values()))


def _complete() -> bool:
    return (
        _stamp().exists()
        and _stamp().read_text() == _wanted()
        and all((TOOLS / "bin" / program).exists() for program in PROGRAMS)
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock, so that two runs at once do not unpack over each other."""
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(
    command: Sequence[str], environment: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def main() -> int:
    """Install what is missing and say where things are."""
    try:
        install()
        install_chromium()
        for program in PROGRAMS:
            print(path_of(program))
    except MissingProgramError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
