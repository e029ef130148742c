"""Every number the alerts turn on: shared with the dashboards, so that a colour changes where an alert fires.

Spans of waiting are `Window`s; limits of values are plain numbers in base units.
"""

from typing import Final

from deploy.rules.window import Window
from drs_exporter import cutover

STATUS_HOLD: Final = Window("10m")
"""How long the last thing seen stands in for what is missing: a lost poll, a restart, a slow cloud."""

CLOCK_HOLD: Final = Window("3d")
"""How long a gap may be over which the time since a failure is carried: a weekend without monitoring."""

NEWS_HOLD: Final = Window("3h")
"""How old what was counted last may be, where it is compared with: an upgrade or an outage makes no news of it."""

OWN_THRESHOLD_HOLD: Final = Window("1h")
"""How long an owner's threshold is remembered: several runs of the collectors that read it."""

ABNORMAL_LIMIT_SECONDS: Final = 14 * 86400
"""The service's own default of the time a job may be failed before it is stopped."""

STOP_APPROACHING_RATIO: Final = 0.75
STOP_IMMINENT_RATIO: Final = 0.9
"""Shares of that time."""

DELAY_WARNING_SECONDS: Final = 300
DELAY_CRITICAL_SECONDS: Final = 1800
"""Delays of jobs whose owner named no threshold."""

DELAY_GRACE: Final = Window("30m")
"""How long a job may catch up after it became incremental or went on after a pause or change."""

DELAY_GROWING_WINDOW: Final = Window("30m")
DELAY_GROWING_AHEAD_SECONDS: Final = 4 * 3600
DELAY_GROWING_FLOOR_SECONDS: Final = 60
"""The trend that is looked at, how far ahead it is drawn, and the delay below which a trend is breath."""

APPLY_IDLE_WINDOW: Final = Window("15m")
"""How long nothing is applied while the delay grows."""

RPO_WARNING_SECONDS: Final = 300
RTO_WARNING_SECONDS: Final = 300
"""Delays of disaster recovery jobs whose owner named no thresholds."""

FULL_STALLED_WINDOW: Final = Window("2h")
"""How long a full transfer may show the same progress."""

REMAINING_RISING_WINDOW: Final = Window("1h")
REMAINING_RISING_SECONDS: Final = 600
"""By how much the remaining time of a full transfer may rise within that window."""

START_OVERDUE_SECONDS: Final = 900
"""How late after its scheduled start a job may still be pending."""

COMPARE_TASK_WINDOW: Final = Window("1d")
"""How long a failed data comparison is news."""

ASYNC_JOB_NEWS_SECONDS: Final = 86400
"""How long a refused batch is news."""

ABNORMAL_ROWS_WINDOW: Final = Window("1h")
"""How long one more row that could not be applied is news."""

ORDER_LEFT_SECONDS: Final = 7 * 86400

RPO_FROZEN_SECONDS: Final = 1800
"""Age of a recovery point delay after which it says nothing."""

CUTOVER_HOLD: Final = Window("5m")
"""How long the last delay stands in for a missing one where a job is to be cut over: shorter than elsewhere."""

CUTOVER_WINDOW: Final = Window("15m")
"""How long the delay of a job that is to be cut over must have been small."""

CUTOVER_DELAY_SECONDS: Final = cutover.SMALL_DELAY
CUTOVER_REPORT_SECONDS: Final = cutover.OLDEST_REPORT
CUTOVER_COMPARED_SECONDS: Final = cutover.OLDEST_COMPARISON
CUTOVER_DIAGNOSED_SECONDS: Final = cutover.OLDEST_DIAGNOSIS
"""As the pages of the exporter have them."""

PROMISE_OBJECTIVE: Final = 0.99
"""Share of thirty days in which a job is to keep within its threshold."""

PROMISE_BURN_HOUR: Final = 14.4
PROMISE_BURN_SHIFT: Final = 6
PROMISE_BURN_DAY: Final = 3
PROMISE_BURN_DAYS: Final = 1
"""How many times as fast as it may the budget is used up over an hour, six, a day and three days."""

NODE_WINDOW: Final = Window("30m")
NODE_CPU_RATIO: Final = 0.9
NODE_MEMORY_RATIO: Final = 0.95
"""Average use of a node over that window."""

INSTANCE_DISK_WINDOW: Final = Window("1h")
INSTANCE_DISK_AHEAD: Final = Window("4h")
INSTANCE_DISK_FLOOR_RATIO: Final = 0.5
"""The trend of a disk that is looked at, how far ahead it is drawn, and the use below which it is no trend yet."""

INSTANCE_DISK_RATIO: Final = 0.9

SLOW_END_FACTOR: Final = 2
"""Times what reading lags, from which writing is what is slow."""

APPLY_STATE_WINDOW: Final = Window("5m")
"""How long no other state may have been seen."""

INSTANCE_MEMORY: Final = Window("1d")
"""How long it is remembered that a machine had datapoints."""

QUOTA_RATIO: Final = 0.9

SCRAPE_WINDOW: Final = Window("3m")
"""Within this span one scrape that succeeds is a sign of life."""

ABSENT_WINDOW: Final = Window("10m")

POLL_WINDOW: Final = Window("5m")
"""Within this span one listing that succeeds makes a project readable."""

COLLECTOR_MISSED_RUNS: Final = 2
DATA_TOO_OLD_RUNS: Final = 3
"""Age of a collector's last success, in its own intervals."""

SIGN_IN_WINDOW: Final = Window("15m")
SIGN_IN_FAILURES: Final = 2
"""Refused sign-ins within that window: one may be a hiccup."""

CRASH_WINDOW: Final = Window("30m")
"""How long a poll that crashed is told of."""

THROTTLED_WINDOW: Final = Window("15m")
THROTTLED_RATIO: Final = 0.1
"""Share of calls the cloud throttles."""

PARSE_ERROR_WINDOW: Final = Window("1h")
PARSE_ERRORS: Final = 10
"""Unreadable values within that window: one bad job at one bad moment makes fewer."""

CREDENTIAL_LEFT_SECONDS: Final = 300
"""Renewal is due long before: what ends this soon is not being renewed."""
