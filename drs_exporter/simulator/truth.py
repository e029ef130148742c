"""What is really so: the ground truth that tests compare metrics with."""

import msgspec

from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.wire_v3 import billed
from drs_exporter.simulator.worldtime import WorldTime
from drs_exporter.status import DELAY_PHASES, PROGRESS_PHASES, Phase, phase_of


class SimulatedJob(msgspec.Struct, frozen=True):
    """One job at a moment, in seconds and ratios; `None` where the service tells nothing that means anything."""

    id: str
    name: str
    parent_id: str
    """Empty for a job of its own."""
    status: str
    error_code: str | None
    db_use_type: str
    engine_type: str
    task_type: str
    net_type: str
    job_direction: str
    enterprise_project_id: str
    created: float
    """Unix time."""
    billing: bool
    progress: float | None
    """0 to 1, in the phases in which batch progress is asked; a v5 detail tells it in others too."""
    remaining: float | None
    delay: float | None
    delay_threshold: float | None
    rpo: float | None
    rto: float | None


def truth(fleet: Fleet, time: WorldTime) -> tuple[SimulatedJob, ...]:
    """Every job and subtask that exists now, in the order of the listing."""
    at = time.elapsed()
    return tuple(_truth_of(fleet, time, life, at) for life in fleet.everyone(at))


def _truth_of(fleet: Fleet, time: WorldTime, life: Life, at: float) -> SimulatedJob:
    plan = life.plan
    state = fleet.state(life, at)
    phase = phase_of(state.status)
    told = phase in PROGRESS_PHASES and phase is not Phase.FULL_COMPLETE and plan.task_type != "INCR_TRANS"
    lags = phase in DELAY_PHASES or state.status == "INCRE_TRANSFER_FAILED"
    return SimulatedJob(
        id=life.job_id,
        name=fleet.name(life),
        parent_id=life.parent.job_id if life.parent else "",
        status=state.status,
        error_code=state.error_code or None,
        db_use_type=plan.engine.scenario,
        engine_type=plan.engine.engine_type,
        task_type=plan.task_type,
        net_type=plan.net_type,
        job_direction=plan.direction,
        enterprise_project_id=plan.enterprise_project,
        created=int(time.stamp(life.born) * 1000) / 1000,
        billing=billed(state),
        progress=state.percent / 100 if told and state.percent is not None else None,
        remaining=state.remaining if phase is Phase.FULL else None,
        delay=_seconds(state.delay_millis, whole=not plan.millis) if lags else None,
        delay_threshold=plan.delay_threshold or None,
        rpo=_seconds(state.rpo_millis),
        rto=_seconds(state.rto_millis),
    )


def _seconds(millis: int | None, *, whole: bool = False) -> float | None:
    if millis is None:
        return None
    return millis // 1000 if whole else millis / 1000
