"""All rules, in the groups and the order in which Prometheus evaluates them."""

from typing import Final

from deploy.rules import recording
from deploy.rules.alerts.delay import DELAY
from deploy.rules.alerts.details import DETAILS
from deploy.rules.alerts.exporter import EXPORTER
from deploy.rules.alerts.failed import FAILED
from deploy.rules.alerts.health import HEALTH
from deploy.rules.alerts.instances import INSTANCES
from deploy.rules.alerts.project import PROJECT
from deploy.rules.alerts.transfer import TRANSFER
from deploy.rules.cutover import CUTOVER
from deploy.rules.fleet import FLEET
from deploy.rules.rule import Alert, Group, Record

GROUPS: Final = (
    Group(
        "drs-job-status",
        (
            recording.LAST_STATUS,
            recording.FAILED,
            recording.RECOVERED,
            recording.FAILED_SINCE,
            recording.ABNORMAL_LIMIT,
            recording.LIMIT_USED,
            *FAILED,
        ),
    ),
    Group("drs-job-delay", (recording.SETTLED, recording.SETTLED_DELAY, recording.DELAY_THRESHOLD, *DELAY)),
    Group("drs-job-cutover", CUTOVER),
    Group("drs-fleet", FLEET),
    Group("drs-job-transfer", TRANSFER),
    Group("drs-job-health", HEALTH),
    Group("drs-job-details", DETAILS),
    Group("drs-instance", INSTANCES),
    Group("drs-project", PROJECT),
    Group("drs-exporter", EXPORTER),
)

ALERTS: Final = tuple(rule for group in GROUPS for rule in group.rules if isinstance(rule, Alert))
RECORDS: Final = tuple(rule for group in GROUPS for rule in group.rules if isinstance(rule, Record))
