"""The exporter itself, and what it can read."""

from typing import Final

from deploy.rules import thresholds
from deploy.rules.rule import Alert, Dashboard, Severity
from deploy.rules.window import AT_ONCE, Window

_UP: Final = 'up{job="drs-exporter"}'
_TEXTFILE: Final = (
    "last_over_time(drs_up[$STATUS_HOLD]) "
    "and on (job, instance) last_over_time(node_textfile_mtime_seconds[$STATUS_HOLD])"
)
"""Projects that a node_exporter tells of, from the file of `drs-exporter once`."""

_COLLECTOR: Final = "project, instance, collector"


def _collector(series: str) -> str:
    """The last known value of a series of a collector other than the listing, per instance."""
    return f'max by ({_COLLECTOR}) (last_over_time({series}{{collector!="jobs"}}[$STATUS_HOLD]))'


def _too_old(runs: str) -> str:
    """Collectors whose last success is more of their own intervals, or longer rounds, ago than `runs`."""
    # A shorter hold than elsewhere: data of an exporter that was replaced grow old without being a fault.
    last = f"max by ({_COLLECTOR}) (last_over_time(drs_exporter_collector_{{}}_seconds[$SCRAPE_WINDOW]))"
    interval, round_ = last.format("interval"), last.format("round")
    return f"time() - {last.format('last_success_timestamp')} > {runs} * ({round_} > {interval} or {interval})"


def _share_throttled(series: str) -> str:
    """Calls counted in a series, as a share of all calls of the project."""
    return (
        f"sum by (project, instance) (increase({series}[$THROTTLED_WINDOW])) / "
        "sum by (project, instance) (increase(drs_exporter_api_requests_total[$THROTTLED_WINDOW])) > $THROTTLED_RATIO"
    )


EXPORTER: Final = (
    Alert(
        name="DRSExporterDown",
        severity=Severity.CRITICAL,
        expr=f"max_over_time({_UP}[$SCRAPE_WINDOW]) == 0",
        for_=Window("2m"),
        summary="drs-exporter does not answer.",
        description="{{ $labels.instance }} has answered no scrape for five minutes: its jobs are not watched.",
        dashboard=Dashboard.EXPORTER,
        reason="Five minutes in all: a restart or a roll-out is over by then. Nobody would hear of a failed job "
        "meanwhile, so it wakes someone.",
    ),
    Alert(
        name="DRSExporterAbsent",
        severity=Severity.CRITICAL,
        expr=f"""
            absent_over_time({_UP}[$ABSENT_WINDOW])
            unless on ()
            (
              {_TEXTFILE}
              unless on ()
              (
                last_over_time(drs_up{{job="drs-exporter"}}[$CLOCK_HOLD])
                unless on (project)
                ({_TEXTFILE})
              )
            )
        """,
        for_=Window("5m"),
        summary="Prometheus has no drs-exporter to scrape.",
        description="No target of scrape job drs-exporter has been known for a quarter of an hour: no DRS job is "
        "watched.",
        dashboard=Dashboard.EXPORTER,
        reason="A target that left service discovery is not down, it is gone, and every other alert falls silent "
        "with it. A node_exporter that reads what `drs-exporter once` writes needs no target, unless a project that "
        "it does not tell of had one within three days.",
    ),
    Alert(
        name="DRSProjectUnreadable",
        severity=Severity.CRITICAL,
        expr="""
            max by (project) (max_over_time(drs_up[$POLL_WINDOW])) == 0
            and on (project)
            max by (project) (last_over_time(drs_up[$SCRAPE_WINDOW]))
        """,
        for_=Window("5m"),
        summary="The jobs of a project cannot be read.",
        description="No exporter could list the jobs of project {{ $labels.project }} for ten minutes: they are not "
        "watched.",
        dashboard=Dashboard.PROJECT,
        reason="Ten minutes in all: retries and a short outage of the cloud are over by then, and held data have run "
        "out. Alerts of the project's jobs are silent while it lasts. One that has gone, as a search that found its "
        "projects, is nobody's any more.",
    ),
    Alert(
        name="DRSProjectPartlyUnreadable",
        severity=Severity.WARNING,
        expr="""
            max by (project, instance) (max_over_time(drs_up[$POLL_WINDOW])) == 0
            and on (project)
            max by (project) (max_over_time(drs_up[$POLL_WINDOW])) == 1
        """,
        for_=Window("5m"),
        summary="One of several exporters cannot read the jobs of a project.",
        description="{{ $labels.instance }} could not list the jobs of project {{ $labels.project }} for ten minutes, "
        "while another exporter can.",
        dashboard=Dashboard.PROJECT,
        reason="The other one shows that the cloud is there. If they are shards, this one's jobs are not watched.",
    ),
    Alert(
        name="DRSCollectorFailing",
        severity=Severity.WARNING,
        expr=f"""
            (
              {_collector("drs_exporter_collector_success")} == 0
              unless on ({_COLLECTOR})
              (
                time() - {_collector("drs_exporter_collector_last_success_timestamp_seconds")}
                <= $COLLECTOR_MISSED_RUNS * {_collector("drs_exporter_collector_interval_seconds")}
              )
            )
            unless on ({_COLLECTOR})
            drs_exporter_collector_supported == 0
        """,
        for_=Window("10m"),
        summary="One collector of drs-exporter keeps failing.",
        description="Collector {{ $labels.collector }} of project {{ $labels.project }} keeps failing on "
        "{{ $labels.instance }}: what it reads is missing or about to be.",
        dashboard=Dashboard.PROJECT,
        reason="More than one run must have failed: two of its own intervals without success, and ten minutes. The "
        "listing has its own alert; what the cloud does not offer is no failure.",
    ),
    Alert(
        name="DRSDataTooOld",
        severity=Severity.WARNING,
        expr=f"""
            {_too_old("$DATA_TOO_OLD_RUNS")}
            unless on ({_COLLECTOR})
            max by ({_COLLECTOR}) (last_over_time(drs_exporter_collector_success[$STATUS_HOLD])) == 0
            unless on ({_COLLECTOR})
            drs_exporter_collector_supported == 0
        """,
        for_=Window("5m"),
        summary="drs-exporter serves data that are too old.",
        description="Collector {{ $labels.collector }} of project {{ $labels.project }} on {{ $labels.instance }} last "
        "read anything {{ $value | humanizeDuration }} ago, though nothing says that it fails.",
        dashboard=Dashboard.PROJECT,
        reason="Three of its own intervals, or of its rounds where a large fleet makes those longer. Where a run "
        "failed, the alerts about failures say so; this one finds what hangs in silence.",
    ),
    Alert(
        name="DRSRequestBudgetExceeded",
        severity=Severity.WARNING,
        expr="""
            max by (project, instance, service)
            (last_over_time(drs_exporter_request_budget_utilization_ratio[$SCRAPE_WINDOW])) > 1
        """,
        for_=Window("30m"),
        summary="drs-exporter may not make the calls that its intervals need.",
        description="Settings and jobs of project {{ $labels.project }} ask for {{ $value | humanize }} times the "
        "calls to {{ $labels.service }} that {{ $labels.instance }} may make: all its intervals are stretched.",
        dashboard=Dashboard.PROJECT,
        reason="Nothing is lost, but everything is told later than the settings say; half an hour lets a fleet that "
        "grows for a while pass.",
    ),
    Alert(
        name="DRSPollCrashed",
        severity=Severity.WARNING,
        expr="sum by (project, instance) (increase(drs_exporter_poll_crashes_total[$CRASH_WINDOW])) > 0",
        for_=AT_ONCE,
        summary="drs-exporter met a bug of its own.",
        description="A poll of project {{ $labels.project }} on {{ $labels.instance }} ended by an error that nobody "
        "foresaw.",
        dashboard=Dashboard.PROJECT,
        reason="The next tick polls again, so one may pass unseen; its traceback is in the log and should be reported.",
    ),
    Alert(
        name="DRSSignInRefused",
        severity=Severity.CRITICAL,
        expr="""
            sum by (project, instance) (increase(drs_exporter_sign_in_failures_total[$SIGN_IN_WINDOW]))
            >= $SIGN_IN_FAILURES
        """,
        for_=Window("2m"),
        summary="The cloud refuses to sign drs-exporter in.",
        description="Signing in to project {{ $labels.project }} failed {{ $value | humanize }} times on "
        f"{{{{ $labels.instance }}}} within {thresholds.SIGN_IN_WINDOW}.",
        dashboard=Dashboard.PROJECT,
        reason="One refusal may be a hiccup of the identity service. The exporter tries again at least every five "
        "minutes, so two within a quarter of an hour are no chance.",
    ),
    Alert(
        name="DRSApiThrottled",
        severity=Severity.WARNING,
        expr=f"""
            {_share_throttled('drs_exporter_api_requests_total{code="429"}')}
            or
            {_share_throttled('drs_exporter_api_retries_total{reason="throttled"}')}
        """,
        for_=Window("10m"),
        summary="The cloud throttles drs-exporter.",
        description="{{ $value | humanizePercentage }} of the calls of project {{ $labels.project }} by "
        f"{{{{ $labels.instance }}}} were throttled over {thresholds.THROTTLED_WINDOW}.",
        dashboard=Dashboard.PROJECT,
        reason="Single refusals are repeated and cost nothing; one in ten for long means that the budget is set too "
        "high or shared with others.",
    ),
    Alert(
        name="DRSParseErrors",
        severity=Severity.WARNING,
        expr="""
            sum by (project, field) (increase(drs_exporter_parse_errors_total[$PARSE_ERROR_WINDOW])) > $PARSE_ERRORS
        """,
        for_=Window("5m"),
        summary="drs-exporter cannot read some of the cloud's values.",
        description="{{ $value | humanize }} values of field {{ $labels.field }} in project {{ $labels.project }} "
        f"could not be read within {thresholds.PARSE_ERROR_WINDOW}: their series are missing.",
        dashboard=Dashboard.PROJECT,
        reason="One odd value at one moment is nothing; ten an hour means that the service has changed what it sends.",
    ),
    Alert(
        name="DRSUnknownStatus",
        severity=Severity.INFO,
        expr="max by (project) (last_over_time(drs_exporter_unknown_statuses[$STATUS_HOLD])) > 0",
        for_=Window("15m"),
        summary="The cloud reports a job status drs-exporter does not know.",
        description="Jobs of project {{ $labels.project }} are in {{ $value }} statuses that drs-exporter does not "
        "know; they are exported as they are, in phase other or failed.",
        dashboard=Dashboard.FLEET,
        reason="Nothing is broken, but no alert on a phase covers these jobs until a release knows the status.",
    ),
    Alert(
        name="DRSConfigReloadFailed",
        severity=Severity.WARNING,
        expr="max by (instance) (last_over_time(drs_exporter_config_last_reload_successful[$STATUS_HOLD])) == 0",
        for_=Window("5m"),
        summary="drs-exporter runs on an old configuration.",
        description="{{ $labels.instance }} could not load its changed configuration and goes on with the old one.",
        dashboard=Dashboard.EXPORTER,
        reason="It works on, but not as the file says, and would not come back from a restart.",
    ),
    Alert(
        name="DRSCredentialExpiring",
        severity=Severity.WARNING,
        expr="""
            max by (project, instance) (
              last_over_time(drs_exporter_credential_expiry_timestamp_seconds[$STATUS_HOLD])
            ) - time() < $CREDENTIAL_LEFT_SECONDS
        """,
        for_=Window("2m"),
        summary="The credential of drs-exporter ends and is not renewed.",
        description="The token or key for project {{ $labels.project }} on {{ $labels.instance }} ends in "
        "{{ $value | humanizeDuration }} and should have been renewed by now.",
        dashboard=Dashboard.PROJECT,
        reason="Renewal is tried long before the end, so five minutes are left only where it fails.",
    ),
)
