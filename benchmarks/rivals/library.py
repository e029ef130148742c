"""The client library's own server with the same families; what they are read from is prepared, so it only renders."""

import asyncio
import sys
from collections.abc import Iterable
from threading import Event

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from benchmarks.fleet import snapshot
from tests.render.oracle import Oracle


class Prepared(Collector):
    """Families that exist already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        """Keep them."""
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """All of them."""
        return self._families


if __name__ == "__main__":
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Prepared(Oracle([asyncio.run(snapshot(sys.argv[1]))]).collect()))
    server, _ = start_http_server(0, addr="127.0.0.1", registry=registry)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    Event().wait()
