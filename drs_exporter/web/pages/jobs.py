"""`/jobs`: a table that is complete without a script, and that a script can search and sort."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from drs_exporter.snapshot import Job, Progress, Project, State
from drs_exporter.status import Phase
from drs_exporter.web.pages.html import document
from drs_exporter.words import NOTHING, duration, moment, percent, shortened

_URGENCY: Final = {
    phase: rank
    for rank, phase in enumerate(
        (
            Phase.FAILED,
            Phase.OTHER,
            Phase.PAUSED,
            Phase.CHANGING,
            Phase.FULL,
            Phase.FULL_COMPLETE,
            Phase.STARTING,
            Phase.INCREMENTAL,
            Phase.PENDING,
            Phase.STOPPING,
            Phase.STOPPED,
        )
    )
}
"""The order in which people want to see phases."""

_COLUMNS: Final = ("Job", "Project", "Type", "Status", "Progress", "Delay", "Remaining")
_NUMERIC: Final = {"Progress", "Delay", "Remaining"}
_HEAD: Final = "".join(
    f'<th scope="col" data-column="{name.lower()}"{" class=number" if name in _NUMERIC else ""}>{name}</th>'
    for name in _COLUMNS
)
_NO_STATE: Final = State("", Phase.OTHER)


def _phase(job: Job) -> Phase:
    return (job.state or _NO_STATE).phase


def _shown(projects: Sequence[Project]) -> list[tuple[Project, Job]]:
    """Jobs that have series here, the most urgent first."""
    pairs = [(project, job) for project in projects for job in project.jobs or () if job.info is not None]
    pairs.sort(key=lambda pair: (_URGENCY[_phase(pair[1])], pair[1].name, pair[1].id))
    return pairs


def _number(value: float | None, text: str, kind: str = "") -> str:
    """A cell that sorts by its value."""
    sortable = "" if value is None else f' data-value="{value:g}"'
    return f'<td class="number{kind}"{sortable}>{text}</td>'


def _progress(progress: Progress) -> str:
    ratio = progress.ratio
    if ratio is None:
        return _number(None, NOTHING)
    return _number(
        ratio, f'<progress max="1" value="{min(max(ratio, 0), 1):.3f}"></progress><span>{percent(ratio)}</span>'
    )


def _delay(job: Job, progress: Progress) -> str:
    """The incremental delay, marked where it is over its owner's limit; RPO and RTO for disaster recovery."""
    limit, recovery = job.thresholds.delay, job.rpo_rto
    if progress.delay is not None:
        over = limit is not None and progress.delay > limit
        return _number(progress.delay, duration(progress.delay), " over" if over else "")
    if recovery.rpo is None and recovery.rto is None:
        return _number(None, NOTHING)
    text = f"RPO {duration(recovery.rpo)}<br>RTO {duration(recovery.rto)}"
    return _number(recovery.rto if recovery.rpo is None else recovery.rpo, text)


def _row(project: Project, job: Job) -> str:
    info, progress, state = job.info, job.progress, job.state or _NO_STATE
    kind = () if info is None else filter(None, (info.engine_type, info.task_type))
    scenario = "" if info is None else info.db_use_type
    error = f"<small class=error>{shortened(state.error_code)}</small>" if state.error_code else ""
    return (
        f"<tr><td><bdi>{shortened(job.name)}</bdi><small>{shortened(job.id)}</small></td>"
        f"<td><bdi>{shortened(project.name)}</bdi></td>"
        f"<td>{shortened(scenario)}<small>{shortened(' · '.join(kind))}</small></td>"
        f'<td data-value="{_URGENCY[state.phase]:02d}"><span class="badge {state.phase}">{state.phase}</span>'
        f"<small>{shortened(state.status)}</small>{error}</td>{_progress(progress)}{_delay(job, progress)}"
        f"{_number(progress.remaining, duration(progress.remaining))}</tr>\n"
    )


def _notices(projects: Sequence[Project]) -> Iterator[str]:
    """What a reader must know of each project: how old this is, or why there is nothing."""
    for project in projects:
        name = f"<bdi>{shortened(project.name)}</bdi>"
        if project.polled is None:
            yield f'<p class="notice">{name}: the first poll is under way</p>\n'
        elif not project.up:
            error = next((state.error for state in project.collectors if state.collector == "jobs" and state.error), "")
            held = "nothing is known of its jobs" if project.jobs is None else "its jobs are shown as last known"
            yield f'<p class="notice bad">{name}: the listing failed, {held}. {shortened(error)}</p>\n'


def _phases(pairs: Sequence[tuple[Project, Job]]) -> str:
    """How many jobs there are of each phase; each narrows the table to its own."""
    counts = Counter(_phase(job) for _, job in pairs)
    return "".join(
        f'<a class="badge {phase}" href="#q=phase:{phase}">{phase} {counts[phase]:,}</a>'
        for phase in _URGENCY
        if counts[phase]
    )


def jobs_page(projects: Sequence[Project]) -> bytes:
    """The page."""
    pairs = _shown(projects)
    times = [project.polled for project in projects if project.polled is not None]
    polled = f" · polled {moment(min(times))}" if times else ""
    rows = "".join(_row(project, job) for project, job in pairs)
    body = (
        f"<h1>Jobs</h1>\n<p class=facts><output id=count>{len(pairs):,} jobs</output>{polled}</p>\n"
        f"{''.join(_notices(projects))}<p class=phases>{_phases(pairs)}</p>\n"
        '<div id="controls" hidden><input id="search" type="search" placeholder="Search name, id, status, project…" '
        'aria-label="Search" autocomplete="off" spellcheck="false">'
        '<label>Sort by <select id="sort"></select></label><button id="direction" type="button"></button></div>\n'
        f'<table id="jobs"{" class=single" if len(projects) == 1 else ""}><thead><tr>{_HEAD}</tr></thead>'
        f"<tbody>\n{rows}</tbody></table>\n"
        f'<p id="none"{" hidden" if pairs else ""}>No job to show.</p>\n'
        '<p id="more" hidden><button type="button"></button></p>'
    )
    return document(title="Jobs", body=body, here="/jobs", script=True)
