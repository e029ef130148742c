"""Jobs in the words of what diagnoses them, v3 and v5."""

from typing import Final

from drs_exporter.simulator import private
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.refusal import Payload
from drs_exporter.simulator.wire_v3 import DISK
from drs_exporter.simulator.worldtime import WorldTime

_POSITION: Final = "mysql-bin.000042:1729"


class WireDiagnosis:
    """Writes how the fleet fares as those operations would."""

    def __init__(self, fleet: Fleet, time: WorldTime) -> None:
        """Keep whom to ask."""
        self._fleet = fleet
        self._time = time

    def guarded(self, life: Life, at: float) -> Payload:
        """One result of the monitoring of disaster recovery; the names are the service's own."""
        state = self._fleet.state(life, at)
        health = self._fleet.health(life, at)
        return {
            "id": life.job_id,
            "data_guard_minitor": {
                "bandwidth": "12",
                "src_normal": health.source_connected,
                "dst_normal": health.target_connected,
                "sr_delay": 5,
                "sr_offset": _POSITION,
                "dst_delay": 6,
                "dst_rps": str(max(state.rows_rate, 0)),
                "trans_inMB": str(health.transferred_megabytes),
                "trans_lines": str(health.transferred_rows),
                "volume_used_inGB": self._disk_used(life, at),
                "node_volume_inGB": DISK,
                "node_mem_inMB": 16384,
            },
        }

    def monitored(self, life: Life, at: float) -> Payload:
        """What the monitoring of one job answers."""
        health = self._fleet.health(life, at)
        return {
            "bandwidth": "12",
            "is_src_normal": health.source_connected,
            "is_dst_normal": health.target_connected,
            "src_offset": _POSITION,
            "trans_data": str(health.transferred_megabytes),
            "trans_lines": str(health.transferred_rows),
            "used_volumes": self._disk_used(life, at),
            "node_volume_size": DISK,
            "node_memory_size": 16384,
            "update_time": self._time.iso(at),
        }

    def abnormal(self, life: Life, at: float, *, offset: int, limit: int) -> Payload:
        """Rows that could not be applied, with the SQL and the data that nobody should see."""
        rows = self._fleet.health(life, at).abnormal_rows
        row = {
            "db_name": "orders",
            "schema_name": "public",
            "table_name": "customers",
            "error_sql": f"INSERT INTO customers VALUES (1, '{private.PERSON}', '{private.DB_PASSWORD}')",  # noqa: S608 - nobody runs it
            "error_time": self._time.iso(at),
            "error_msg": private.message("Duplicate entry"),
        }
        return {"count": rows, "dirty_data_list": [row] * max(0, min(limit, rows - offset))}

    def components(self, life: Life, at: float) -> Payload:
        """What captures and what applies changes; nothing outside the incremental phase."""
        state = self._fleet.state(life, at)
        health = self._fleet.health(life, at)
        now = self._time.iso(at)
        if state.delay_millis is None:
            return {"update_time": now, "increment_components_list": []}
        parts = (("capture", health.capture, health.capture_delay), ("apply", health.apply, health.apply_delay))
        since = self._time.iso(state.since)
        found = [
            {"type": kind, "status": status, "start_time": since, "current_point": "SCN 918273", "delay": str(delay)}
            for kind, status, delay in parts
        ]
        return {"update_time": now, "increment_components_list": found}

    def _disk_used(self, life: Life, at: float) -> str:
        """Gigabytes in use on a job's machine; nothing where there is none."""
        machine = self._fleet.machine(life, at)
        return "" if machine is None else f"{machine.disk_util / 100 * DISK:.1f}"
