"""`/metrics` and `/probe`: find the prepared bytes, hand them over."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from drs_exporter.encodings import ENCODINGS, PLAIN
from drs_exporter.web.answers import Answer, headers, sentence
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.negotiation import OPENMETRICS_TYPE, TEXT_TYPE, encoding_for, wants_openmetrics

_OFFERED: Final = tuple(ENCODINGS)
_HEADERS: Final = {
    (openmetrics, encoding): headers(
        {
            "Content-Type": OPENMETRICS_TYPE if openmetrics else TEXT_TYPE,
            "Vary": "Accept, Accept-Encoding",
            **({} if encoding == PLAIN else {"Content-Encoding": encoding}),
        }
    )
    for openmetrics in (False, True)
    for encoding in ENCODINGS
}
_FLAG: Final = {"": False, "0": False, "false": False, "1": True, "true": True}


class Scrapes:
    """The two paths that Prometheus reads."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    async def metrics(self, request: web.BaseRequest) -> Answer:
        """Everything; with `?project=` some projects, with `?self=1` only what belongs to none."""
        if "?" not in request.raw_path:
            return await self._answer(request, projects=None, process_wide=True, jobs=True)
        own = _FLAG.get(request.query.get("self", "").lower())
        names = request.query.getall("project", [])
        if own is None:
            return sentence(400, "self is 1 or 0")
        if own and names:
            return sentence(400, "self=1 leaves every project out, so it goes with no project=")
        known = [project.name for project in self._daemon.projects()]
        unknown = next((name for name in names if name not in known), None)
        if unknown is not None:
            return _unknown(unknown)
        chosen = [name for name in known if name in names] or None
        return await self._answer(request, projects=chosen, process_wide=True, jobs=not own)

    async def probe(self, request: web.BaseRequest) -> Answer:
        """One configured project, for the multi-target pattern; nothing is ever asked of any other place."""
        targets = request.query.getall("target", [])
        if len(targets) != 1 or not targets[0]:
            return sentence(400, "which project? /probe?target=NAME")
        if all(project.name != targets[0] for project in self._daemon.projects()):
            return _unknown(targets[0])
        return await self._answer(request, projects=targets, process_wide=False, jobs=True)

    async def _answer(
        self, request: web.BaseRequest, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool
    ) -> Answer:
        openmetrics = wants_openmetrics(request.headers.get("Accept", ""))
        encoding = encoding_for(request.headers.get("Accept-Encoding", ""), _OFFERED)
        if encoding is None:
            return sentence(406, f"the page comes as {', '.join(_OFFERED)}")
        buffers = await self._daemon.metrics(
            projects=projects, process_wide=process_wide, jobs=jobs, openmetrics=openmetrics, encoding=encoding
        )
        return Answer(buffers, _HEADERS[openmetrics, encoding])


def _unknown(name: str) -> Answer:
    """Say so, with no more of the name than a line holds."""
    return sentence(404, f"no project is named {name[:100]!r} here")
