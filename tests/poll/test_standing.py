"""How a collector fares: due or not, and one log line for each transition."""

from structlog.testing import capture_logs

from drs_exporter.errors import ApiStatusError, ApiTimeoutError, Refusal
from drs_exporter.poll.standing import Standing

TIMEOUT = ApiTimeoutError("no answer within 15 s", operation="batch_status")
UNSUPPORTED = ApiStatusError(
    "no such operation", operation="list_async_jobs", refusal=Refusal.UNSUPPORTED, status=404, request_id="r1"
)


def standing(collector: str = "status", interval: float = 300.0) -> Standing:
    """A collector that has not run."""
    unsupported = () if collector == "jobs" else (Refusal.UNSUPPORTED,)
    return Standing("prod", collector, interval=interval, unsupported=unsupported)


def test_it_is_due_at_first_and_after_its_interval() -> None:
    it = standing()
    assert it.due(0.0)
    it.ran(tick=0.0, duration=1.0, lasted=1.0)
    it.succeeded(now=1.0, time=1000.0)
    assert not it.due(240.0)
    assert it.due(300.0)


def test_a_failure_is_tried_again_at_the_next_poll() -> None:
    it = standing()
    it.ran(tick=0.0, duration=1.0, lasted=1.0)
    it.failed(TIMEOUT, now=1.0)
    assert it.due(1.0)


def test_what_the_cloud_does_not_have_is_no_error_and_tried_hourly() -> None:
    it = standing("async_jobs")
    it.ran(tick=0.0, duration=1.0, lasted=1.0)
    it.failed(UNSUPPORTED, now=1.0)
    assert not it.due(3000.0)
    assert it.due(3600.0)
    state = it.state()
    assert (state.supported, state.success, state.error) == (False, None, None)


def test_what_worked_before_is_unsupported_only_when_refused_twice_in_a_row() -> None:
    """A gateway in trouble answers 404 too, now and then."""
    it = standing("async_jobs")
    it.succeeded(now=1.0, time=1000.0)
    with capture_logs() as logs:
        it.failed(UNSUPPORTED, now=10.0)
        assert (it.state().supported, it.state().success) == (True, False)
        it.failed(TIMEOUT, now=70.0)
        it.failed(UNSUPPORTED, now=130.0)
        assert (it.state().supported, it.state().success) == (True, False)
        it.succeeded(now=190.0, time=1190.0)
        it.failed(UNSUPPORTED, now=250.0)
        assert (it.state().supported, it.state().success) == (True, False)
        it.failed(UNSUPPORTED, now=310.0)
        assert (it.state().supported, it.state().success, it.state().error) == (False, None, None)
        it.failed(UNSUPPORTED, now=3910.0)
        assert it.state().supported is False
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("collector.failed", "warning"),
        ("collector.recovered", "info"),
        ("collector.failed", "warning"),
        ("collector.unsupported", "info"),
    ]


def test_a_refused_collector_runs_again_at_the_next_poll_and_then_hourly() -> None:
    it = standing("async_jobs")
    it.ran(tick=0.0, duration=1.0, lasted=1.0)
    it.succeeded(now=1.0, time=1000.0)
    it.ran(tick=300.0, duration=1.0, lasted=1.0)
    it.failed(UNSUPPORTED, now=301.0)
    assert it.due(360.0)
    it.ran(tick=360.0, duration=1.0, lasted=1.0)
    it.failed(UNSUPPORTED, now=361.0)
    assert not it.due(420.0)
    assert it.due(360.0 + 3600.0)


def test_the_listing_is_never_unsupported() -> None:
    it = standing("jobs")
    it.failed(UNSUPPORTED, now=1.0)
    assert it.state().success is False


def test_only_the_first_failure_and_the_recovery_are_logged() -> None:
    it = standing()
    with capture_logs() as logs:
        it.failed(TIMEOUT, now=10.0)
        it.failed(TIMEOUT, now=70.0)
        it.succeeded(now=130.0, time=1000.0)
        it.succeeded(now=190.0, time=1060.0)
    assert logs == [
        {
            "event": "collector.failed",
            "log_level": "warning",
            "project": "prod",
            "collector": "status",
            "operation": "batch_status",
            "reason": "timeout",
            "error": "no answer within 15 s",
            "request_id": None,
        },
        {
            "event": "collector.recovered",
            "log_level": "info",
            "project": "prod",
            "collector": "status",
            "failed_for": 120.0,
        },
    ]


def test_an_operation_that_goes_and_comes_is_logged_once_each() -> None:
    it = standing("async_jobs")
    with capture_logs() as logs:
        it.failed(UNSUPPORTED, now=10.0)
        it.failed(UNSUPPORTED, now=20.0)
        it.succeeded(now=30.0, time=1000.0)
    assert [entry["event"] for entry in logs] == ["collector.unsupported", "collector.supported"]


def test_the_last_success_stands_while_it_fails() -> None:
    it = standing()
    it.succeeded(now=1.0, time=1000.0)
    it.failed(TIMEOUT, now=61.0)
    assert it.state().last_success == 1000.0
    assert it.state().error == "no answer within 15 s"
