"""`/jobs`: a table that is complete without a script; a script keeps it fresh and searches while somebody types."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from drs_exporter.addresses import can_step_up
from drs_exporter.cutover import REASONS, summary
from drs_exporter.overview import LONGEST_FIRST, URGENCY, Fares, Order, Overview, Record
from drs_exporter.status import Phase
from drs_exporter.web.pages.html import JOBS, document
from drs_exporter.web.pages.selection import ROWS, Selection
from drs_exporter.words import NOTHING, duration, moment, percent, safe, shortened

_COLUMNS: Final[tuple[tuple[str, Order | None, str], ...]] = (
    ("Job", "name", ""),
    ("Project", None, ""),
    ("Type", None, ""),
    ("Status", "status", ""),
    ("Progress", "progress", "number"),
    ("Delay", "delay", "number"),
    ("Remaining", "remaining", "number"),
    ("Cut-over", None, ""),
)
_WITHOUT_PROGRESS: Final = frozenset({Phase.STOPPED, Phase.STOPPING, Phase.PENDING})


def _head(selection: Selection) -> str:
    """Titles; those of columns that can be sorted by are links that do."""
    cells = []
    for title, order, kind in _COLUMNS:
        css = f' class="{kind}"' if kind else ""
        if order is None:
            cells.append(f'<th scope="col"{css}>{title}</th>')
            continue
        chosen = selection.order == order
        falling = not selection.falling if chosen else order in LONGEST_FIRST
        state = f' aria-sort="{"descending" if selection.falling else "ascending"}"' if chosen else ""
        link = safe(selection.address(order=order, falling=falling))
        cells.append(f'<th scope="col"{css}{state}><a href="{link}">{title}</a></th>')
    return "".join(cells)


def _progress(record: Record) -> str:
    ratio = record.progress_ratio
    if ratio is None:
        return f'<td class="number">{NOTHING}</td>'
    if record.phase in _WITHOUT_PROGRESS:
        return f'<td class="number">{percent(ratio)}</td>'
    bar = f'<progress class="{record.phase}" max="1" value="{min(max(ratio, 0), 1):.3f}">{percent(ratio)}</progress>'
    return f'<td class="number">{bar}<span>{percent(ratio)}</span></td>'


def _delay(record: Record) -> str:
    """The incremental delay, or RPO and RTO for disaster recovery; marked where over its owner's limit."""
    late = ' class="number over"' if record.needs_somebody and not record.failed else ' class="number"'
    if record.incremental_delay_seconds is not None:
        return f"<td{late}>{duration(record.incremental_delay_seconds)}</td>"
    if record.delay is None:
        return f'<td class="number">{NOTHING}</td>'
    return f"<td{late}>RPO {duration(record.rpo_delay_seconds)}<br>RTO {duration(record.rto_delay_seconds)}</td>"


def _cutover(record: Record) -> str:
    """What speaks against switching over, in full where somebody points at it."""
    found = record.cutover_blockers
    if found is None:
        return f'<td class="none">{NOTHING}</td>'
    why = "" if not found else f' title="{safe("; ".join(REASONS[reason] for reason in found))}"'
    return f"<td{why}>{safe(summary(found))}</td>"


def job_link(record: Record, shown: str) -> str:
    """Its page, below the same place as this one; what no address can name is only shown."""
    if can_step_up(record.project) or can_step_up(record.job_id):
        return shown
    project, job_id = (quote(text, safe="", errors="replace") for text in (record.project, record.job_id))
    return f'<a href="{safe(f"jobs/{project}/{job_id}")}">{shown}</a>'


def _row(record: Record) -> str:
    kind = " · ".join(filter(None, (record.engine_type, record.task_type)))
    error = f"<small class=error>{shortened(record.error_code)}</small>" if record.error_code else ""
    indent = ' class="subtask"' if record.parent_id else ""
    name = shortened(record.job_name or record.job_id)
    return (
        f"<tr><td{indent}>{job_link(record, f'<bdi>{name}</bdi>')}"
        f"<small>{shortened(record.job_id)}</small></td>"
        f"<td><bdi>{shortened(record.project)}</bdi></td>"
        f"<td>{shortened(record.db_use_type)}<small>{shortened(kind)}</small></td>"
        f'<td><span class="badge {record.phase}">{record.phase}</span>'
        f"<small>{shortened(record.status or NOTHING)}</small>{error}</td>{_progress(record)}{_delay(record)}"
        f'<td class="number">{duration(record.remaining_seconds)}</td>{_cutover(record)}</tr>\n'
    )


def _notices(projects: Sequence[Fares]) -> Iterator[str]:
    """What a reader must know of each project: how old this is, or why there is nothing."""
    for fares in projects:
        name = f"<bdi>{shortened(fares.project)}</bdi>"
        if fares.polled_timestamp_seconds is None and not fares.jobs:
            yield f'<p class="notice">{name}: the first poll is under way</p>\n'
        elif not fares.up:
            held = "its jobs are shown as last known" if fares.jobs else "nothing is known of its jobs"
            yield f'<p class="notice bad">{name}: the listing failed, {held}. {shortened(fares.error or "")}</p>\n'


def _filters(known: Overview, selection: Selection) -> str:
    """How many jobs there are of each phase and project; each narrows the table to its own, or widens it again."""
    counts = Counter(record.phase for record in known.jobs)
    trouble = sum(fares.need_somebody for fares in known.projects)
    everybody = selection.address(trouble=not selection.trouble)
    badges = [_badge("needs somebody", trouble, "failed", everybody, selection.trouble)]
    for phase in URGENCY:
        if counts[phase]:
            chosen = phase in selection.phases
            link = selection.address(phases=() if chosen else (phase.value,))
            badges.append(_badge(phase, counts[phase], phase, link, chosen))
    if len(known.projects) > 1:
        for fares in known.projects:
            chosen = fares.project in selection.projects
            link = selection.address(projects=() if chosen else (fares.project,))
            badges.append(_badge(shortened(fares.project), fares.jobs, "quiet", link, chosen))
    return "".join(badges)


def _badge(text: str, count: int, kind: str, link: str, chosen: bool) -> str:  # noqa: FBT001 - of one kind of cell
    state = ' aria-pressed="true"' if chosen else ""
    return f'<a class="badge {kind}" role="button"{state} href="{safe(link)}">{text} {count:,}</a>'


def jobs_page(known: Overview, chosen: Sequence[Record], selection: Selection) -> bytes:
    """The page of these jobs; the rest of what is chosen is behind a link."""
    trouble = sum(fares.need_somebody for fares in known.projects)
    times = [at for fares in known.projects if (at := fares.polled_timestamp_seconds) is not None]
    polled = f" · polled {moment(min(times))}" if times else ""
    every = len(known.jobs)
    count = f"{every:,} jobs" if len(chosen) == every else f"{len(chosen):,} of {every:,} jobs"
    shown = chosen[: selection.limit]
    rows = "".join(map(_row, shown))
    rest = len(chosen) - len(shown)
    more = ""
    if rest:
        link = safe(selection.address(limit=selection.limit + 5 * ROWS))
        more = f'<p><a class="more" href="{link}">Show {min(rest, 5 * ROWS):,} more of {rest:,}</a></p>\n'
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{safe(value)}">' for name, value in selection.beside_words()
    )
    single = " class=single" if len(known.projects) == 1 else ""
    table = (
        f'<table id="jobs"{single}><thead><tr>{_head(selection)}</tr></thead><tbody>\n{rows}</tbody></table>\n{more}'
        if shown
        else '<p id="none">No job to show.</p>\n'
    )
    body = (
        "<h1>Jobs</h1>\n"
        f'<form id="controls" role="search" action="jobs">{kept}'
        f'<input id="search" name="q" type="search" value="{safe(selection.words)}" '
        'placeholder="Search name, id, status, project…" aria-label="Search" autocomplete="off" spellcheck="false">'
        "<button>Search</button>"
        '<label id="refresh" hidden><input type="checkbox" checked>refresh itself</label></form>\n'
        '<div id="found">\n'
        f'<p class="facts"><output id="count">{count}</output>{polled}</p>\n{"".join(_notices(known.projects))}'
        f'<p class="phases">{_filters(known, selection)}</p>\n<div class="wide">{table}</div></div>'
    )
    title = f"({trouble:,}) Jobs" if trouble else "Jobs"
    return document(title=title, body=body, root="", here=JOBS, script=True)
