"""What befalls a simulated fleet: everything that a dashboard is there to show, or nothing."""

from collections.abc import Callable

from drs_exporter.simulator import SimulatedCloud

Happens = Callable[[float], None]


def busy(cloud: SimulatedCloud) -> Happens:
    """Failures, delays, a stalled transfer, a late start, missed RPO, a cloud that throttles, fails and babbles."""
    fleet = cloud.fleet
    guards = fleet.ids(scenario="cloudDataGuard")
    running = [job_id for job_id in fleet.ids(status="INCRE_TRANSFER_STARTED") if job_id not in guards]
    spare = running[3:]
    stalled = fleet.ids(status="FULL_TRANSFER_STARTED")[0]
    fleet.set_status(stalled, "FULL_TRANSFER_STARTED")
    fleet.set_progress(stalled, 37)
    fleet.set_delay(running[0], 4000)
    for guard in guards[:2]:
        fleet.set_status(guard, "INCRE_TRANSFER_STARTED")
        fleet.set_rpo_rto(guard, 900, 700)
    others = ("PAUSING", "CHANGE_JOB_STARTED", "STARTJOBING", "FULL_TRANSFER_STARTED")
    for status, job_id in zip(others, spare, strict=False):
        fleet.set_status(job_id, status)
    waiting = fleet.ids(status="CONFIGURATION")[0]
    at = cloud.time.elapsed()
    life = fleet.find(waiting, at)
    assert life is not None
    fleet.start(life, at, starts=at + 60)
    fleet.set_status(waiting, "WAITING_FOR_START")
    cloud.faults.set("batch_progress", "throttle", rate=0.1)
    cloud.faults.set("batch_detail", "503", rate=0.05)
    cloud.faults.set("batch_progress", "wrong_type", field="progress", rate=0.3)

    def happens(share: float) -> None:
        if share == 0:
            fleet.delete(spare[-1])  # its machine is listed on, and is nobody's
        if share >= 0.5:
            fleet.set_status(running[1], "INCRE_TRANSFER_FAILED", "DRS.M05109")
            fleet.set_status(running[2], "FULL_TRANSFER_FAILED", "DRS.M05102")
        if 0.7 <= share < 0.8:
            cloud.faults.set("list_jobs", "503")
        else:
            cloud.faults.clear("list_jobs")

    return happens


def calm(cloud: SimulatedCloud) -> Happens:
    """Every job replicates or copies, as its owner wishes, and the cloud answers."""
    fleet = cloud.fleet
    guards = set(fleet.ids(scenario="cloudDataGuard"))
    copying = set(fleet.ids(status="FULL_TRANSFER_STARTED")) - guards
    for job_id in set(fleet.ids()) - copying:
        fleet.set_status(job_id, "INCRE_TRANSFER_STARTED")
        fleet.set_delay(job_id, 2)
        if job_id in guards:
            fleet.set_rpo_rto(job_id, 1, 2)
    return lambda _: None
