"""How long data is served when no new data comes."""

from drs_exporter.poll.held import Held

HOLD = 180.0


def held(**values: str) -> Held[str]:
    """Records read by poll 1 at second 0."""
    store: Held[str] = Held()
    for key, value in values.items():
        store.put(key, value, poll=1, now=0.0)
    return store


def test_what_was_not_asked_for_is_not_overdue() -> None:
    """A collector that is not due has not failed."""
    store = held(a="x")
    store.expire(1e9, HOLD)
    assert store.get("a") == "x"
    assert store.next_expiry(HOLD) is None


def test_what_was_answered_since_it_was_asked_is_not_overdue() -> None:
    store = held(a="x", b="y")
    store.put("b", "z", poll=2, now=60.0)
    store.lapse(["a", "b"], since=50.0)
    store.expire(1e9, HOLD)
    assert (store.get("a"), store.get("b")) == (None, "z")


def test_what_was_asked_and_not_answered_is_held_and_then_goes() -> None:
    store = held(a="x", b="y")
    store.lapse(["a", "b"])
    store.put("b", "z", poll=2, now=60.0)
    store.expire(HOLD - 1, HOLD)
    assert store.get("a") == "x"
    assert store.next_expiry(HOLD) == HOLD
    store.expire(HOLD, HOLD)
    assert (store.get("a"), store.get("b")) == (None, "z")


def test_a_hold_of_zero_drops_at_once() -> None:
    store = held(a="x")
    store.lapse(["a"])
    store.expire(0.0, 0.0)
    assert len(store) == 0


def test_an_answer_after_a_failure_is_as_good_as_ever() -> None:
    store = held(a="x")
    store.lapse(["a"])
    store.put("a", "x", poll=2, now=100.0)
    store.expire(1e9, HOLD)
    assert store.when("a") == (2, 100.0)


def test_what_is_known_to_be_gone_goes_without_being_held() -> None:
    store = held(a="x", b="y")
    store.lapse(["a", "b"])
    store.retain({"b"})
    assert list(store) == ["b"]
    assert store.next_expiry(HOLD) == HOLD


def test_nothing_held_of_what_never_was() -> None:
    store: Held[str] = Held()
    store.lapse(["a"])
    store.expire(1e9, HOLD)
    assert store.when("a") is None
    assert store.next_expiry(HOLD) is None
