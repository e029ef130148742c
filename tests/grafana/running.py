"""A real Prometheus on loopback."""

import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.grafana.prometheus import Prometheus
from tools.programs import path_of


@contextmanager
def prometheus(folder: Path, *, configuration: str = "global: {}\n") -> Iterator[Prometheus]:
    """A Prometheus with its data in that folder, ready for queries."""
    config = folder / "prometheus.yml"
    config.write_text(configuration)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [
        str(path_of("prometheus")),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=15d",
        f"--web.listen-address={address}",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if "Server is ready to receive web requests" in line:
                    break
            assert process.poll() is None, "".join(said)
            yield Prometheus(f"http://{address}")
        finally:
            process.terminate()
            process.communicate()


def load_blocks(samples: Path, folder: Path) -> None:
    """Make blocks of OpenMetrics text with times."""
    command: list[str | Path] = [
        path_of("promtool"),
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        "-q",
        samples,
        folder / "data",
    ]
    subprocess.run(command, check=True, capture_output=True)


def processor_seconds(server: Prometheus) -> float:
    """What Prometheus has used so far, as it says itself."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=server.timeout) as answer:  # noqa: S310 - loopback
        said = answer.read().decode()
    found = re.search(r"^process_cpu_seconds_total (\S+)$", said, re.MULTILINE)
    assert found
    return float(found[1])
