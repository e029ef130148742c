"""Which keys a round asks about next, and when."""

from drs_exporter.poll.rounds import Round


def test_a_key_that_failed_is_asked_again_sooner_and_then_later_and_later() -> None:
    it = Round(size=1, interval=600.0, backoff=60.0)
    it.update(["a"], now=0.0)
    now = 0.0
    waits = []
    for _ in range(5):
        assert it.take(now) == ["a"]
        it.failed(["a"], now=now)
        waits.append(it.due_at() - now)
        now = it.due_at()
    assert waits == [60.0, 120.0, 240.0, 480.0, 600.0]


def test_where_each_key_is_asked_once_nothing_makes_it_come_again() -> None:
    """Neither its interval nor a failure that may be tried again; both count once that is over."""
    it = Round(size=1, interval=60.0, backoff=30.0)
    it.update(["good", "bad", "urgent"], urgent=["urgent"], now=0.0)
    with it.once_each(0.0):
        assert it.take(0.0) == ["urgent"]
        it.answered(["urgent"], now=1.0)
        assert it.take(50.0) == ["good"]
        it.answered(["good"], now=55.0)
        assert it.take(55.0) == ["bad"]
        it.failed(["bad"], now=60.0)
        it.update(["good", "bad", "urgent", "found"], urgent=["urgent"], now=500.0)
        assert it.take(1000.0) == ["found"]
        it.answered(["found"], now=1000.0)
        assert it.take(2000.0) == []
        assert it.due_at() == float("inf")
    assert it.due_at() == 60.0
    assert it.take(2000.0) == ["urgent"]
    assert {it.take(2000.0)[0] for _ in range(3)} == {"good", "bad", "found"}
