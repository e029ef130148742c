"""`/jobs/PROJECT/JOB_ID`: everything that is known of one job, in words."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from drs_exporter.addresses import can_step_up
from drs_exporter.catalogue import JOB_PARTS
from drs_exporter.catalogue.family import Row
from drs_exporter.cutover import REASONS
from drs_exporter.history import Sample
from drs_exporter.origin import RUNBOOKS
from drs_exporter.overview import Record
from drs_exporter.snapshot import Job, Project
from drs_exporter.web.pages.curves import curves
from drs_exporter.web.pages.html import JOBS, document
from drs_exporter.words import duration, moment, number, percent, rate, safe, shortened, size

_ROOT: Final = "../../"
_PREFIX: Final = re.compile(r"^drs_(?:job_)?")
_CONSOLES: Final = {
    "eu-de": "console.otc.t-systems.com",
    "eu-nl": "console.otc.t-systems.com",
    "eu-ch2": "console.sc.otc.t-systems.com",
}
_CONSOLE_IN_CHINA: Final = "console.huaweicloud.com"
_CONSOLE: Final = "console-intl.huaweicloud.com"
_FLAG: Final = ("1 if ", "1 while ")
"""How the help of a metric begins that is 1 for yes and 0 for no."""

RUNBOOK_OF: Final = {
    "CREATE_FAILED": "DRSJobCreateFailed",
    "START_JOB_FAILED": "DRSJobStartFailed",
    "FULL_TRANSFER_FAILED": "DRSJobFullTransferFailed",
    "INCRE_TRANSFER_FAILED": "DRSJobIncrementalTransferFailed",
    "CHANGE_JOB_FAILED": "DRSJobChangeFailed",
    "RELEASE_RESOURCE_FAILED": "DRSJobReleaseFailed",
}
"""The runbook for a job in this status; of other failed ones `OTHERWISE`."""
OTHERWISE: Final = "DRSJobFailedOtherwise"
LATE: Final = "DRSJobDelayOverOwnThreshold"

_Fact = tuple[str, str, str]
"""What, its value, and the sentence that explains it."""


def _value(name: str, value: float) -> tuple[str, str]:
    """What a metric is called without its unit, and its value in that unit as people write it."""
    for suffix, words in (
        ("_timestamp_seconds", moment),
        ("_bytes_per_second", lambda found: f"{size(found)}/s"),
        ("_per_second", rate),
        ("_seconds", duration),
        ("_ratio", percent),
        ("_bytes", size),
    ):
        if name.endswith(suffix):
            return name.removesuffix(suffix), words(value)
    return name, number(value)


def _facts(job: Job) -> Iterator[_Fact]:
    """Every sample that the job has on `/metrics`, but its status and what it is, which stand above."""
    for record, family in ((part.read(job), family) for part in JOB_PARTS for family in part.families):
        if family.name in {"drs_job_status", "drs_job_info"}:
            continue
        rows: Sequence[Row] = () if family.rows is None else family.rows(record)
        if family.value is not None and (single := family.value(record)) is not None:
            rows = [((), single)]
        for labels, value in rows:
            title, text = _value(_PREFIX.sub("", family.name), value)
            if family.help.startswith(_FLAG):
                text = "yes" if value else "no"
            states = [label for label in labels if label]
            if family.tells_by_labels:
                chosen = () if family.chosen is None else family.chosen.read(record)
                words = [*states, *(f"{name}: {found}" for name, found in chosen if found)]
                text = " · ".join(map(shortened, words))
                states = []
            suffix = f" ({shortened(', '.join(states))})" if states else ""
            yield title.replace("_", " ").strip() + suffix, text, family.help


def _trouble(record: Record) -> str:
    """Why somebody is needed, with the page that says what to do; empty where nobody is."""
    if not record.needs_somebody:
        return ""
    runbook = RUNBOOK_OF.get(record.status or "", OTHERWISE) if record.failed else LATE
    why = "it failed" if record.failed else "it is later than its owner allows"
    link = f'<a href="{RUNBOOKS}/{runbook}.md" rel="noreferrer">what to do</a>'
    return f'<p class="notice bad">This job needs somebody, for {why}: {link} ({runbook}).</p>\n'


def _console(region: str) -> str:
    """Where the cloud shows the jobs of a region."""
    host = _CONSOLES.get(region, _CONSOLE_IN_CHINA if region.startswith("cn-") else _CONSOLE)
    return f"https://{host}/drs/?region={quote(region, safe='', errors='replace')}"


def _against(record: Record) -> str:
    """What speaks now against switching over to the target, reason by reason; nothing of a job that is no candidate."""
    if record.cutover_blockers is None:
        return ""
    reasons = "".join(f"<li>{safe(REASONS[reason])}</li>" for reason in record.cutover_blockers)
    told = f"<ul>{reasons}</ul>" if reasons else "<p>Nothing that this exporter knows of.</p>"
    return f'<h2 id="cutover">What speaks against cutting over now</h2>\n{told}\n'


def job_page(project: Project, job: Job, record: Record, samples: Sequence[Sample]) -> bytes:
    """The page, with the job's last hours."""
    info = [record.db_use_type, record.engine_type, record.task_type]
    facts = " · ".join(shortened(word) for word in (project.name, project.region, *info) if word)
    error = f' <code class="error">{shortened(record.error_code)}</code>' if record.error_code else ""
    rows = "".join(
        f'<tr><th scope="row" title="{safe(why)}">{what}</th><td>{text}</td></tr>\n' for what, text, why in _facts(job)
    )
    console = f'<a href="{safe(_console(project.region))}" rel="noreferrer">Console of the cloud</a>'
    dashboard = safe(f"/d/drs-job/drs-job?var-job_id={quote(record.job_id, safe='', errors='replace')}")
    name = shortened(record.job_name or record.job_id)
    parent = ""
    if record.parent_id:
        parent = f"<code>{shortened(record.parent_id)}</code>"
        if not can_step_up(record.parent_id):
            parent = f'<a href="{safe(quote(record.parent_id, safe="", errors="replace"))}">{parent}</a>'
        parent = f" · subtask of {parent}"
    body = (
        f'<p class="facts"><a href="{_ROOT}jobs">All jobs</a></p>\n'
        f'<h1><bdi>{name}</bdi> <span class="badge {record.phase}">{record.phase}</span></h1>\n'
        f'<p class="facts"><code class="id">{shortened(record.job_id)}</code>{parent}</p>\n'
        f"{_trouble(record)}<p>{shortened(record.status or 'no status known')}{error}</p>\n"
        f'<p class="facts">{facts}</p>\n<div class="curves">{curves(samples)}</div>\n'
        f"{_against(record)}"
        f'<h2>What is known</h2>\n<table class="facts-table"><tbody>\n{rows}</tbody></table>\n'
        f'<p class="links">{console}</p>\n'
        f'<p class="facts">In your Grafana: <code>{dashboard}</code></p>\n'
    )
    return document(title=name, body=body, root=_ROOT, here=JOBS)
