"""The operations that tell how a job fares: v3 for disaster recovery, v5 for the others."""

from typing import Final

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.operations_v3 import Answer, OperationsV3
from drs_exporter.simulator.operations_v5 import OperationsV5
from drs_exporter.simulator.refusal import invalid
from drs_exporter.simulator.wire_diagnosis import WireDiagnosis

_MOST_ROWS: Final = 1000


class OperationsDiagnosis:
    """Connections, rows that fail, components: each where its generation of the API is offered."""

    def __init__(self, v3: OperationsV3, v5: OperationsV5, wire: WireDiagnosis) -> None:
        """Keep the generations, which know their jobs."""
        self._v3 = v3
        self._v5 = v5
        self._wire = wire

    def dr_monitor(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/disaster-recovery-monitoring-data."""
        lives, at = self._v3.guarded(exchange)
        return Answer({"results": [self._wire.guarded(life, at) for life in lives], "count": len(lives)})

    def monitor_data(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/jobs/{job_id}/monitor-data."""
        life, at = self._v5.asked(exchange)
        return Answer(self._wire.monitored(life, at))

    def dirty_data(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/jobs/{job_id}/dirty-data."""
        life, at = self._v5.asked(exchange)
        offset, limit = exchange.offset_and_limit(most=_MOST_ROWS)
        return Answer(self._wire.abnormal(life, at, offset=offset, limit=limit))

    def components(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/jobs/{job_id}/increment-components-detail, for the engine pairs v5 knows."""
        life, at = self._v5.asked(exchange)
        if not life.plan.engine.v5:
            raise invalid("job_id: the engine does not support this operation")
        return Answer(self._wire.components(life, at))
