"""Jobs in the words of the v5 operations: one large nested object."""

from typing import Final

from drs_exporter.simulator import private
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.noise import unit
from drs_exporter.simulator.refusal import Payload
from drs_exporter.simulator.state import JobState
from drs_exporter.simulator.wire_v3 import action, billed, millis, parts, percent, remaining, seconds, tags
from drs_exporter.simulator.worldtime import MINUTE, WorldTime

_PRECHECKS: Final = (
    "source_connect",
    "target_connect",
    "binlog_enabled",
    "disk_space",
    "privileges",
    "charset",
    "keys",
)
_ENGINE_NAMES: Final = {"mysql": "mysql-to-mysql"}
"""v5 has other names for some engine pairs."""
_APPLY_STATES: Final = {10: "failed", 1: "waiting", 2: "processing", 3: "processing"}
"""v5's words for what Cloud Eye numbers."""


class WireV5:
    """Writes what the fleet does as the v5 operations would."""

    def __init__(self, fleet: Fleet, time: WorldTime) -> None:
        """Keep whom to ask."""
        self._fleet = fleet
        self._time = time

    def whole(self, life: Life, at: float) -> Payload:
        """One job of a batch's detail."""
        found: Payload = {}
        for part in (self.basics, self.progress, self.precheck, self.comparison):
            found.update(part(life, at))
        return found

    def basics(self, life: Life, at: float) -> Payload:
        """What `type=detail` answers."""
        plan = life.plan
        state = self._fleet.state(life, at)
        engine_type = plan.engine.engine_type
        return {
            **self._head(life, state),
            "base_info": {
                "name": self._fleet.name(life),
                "job_type": plan.engine.scenario,
                "multi_write": False,
                "engine_type": _ENGINE_NAMES.get(engine_type, engine_type),
                "job_direction": plan.direction,
                "task_type": plan.task_type,
                "net_type": plan.net_type,
                "charging_mode": "on_demand",
                "enterprise_project_id": plan.enterprise_project,
                "description": "",
                "start_time": self._time.millis(life.scheduled),
                "expired_days": plan.expired_days,
                "tags": tags(plan),
            },
            "source_endpoint": [_endpoint(plan.engine.source, "so", "10.154.217.239", plan.source_instance)],
            "target_endpoint": [_endpoint(plan.engine.target, "ta", "10.154.18.7", plan.target_instance)],
            "alarm_notify": {
                "alarm_to_user": plan.delay_threshold > 0,
                "topic_urn": "urn:smn:cn-north-4:f2c2468c3ee7410c862a461ca073d2f2:drs",
                "delay_time": plan.delay_threshold,
                "rpo_delay": plan.rpo_threshold,
                "rto_delay": plan.rto_threshold,
            },
            "user_migration": {
                "is_migrate_user": True,
                "is_set_password": True,
                "password": private.USER_PASSWORD,
                "user_list": [{"id": "1", "account": private.DB_USER, "password": private.USER_PASSWORD}],
            },
            "policy_config": {"conflict_policy": "ignore", "index_trans": True, "ddl_trans": False},
            "node_info": {
                "spec": {"node_type": plan.node_type},
                "base_info": {
                    "instance_type": "ha" if plan.highly_available else "single",
                    "arch": "x86",
                    "availability_zone": "cn-north-4a,cn-north-4b" if plan.highly_available else "cn-north-4a",
                    "status": state.status,
                    "role": "Master" if plan.highly_available else "",
                },
            },
            "bind_public_ip_state": "SUCCESS" if plan.net_type == "eip" else "",
            "is_writable": "success",
            "task_version": "5.0",
        }

    def listed(self, life: Life, at: float) -> Payload:
        """One job of the listing, subtasks included."""
        entry = self._listed(life, at)
        children = self._fleet.children(life, at)
        if children:
            entry["children"] = [self._listed(child, at) for child in children]
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
            "create_time": self._time.iso(life.born),
            "engine_type": plan.engine.engine_type,
            "net_type": plan.net_type,
            "charging_mode": "period" if health.order_status else "on_demand",
            "billing_tag": billed(state),
            "job_direction": health.direction,
            "job_type": plan.engine.scenario,
            "task_type": plan.task_type,
            "enterprise_project_id": plan.enterprise_project,
            "job_mode": "single",
            "is_multi_az": plan.highly_available,
            "node_new_framework": False,
            "job_action": action(health),
        }

    def progress(self, life: Life, at: float) -> Payload:
        """What `type=progress` answers."""
        state = self._fleet.state(life, at)
        return {
            **self._head(life, state),
            "progress_info": {
                "progress": percent(state),
                "incr_trans_delay": seconds(state.delay_millis),
                "incr_trans_delay_millis": millis(state.delay_millis) if life.plan.millis else "",
                "task_mode": life.plan.task_type,
                "transfer_status": state.status,
                "process_time": self._time.millis(state.updated),
                "remaining_time": remaining(state),
                "progress_map": parts(state),
            },
            "migration_object_progress_info": self._objects(life, state, at),
            **self._metrics(life, at),
        }

    def precheck(self, life: Life, at: float) -> Payload:
        """What `type=precheck` answers: the checks before the start."""
        state = self._fleet.state(life, at)
        if state.status in ("CREATING", "CREATE_FAILED"):
            return self._head(life, state)
        failing = state.status == "START_JOB_FAILED"
        results = [
            {
                "item": item,
                "result": "FAILED" if failing and not index else _alarm(life.plan.key, index),
                "failed_reason": private.message("Access denied") if failing and not index else "",
                "group": "environment",
                "is_support_skip": False,
                "is_skipped": False,
            }
            for index, item in enumerate(_PRECHECKS)
        ]
        passed = sum(1 for result in results if result["result"] == "PASSED")
        return {
            **self._head(life, state),
            "precheck_result": {
                "result": not failing,
                "process": "100%",
                "total_passed_rate": f"{100 * passed // len(results)}%",
                "job_direction": life.plan.direction,
                "precheck_results": results,
            },
        }

    def comparison(self, life: Life, at: float) -> Payload:
        """What `type=compare` answers, once a transfer is complete."""
        plan, state, health = life.plan, self._fleet.state(life, at), self._fleet.health(life, at)
        if health.compared:
            agree, since, results = health.compared != "INCONSISTENT", health.compared_at, [health.compared] * 3
            tasks = ["SUCCESSFUL"] * 3
        elif state.percent == 100 and life.first("INCRE_TRANSFER_STARTED", at) is not None:
            agree, since = unit(plan.key, 20) >= 0.2, state.since + 20 * MINUTE
            results = ["CONSISTENT", "CONSISTENT" if agree else "INCONSISTENT", "WAITING_FOR_COMPARISON"]
            tasks = ["SUCCESSFUL", "RUNNING", "FAILED"]
        else:
            return self._head(life, state)
        begun = self._time.iso(since)
        counts = (("DB", 1, 1), ("TABLE", plan.objects, plan.objects - int(not agree)), ("VIEW", 3, 0))
        return {
            **self._head(life, state),
            "compare_result": {
                "objects_compare_overview_info": {
                    "create_time": begun,
                    "start_time": begun,
                    "status": "SUCCESSFUL",
                    "compare_job_id": f"{plan.key:016x}",
                    "compare_results": [
                        {"type": kind, "source_count": source, "target_count": target, "status": result}
                        for (kind, source, target), result in zip(counts, results, strict=True)
                    ],
                },
                "data_compare_task_list": [
                    {"id": f"{plan.key + number:016x}", "type": kind, "status": status, "start_time": begun}
                    for number, (kind, status) in enumerate(zip(("lines", "lines", "contents"), tasks, strict=True))
                ],
            },
        }

    def _head(self, life: Life, state: JobState) -> Payload:
        master = {"master_job_id": life.parent.job_id} if life.parent else {}
        return {"id": life.job_id, "status": state.status, "create_time": self._time.iso(life.born), **master}

    def _objects(self, life: Life, state: JobState, at: float) -> Payload:
        done = state.percent or 0
        counts = {"DATABASE": 1, "TABLE": life.plan.objects, "TABLE_INDEX": life.plan.objects // 2}
        status = "COMPLETED" if done == 100 else "TRANSFERING" if done else "NOT_START"
        failed = self._fleet.health(life, at).objects_failed
        times = {
            "full_start_time": life.first("FULL_TRANSFER_STARTED", at),
            "full_complete_time": life.since("FULL_TRANSFER_COMPLETE", at),
            "incr_start_time": life.first("INCRE_TRANSFER_STARTED", at),
            "end_time": life.first("RELEASE_RESOURCE_COMPLETE", at),
        }
        return {
            "migration_object_overview": [
                {
                    "type": kind,
                    "src_count": str(count),
                    "dst_count": str(max(0, count * done // 100 - (failed and kind == "TABLE"))),
                    "status": "FAILED" if failed and kind == "TABLE" else status,
                }
                for kind, count in counts.items()
            ],
            "create_time": self._time.iso(at),
            **{name: self._time.iso(moment) for name, moment in times.items() if moment is not None},
        }

    def _metrics(self, life: Life, at: float) -> Payload:
        """The node's readings, of the last full minute, which Cloud Eye has too; none where no node is running."""
        minute = at // MINUTE * MINUTE
        machine = self._fleet.machine(life, minute)
        if machine is None:
            return {}
        return {
            "metrics": {
                "job_id": life.job_id,
                "node_id": node_id(life),
                "time_stamp": self._time.iso(minute),
                "cpu_util": f"{machine.cpu_util:.1f}",
                "mem_util": f"{machine.mem_util:.1f}",
                "network_incoming_bytes_rate": f"{machine.network_incoming_bytes_rate:.0f}",
                "network_outgoing_bytes_rate": f"{machine.network_outgoing_bytes_rate:.0f}",
                "disk_read_bytes_rate": f"{machine.disk_read_bytes_rate:.0f}",
                "disk_write_bytes_rate": f"{machine.disk_write_bytes_rate:.0f}",
                "apply_rows_rate": f"{machine.apply_rows_rate:.0f}",
                "apply_transactions_rate": f"{machine.apply_transactions_rate:.2f}",
                "apply_ddl_rate": f"{machine.apply_ddls_rate:.0f}",
                "apply_average_execute_time": f"{machine.apply_average_execute_time:.2f}",
                "apply_average_commit_time": f"{machine.apply_average_commit_time:.2f}",
                "apply_current_state": _APPLY_STATES[int(machine.apply_current_state)],
            }
        }


def node_id(life: Life) -> str:
    """The node a job runs on."""
    key = life.plan.key
    return f"{key & 0xFFFFFFFF:08x}-{key >> 32 & 0xFFFF:04x}-4c6d-9a1e-{key >> 8 & 0xFFFFFFFFFFFF:012x}no1"


def _alarm(key: int, index: int) -> str:
    return "ALARM" if unit(key, 21, index) < 0.1 else "PASSED"


def _endpoint(kind: str, role: str, ip: str, instance: str) -> Payload:
    return {
        "db_type": kind,
        "cloud": {"region": "cn-north-4", "project_id": "9dc8c0f3f74c4dbb23c29cf0318ee561", "az_code": "cn-north-4a"},
        "endpoint_type": "cloud" if role == "ta" else "offline",
        "endpoint_role": role,
        "endpoint": {
            "id": "f59e6118-da89-4fdb-9b98-65f56709928a",
            "endpoint_name": kind,
            "instance_id": instance,
            "instance_name": "sim-instance",
            "ip": ip,
            "db_port": "3306",
            "db_user": private.DB_USER,
            "db_password": private.DB_PASSWORD,
        },
        "ssl": {
            "ssl_link": True,
            "ssl_cert_name": "ca.pem",
            "ssl_cert_key": private.SSL_KEY,
            "ssl_cert_password": private.SSL_PASSWORD,
        },
    }
