"""A cloud that serves prepared answers from a process of its own, so that its work is nobody's CPU but its own."""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

from aiohttp import web

from benchmarks.answers import Answers, array

PROJECT = "054ba152d480d55b2f5dc0069e7d1a01"
_QUOTAS = b'{"quotas":{"resource":{"type":"job","quota":100000,"used":1}}}'


class Upstream:
    """Counts and remembers requests; everything but `/control` is the service."""

    def __init__(self, jobs: int) -> None:
        """Prepare the answers about so many jobs."""
        self.answers = Answers(jobs)
        self.requests: list[tuple[str, str, str]] = []
        self.calls: Counter[str] = Counter()
        self.hanging = False

    def application(self) -> web.Application:
        """All routes."""
        app = web.Application()
        batch = f"/v3/{PROJECT}/jobs/batch-"
        answers = self.answers
        routes: dict[str, tuple[str, Callable[[web.Request, Any], bytes]]] = {
            f"/v3/{PROJECT}/jobs": ("list_jobs", self._listing),
            f"{batch}status": ("batch_status", _batch(answers.status)),
            f"{batch}progress": ("batch_progress", _batch(answers.progress)),
            f"{batch}rpo-and-rto": ("batch_rpo_rto", _batch(answers.rpo_rto)),
            f"{batch}detail": ("batch_detail", _batch(answers.detail)),
            f"/v3/{PROJECT}/quotas": ("quotas", lambda _request, _body: _QUOTAS),
            f"/v5/{PROJECT}/batch-async-jobs": ("list_async_jobs", self._async_jobs),
            f"/v5/{PROJECT}/batch-async-jobs/{{number}}": ("async_job_detail", self._members),
        }
        for path, (operation, answer) in routes.items():
            app.router.add_route("*", path, self._route(operation, answer))
        app.router.add_post("/control/{what}", self._control)
        return app

    def _route(self, operation: str, answer: Callable[[web.Request, Any], bytes]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            body = await request.text()
            self.calls[operation] += 1
            self.requests.append((request.method, request.path_qs, body))
            if self.hanging:
                await asyncio.Event().wait()
            content = answer(request, json.loads(body) if body else {})
            return web.Response(body=content, content_type="application/json")

        return handle

    def _listing(self, _request: web.Request, body: Any) -> bytes:
        entries = self.answers.listing[body["db_use_type"]]
        start = (body["cur_page"] - 1) * body["per_page"]
        return array("jobs", entries[start : start + body["per_page"]], total_record=len(entries))

    def _async_jobs(self, _request: web.Request, _body: Any) -> bytes:
        entries = [
            b'{"async_job_id":"%d","status":"COMMIT_SUCCESS","create_time":"2026-09-01T00:00:00Z"}' % number
            for number in range(len(self.answers.batches))
        ]
        return array("jobs", entries, total_count=len(entries))

    def _members(self, request: web.Request, _body: Any) -> bytes:
        members = self.answers.batches[int(request.match_info["number"])]
        start, limit = int(request.query["offset"]), int(request.query["limit"])
        return array("jobs", members[start : start + limit], total_count=len(members))

    async def _control(self, request: web.Request) -> web.Response:
        """What a benchmark wants to know or to happen."""
        argument = await request.json()
        match request.match_info["what"]:
            case "move":
                return web.json_response(self.answers.move(argument))
            case "requests":
                found, self.requests = self.requests, []
                return web.json_response(found)
            case "calls":
                calls, self.calls = self.calls, Counter()
                return web.json_response(calls)
            case _:
                self.hanging = argument
                return web.json_response(None)


def _batch(entries: dict[str, bytes]) -> Callable[[web.Request, Any], bytes]:
    """A batch operation over prepared entries; `page_req` of 100 covers every batch."""

    def answer(_request: web.Request, body: Any) -> bytes:
        return array("results", [entries[job_id] for job_id in body["jobs"]], count=len(body["jobs"]))

    return answer


class Cloud:
    """The upstream as a benchmark sees it: an address, and what it can be told."""

    def __init__(self, url: str) -> None:
        """Talk to the upstream at this address."""
        self.url = url

    def move(self, count: int) -> int:
        """So many jobs make progress."""
        return int(self._control("move", count))

    def requests(self) -> list[tuple[str, str, str]]:
        """Method, path and body of the requests since this was last asked."""
        return [(method, path, body) for method, path, body in self._control("requests", None)]

    def calls(self) -> Counter[str]:
        """Requests by operation since this was last asked."""
        return Counter(self._control("calls", None))

    def hang(self, *, hanging: bool) -> None:
        """Let every request hang from now on, or none."""
        self._control("hang", hanging)

    def _control(self, what: str, argument: Any) -> Any:
        request = Request(f"{self.url}/control/{what}", json.dumps(argument).encode())  # noqa: S310 - loopback
        with urlopen(request) as answer:  # noqa: S310 - as above
            return json.load(answer)


@contextmanager
def cloud(jobs: int) -> Iterator[Cloud]:
    """An upstream with so many jobs, running."""
    command = [sys.executable, "-m", "benchmarks.upstream", str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield Cloud(process.stdout.readline().strip())
        finally:
            process.terminate()


async def _serve(jobs: int) -> None:
    runner = web.AppRunner(Upstream(jobs).application(), access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", type=int)
    asyncio.run(_serve(parser.parse_args().jobs))
