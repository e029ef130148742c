"""Every page in a real Chromium, narrow and wide, light and dark: axe finds nothing, and nothing is cut off."""

import shutil
from pathlib import Path

import pytest

from drs_exporter.history import Sample
from drs_exporter.status import Phase
from tests.web.chromium import browser
from tests.web.memory import MemoryDaemon, Serve, make_project
from tools.axe import axe

pytestmark = pytest.mark.programs

LOOKS = [(width, theme) for width in (360, 1440) for theme in ("light", "dark")]


async def test_axe_has_nothing_against_any_page(serve: Serve, daemon: MemoryDaemon, tmp_path: Path) -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "no Chromium here: install it, or leave these tests out with -m 'not programs'"
    daemon.snapshots = [make_project("prod", jobs=12), make_project("dead", jobs=1, up=False)]
    job = next(job for job in daemon.snapshots[0].jobs or () if job.state and job.state.phase is Phase.FAILED)
    daemon.past["prod", job.id] = [Sample(60.0 * minute, float(minute), 0.5, 10.0) for minute in range(9)]
    root = await serve()
    pages = ["/", "/jobs", "/jobs?phase=failed&q=nothing-like-it", f"/jobs/prod/{job.id}"]
    script = axe().read_text(encoding="utf-8")
    found = []
    async with browser(program, tmp_path) as tab:
        for width, theme in LOOKS:
            await tab.look_like(width=width, theme=theme)
            for page in pages:
                await tab.open(root + page)
                await tab.run(script)
                violations, passed = await tab.run("axe.run().then((it) => [it.violations, it.passes.length])")
                assert passed > 10, "axe looked at nothing"
                found += [
                    f"{page} {width} {theme}: {rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
                    for rule in violations
                    for node in rule["nodes"]
                ]
                wider = await tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                found += [f"{page} {width} {theme}: {wider} pixels are beyond the edge"] if wider > 0 else []
    assert found == []
