"""`python -m benchmarks.soak.stopping`: the daemon is started and stopped a hundred times, clients in random states."""

import argparse
import json
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import trustme
import yaml

from benchmarks.soak.clients import Client, chosen

PROGRAM: Final = "from drs_exporter.cli import main; main()"
WITHOUT_UVLOOP: Final = f"import sys; sys.modules['uvloop'] = None; {PROGRAM}"
CLIENTS: Final = 12
LONGEST: Final = 5.0
"""Seconds that ending may take."""

PATIENCE: Final = 60.0


@contextmanager
def folder() -> Iterator[tuple[Path, ssl.SSLContext]]:
    """A folder with certificate and configuration, of a cloud that is not there; and who trusts the certificate."""
    with tempfile.TemporaryDirectory() as name:
        path, authority = Path(name), trustme.CA()
        leaf = authority.issue_cert("127.0.0.1")
        leaf.cert_chain_pems[0].write_to_path(str(path / "c.pem"))
        leaf.private_key_pem.write_to_path(str(path / "k.pem"))
        (path / "web.yml").write_text("tls_server_config: {cert_file: c.pem, key_file: k.pem}\n")
        project = {"name": "p", "project_id": "p", "region": "r", "endpoint": "http://127.0.0.1:1", "token": "a-token"}
        settings = {"web_listen_address": ["127.0.0.1:0"], "log_format": "json", "projects": [project]}
        (path / "exporter.yml").write_text(yaml.safe_dump(settings))
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        yield path, trust


def run(*, times: int, seed: int) -> list[str]:
    """Start and stop it so often; what went wrong, a line each time."""
    generator, wrong = random.Random(seed), []
    with folder() as (path, trust):
        for number in range(times):
            tls, uvloop = generator.random() < 0.8, number % 2 == 0
            states = chosen(generator, CLIENTS)
            found = once(path, trust if tls else None, states, uvloop=uvloop, moment=generator.uniform(0, 0.1))
            if found is not None:
                way = f"{'TLS' if tls else 'plain'}, {'uvloop' if uvloop else 'asyncio'}"
                wrong.append(f"run {number}, {way}: {found}; {states}")
    return wrong


def once(path: Path, trust: ssl.SSLContext | None, states: list[str], *, uvloop: bool, moment: float) -> str | None:
    """One life of the daemon; what was wrong with its end."""
    config = () if trust is None else ("--web.config.file", str(path / "web.yml"))
    arguments = ("serve", "--config.file", str(path / "exporter.yml"), *config)
    with (
        subprocess.Popen(
            (sys.executable, "-c", PROGRAM if uvloop else WITHOUT_UVLOOP, *arguments), stderr=subprocess.PIPE, text=True
        ) as process,
        ExitStack() as open_now,
    ):
        lines = [_line(process)]
        while "exporter.started" not in lines[-1]:
            lines.append(_line(process))
            if not lines[-1]:
                return f"it did not start: {lines}"
        port = int(json.loads(lines[-1])["urls"][0].rpartition(":")[2])
        clients = [open_now.enter_context(Client(port, trust)) for _ in states]
        threads = [
            threading.Thread(target=client.enter, args=(state,)) for client, state in zip(clients, states, strict=True)
        ]
        for thread in threads:
            thread.start()
        time.sleep(moment)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        try:
            _, rest = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return "it did not end"
        took = time.monotonic() - began
        for client in clients:
            client.close()
        for thread in threads:
            thread.join()
    strange = [line for line in rest.splitlines() if "Traceback" in line or '"logger"' in line or line[:1] != "{"]
    if process.returncode or strange or took > LONGEST:
        return f"exit {process.returncode} after {took:.1f} s {strange}"
    return None


def _line(process: subprocess.Popen[str]) -> str:
    return "" if process.stderr is None else process.stderr.readline()


def main() -> None:
    """Print what was wrong; the exit code says whether anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args()
    wrong = run(times=given.times, seed=given.seed)
    print("\n".join(wrong) or f"{given.times} times, each ended with 0 within {LONGEST:.0f} s and without a stray line")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
