"""`/`: what this is, where to go, how each project's collectors fare."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final
from urllib.parse import quote

from drs_exporter.snapshot import CollectorState, Project
from drs_exporter.web.pages.html import OVERVIEW, document
from drs_exporter.words import NOTHING, duration, moment, safe, shortened

_HEAD: Final = (
    '<table class="collectors"><thead><tr><th scope="col">Collector</th><th scope="col">State</th>'
    '<th scope="col">Last success</th><th scope="col">Took</th><th scope="col">Every</th>'
    '<th scope="col">Last error</th></tr></thead><tbody>\n'
)
_OLD: Final = 3
"""Intervals, or rounds where those take longer, after which data is old: as long as it is held."""


def _state(collector: CollectorState) -> tuple[str, str]:
    """A colour and a word."""
    if collector.supported is False:
        return "quiet", "not offered here"
    if collector.success is None:
        return "quiet", "not run yet"
    return ("good", "ok") if collector.success else ("bad", "failed")


def _row(collector: CollectorState, now: float) -> str:
    colour, word = _state(collector)
    last, interval, took = collector.last_success, collector.interval, collector.round or 0.0
    age = NOTHING if last is None else f"{duration(max(0.0, now - last))} ago"
    old = ' class="over"' if last is not None and now - last > _OLD * max(interval, took) else ""
    stretched = f"<small>took {duration(took)}</small>" if took > interval else ""
    error = shortened(collector.error) if collector.error else ""
    return (
        f'<tr><th scope="row">{safe(collector.collector)}</th><td><span class="badge {colour}">{word}</span></td>'
        f"<td{old}>{age}</td><td>{duration(collector.duration)}</td><td>{duration(interval)}{stretched}</td>"
        f"<td class=error>{error}</td></tr>\n"
    )


def _pace(project: Project) -> str:
    """How much of what may be asked is asked for, and whether the intervals can be kept."""
    asked = [(use.utilization, use) for use in project.budgets if use.utilization is not None]
    if not asked:
        return ""
    uses = ", ".join(f"{use.title} {100 * part:.0f} %" for part, use in asked)
    most, scarcest = max(asked, key=itemgetter(0))
    if not scarcest.remedy:
        return f"<p class=facts>Of the request budget: {uses}; every interval is kept</p>\n"
    return (
        f'<p class="notice">Of the request budget: {uses}. Intervals are stretched {most:.1f} times: '
        f"{scarcest.remedy}</p>\n"
    )


def _section(project: Project, now: float, metrics: str) -> str:
    target = safe(quote(project.name, safe="", errors="replace"))
    if project.polled is None:
        badge, when = '<span class="badge quiet">first poll under way</span>', ""
    else:
        badge = '<span class="badge good">up</span>' if project.up else '<span class="badge bad">down</span>'
        when = f"polled {moment(project.polled)}"
    count = "no jobs known" if project.jobs is None else f"{len(project.jobs):,} jobs"
    facts = " · ".join(filter(None, (safe(project.region), f"<code>{safe(project.project_id)}</code>", count, when)))
    rows = "".join(_row(collector, now) for collector in project.collectors)
    table = f'<div class="wide">{_HEAD}{rows}</tbody></table></div>' if rows else ""
    known = _pace(project) + table
    return (
        f"<section><h2><bdi>{shortened(project.name)}</bdi> {badge}</h2>\n<p class=facts>{facts}</p>\n{known}"
        f'<p class="links"><a href="probe?target={target}">series of this project</a>'
        f'<a href="{metrics}?project={target}">with the exporter&rsquo;s own</a>'
        f'<a href="jobs?project={target}">its jobs</a></p></section>\n'
    )


def landing_page(projects: Sequence[Project], *, now: float, telemetry_path: str, trouble: str | None) -> bytes:
    """The page; `trouble` is why the exporter is not ready or not healthy."""
    metrics = safe(telemetry_path.removeprefix("/"))
    notice = "" if trouble is None else f'<p class="notice">{safe(trouble)}</p>\n'
    body = (
        "<h1>DRS exporter</h1>\n<p>Metrics of Huawei Cloud&rsquo;s Data Replication Service for Prometheus. "
        "It polls in the background; reading a page or a metric never calls the cloud.</p>\n"
        f'{notice}<p class="links"><a href="{metrics}">Metrics</a><a href="jobs">Jobs</a>'
        f'<a href="{metrics}?self=1">The exporter&rsquo;s own metrics</a><a href="sd">Projects for Prometheus</a>'
        '<a href="config">Configuration</a><a href="-/healthy">Health</a><a href="-/ready">Readiness</a></p>\n'
    )
    sections = "".join(_section(project, now, metrics) for project in projects)
    return document(title="Overview", body=body + sections, root="", here=OVERVIEW)
