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
    assert [it.take(2000.0), it.take(2000.0)] == [["bad"], ["urgent"]]
    assert {it.take(2000.0)[0] for _ in range(2)} == {"good", "found"}


def test_what_failed_is_asked_again_before_what_has_waited_longer_but_never_twice_in_a_row() -> None:
    """One call that failed early does not count for hours, nor does one that always fails hold the others up."""
    it = Round(size=1, interval=600.0, backoff=60.0)
    it.update(["bad", "worse", *"abcd"], now=0.0)
    for _ in range(2):
        it.failed(it.take(0.0), now=0.0)
    assert it.take(59.0) == ["a"]
    assert [it.take(60.0) for _ in range(4)] == [["bad"], ["b"], ["worse"], ["c"]]
    it.failed(["bad", "worse"], now=60.0)
    assert it.take(60.0) == ["d"]


def test_a_single_key_is_no_part_of_a_group() -> None:
    it = Round(size=3, interval=600.0, backoff=60.0)
    it.update(["a", "b", "alone", "lone", "c"], single=["alone", "lone"], urgent=["lone", "c"], now=0.0)
    assert [it.take(0.0) for _ in range(4)] == [["c", "a", "b"], ["lone"], ["alone"], []]
    it.answered(["a", "b", "c"], now=1.0)
    it.failed(["alone", "lone"], now=1.0)
    assert [it.take(70.0) for _ in range(3)] == [["alone"], ["lone"], []]


def test_outdated_keys_come_before_all_others_the_urgent_of_them_first() -> None:
    it = Round(size=1, interval=600.0, backoff=60.0)
    keys = ["new", "late", "urgent", "worse"]
    it.update(keys, now=0.0)
    for _ in ("new", "late", "urgent", "worse"):
        it.answered(it.take(0.0), now=1.0)
    it.update([*keys, "next", "after"], urgent=["urgent", "worse"], outdated=["late", "worse"], now=100.0)
    assert [it.take(100.0) for _ in range(3)] == [["worse"], ["late"], ["next"]]
    assert it.renews(["late"])
    it.answered(["late", "worse"], now=101.0)
    assert not it.renews(["late"])
    assert it.take(101.0) == ["after"]
    assert it.take(600.0) == ["urgent"], "each an interval after it was asked, but for the outdated"
    assert it.take(600.0) == ["new"]


def test_an_outdated_key_that_is_asked_in_vain_comes_again_as_any_that_failed() -> None:
    it = Round(size=1, interval=600.0, backoff=60.0)
    it.update(["a"], now=0.0)
    it.answered(it.take(0.0), now=1.0)
    it.update(["a"], outdated=["a"], now=100.0)
    it.failed(it.take(100.0), now=100.0)
    it.update(["a"], outdated=["a"], now=110.0)
    assert it.due_at() == 160.0


def test_a_group_of_several_parts_is_filled_up_to_whole_parts() -> None:
    it = Round(size=6, part=2, interval=60.0, backoff=30.0)
    it.update(["a", "b", "c"], now=0.0)
    it.update(["a", "b", "c", "d", "e", "f", "g"], now=10.0)
    assert it.take(0.0) == ["a", "b", "c", "d"], "three are due, and one fills up their parts"
    assert it.take(10.0) == ["e", "f", "g"]
