"""Jobs in the words of the v3 operations: numbers in strings, percent signs, three ways to write a time."""

from typing import Final

from drs_exporter.simulator import private
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.health import Health
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.plans import Plan
from drs_exporter.simulator.refusal import Payload
from drs_exporter.simulator.state import JobState
from drs_exporter.simulator.worldtime import WorldTime

DISK: Final = 100
"""Gigabytes of every machine's disk."""

_BILLED: Final = frozenset({"CREATING", "CREATE_FAILED", "CONFIGURATION", "WAITING_FOR_START"})
"""Statuses in which nothing is charged yet."""


class WireV3:
    """Writes what the fleet does as the v3 operations would."""

    def __init__(self, fleet: Fleet, time: WorldTime) -> None:
        """Keep whom to ask."""
        self._fleet = fleet
        self._time = time

    def listed(self, life: Life, at: float) -> Payload:
        """One job of the listing, subtasks included."""
        entry = self._listed(life, at)
        children = self._fleet.children(life, at)
        if children:
            entry["children"] = [self._child(child, at) for child in children]
        return entry

    def _listed(self, life: Life, at: float) -> Payload:
        plan = life.plan
        state = self._fleet.state(life, at)
        health = self._fleet.health(life, at)
        return {
            "id": life.job_id,
            "name": self._fleet.name(life),
            "status": state.status,
            "description": "",
            "create_time": self._time.zoneless(life.born),
            "engine_type": plan.engine.engine_type,
            "net_type": plan.net_type,
            "billing_tag": billed(state),
            "job_direction": health.direction,
            "db_use_type": plan.engine.scenario,
            "task_type": plan.task_type,
            "node_newFramework": False,
            "job_action": action(health),
        }

    def _child(self, child: Life, at: float) -> Payload:
        entry = self._listed(child, at)
        if self._fleet.state(child, at).error_code:
            entry["error_msg"] = private.message("Unable to connect to DBMS")
        return entry

    def status(self, life: Life, at: float) -> Payload:
        """One result of batch status."""
        state = self._fleet.state(life, at)
        return {"id": life.job_id, "status": state.status, **_error(state, "error_message")}

    def progress(self, life: Life, at: float) -> Payload:
        """One result of batch progress."""
        state = self._fleet.state(life, at)
        entry: Payload = {
            "job_id": life.job_id,
            "progress": percent(state),
            "incre_trans_delay": seconds(state.delay_millis),
            "task_mode": life.plan.task_type,
            "transfer_status": state.status,
            "process_time": self._time.millis(state.updated),
            "remaining_time": remaining(state),
            "progress_map": parts(state),
            "apply_rows_rate": state.rows_rate,
            "apply_bytes_rate": state.bytes_rate,
            **_error(state, "error_msg"),
        }
        if life.plan.millis:
            entry["incre_trans_delay_millis"] = millis(state.delay_millis)
        return entry

    def rpo_rto(self, life: Life, at: float) -> Payload:
        """One result of batch RPO and RTO."""
        state = self._fleet.state(life, at)
        return {
            "job_id": life.job_id,
            "rpo_info": self._lag(state.rpo_millis, at),
            "rto_info": self._lag(state.rto_millis, at),
        }

    def _lag(self, delay: int | None, at: float) -> Payload:
        return {
            "check_point": "mysql-bin.000042:1729",
            "delay": millis(delay),
            "gtid_set": "8e5f0f43-1c0b-11ee-9a3c-fa163e1d0c11:1-918273",
            "time": self._time.zoneless(at),
        }

    def detail(self, life: Life, at: float) -> Payload:
        """One result of batch detail."""
        plan = life.plan
        state = self._fleet.state(life, at)
        health = self._fleet.health(life, at)
        time = self._time
        started = life.first("STARTJOBING", at)
        return {
            "id": life.job_id,
            "parent_id": life.parent.job_id if life.parent else "",
            "name": self._fleet.name(life),
            "status": state.status,
            "description": "",
            "create_time": time.millis(life.born),
            "task_type": plan.task_type,
            "source_endpoint": _endpoint(plan.engine.source, "10.154.217.239", plan.source_instance),
            "target_endpoint": _endpoint(plan.engine.target, "10.154.18.7", plan.target_instance),
            "net_type": plan.net_type,
            "failed_reason": private.message("Unable to connect to DBMS") if state.error_code else "",
            "inst_info": {
                "engine_type": plan.engine.engine_type,
                "inst_type": plan.node_type,
                "ip": "10.154.99.12",
                "public_ip": "",
                "start_time": time.millis(life.scheduled),
                "status": "deleted" if state.stopped else "active",
                "volume_size": DISK,
            },
            "actual_start_time": time.millis(started),
            "full_transfer_complete_time": time.millis(life.since("FULL_TRANSFER_COMPLETE", at)),
            "update_time": time.millis(state.since),
            "job_direction": health.direction,
            "original_job_direction": health.original_direction,
            "job_kernel_direction": health.kernel_direction,
            "db_use_type": plan.engine.scenario,
            "need_restart": health.restart_needed,
            "is_target_readonly": plan.guard,
            "node_num": len(life.children),
            "master_job_id": life.parent.job_id if life.parent else "",
            "alarm_notify": {
                "subscriptions": [{"endpoints": [private.PERSON], "protocol": "email"}],
                "topic_name": "drs-alarms",
                "delay_time": plan.delay_threshold,
                "rpo_delay": plan.rpo_threshold,
                "rto_delay": plan.rto_threshold,
                "alarm_to_user": plan.delay_threshold > 0,
            },
            "tags": tags(plan),
            "bind_public_ip_state": "SUCCESS" if plan.net_type == "eip" else "",
            "is_multi_az": plan.highly_available,
            **self._order(health),
            **_error(state, "error_message"),
        }

    def _order(self, health: Health) -> Payload:
        """The order of a job that is paid by the month or year."""
        if not health.order_status:
            return {}
        return {
            "period_order": {
                "status": health.order_status,
                "order_id": "CS2011181020AVPDY",
                "charging_mode": 1,
                "period_type": 2,
                "period_num": 1,
                "is_auto_renew": 0,
                "exp_time": self._time.millis(health.order_end),
            }
        }


def action(health: Health) -> Payload:
    """What is being done with a job."""
    return {"available_actions": ["DELETE"], "unavailable_actions": ["START"], "current_action": health.action}


def tags(plan: Plan) -> list[dict[str, str]]:
    """What the owner has written on the job."""
    return [{"key": "owner", "value": plan.owner}, {"key": "cost-centre", "value": str(plan.key % 90 + 10)}]


def billed(state: JobState) -> bool:
    """Whether the job costs money."""
    return not state.stopped and state.status not in _BILLED


def percent(state: JobState) -> str:
    """Progress as the service writes it; the full transfer's end reads 0."""
    if state.percent is None:
        return ""
    return "0" if state.status == "FULL_TRANSFER_COMPLETE" else str(state.percent)


def remaining(state: JobState) -> str:
    """Seconds that remain, nothing where nothing is running."""
    return "" if state.remaining is None else str(state.remaining)


def parts(state: JobState) -> dict[str, Payload]:
    """Progress of the parts of a full transfer."""
    return {part: {"completed": f"{done}%", "remaining_time": str(left)} for part, done, left in state.parts}


def millis(delay: int | None) -> str:
    """A delay in milliseconds; -1 where it means nothing."""
    return "-1" if delay is None else str(delay)


def seconds(delay: int | None) -> str:
    """A delay in whole seconds; -1 where it means nothing."""
    return "-1" if delay is None else str(delay // 1000)


def _endpoint(kind: str, ip: str, instance: str) -> Payload:
    return {
        "db_type": kind,
        "region": "cn-north-4",
        "inst_id": instance,
        "inst_name": "sim-instance",
        "ip": ip,
        "db_port": 3306,
        "db_user": private.DB_USER,
        "db_password": private.DB_PASSWORD,
        "ssl_link": True,
        "ssl_cert_name": "ca.pem",
        "ssl_cert_key": private.SSL_KEY,
        "ssl_cert_password": private.SSL_PASSWORD,
    }


def _error(state: JobState, text: str) -> Payload:
    if not state.error_code:
        return {}
    return {"error_code": state.error_code, text: private.message("Unable to connect to DBMS")}
