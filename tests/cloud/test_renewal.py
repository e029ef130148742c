"""One credential for everybody: renewed once and in time."""

import asyncio

import pytest

from drs_exporter.cloud.auth.renewal import Obtained, Renewal
from drs_exporter.errors import ApiConnectionError, ApiError, ApiStatusError, Refusal
from tests.cloud.doubles import FakeClock, FakeIdentity, Seen

REFUSED = ApiStatusError("refused", operation="sign_in", refusal=Refusal.AUTH, status=401)
DEAD = ApiConnectionError("dead", operation="sign_in")


async def test_fifty_callers_share_the_first_sign_in(renewal: Renewal[str], identity: FakeIdentity, seen: Seen) -> None:
    tokens = await asyncio.gather(*(renewal.current() for _ in range(50)))
    assert set(tokens) == {"token-1"}
    assert identity.asked == 1
    assert (seen.sign_ins, seen.sign_in_failures, seen.expiries) == (1, 0, [5.0])


async def test_fifty_refused_callers_share_one_renewal(renewal: Renewal[str], identity: FakeIdentity) -> None:
    used = await renewal.current()
    assert await asyncio.gather(*(renewal.renew(used) for _ in range(50))) == [True] * 50
    assert identity.asked == 2
    assert await renewal.current() == "token-2"


async def test_who_used_an_older_credential_renews_nothing(renewal: Renewal[str], identity: FakeIdentity) -> None:
    used = await renewal.current()
    await renewal.renew(used)
    assert await renewal.renew(used)
    assert identity.asked == 2


async def test_fifty_callers_share_a_failure(renewal: Renewal[str], identity: FakeIdentity, seen: Seen) -> None:
    """Else each would wait for its own timeout, one after another."""
    identity.failure = DEAD
    results = await asyncio.gather(*(renewal.current() for _ in range(50)), return_exceptions=True)
    assert results == [DEAD] * 50
    assert identity.asked == 1
    assert seen.sign_in_failures == 1


async def test_a_caller_that_is_cancelled_leaves_the_renewal_to_the_next(
    renewal: Renewal[str], identity: FakeIdentity
) -> None:
    identity.gate = asyncio.Event()
    first = asyncio.create_task(renewal.current())
    second = asyncio.create_task(renewal.current())
    while not identity.asked:  # noqa: ASYNC110 - one step of the loop at a time
        await asyncio.sleep(0)
    first.cancel()
    identity.gate.set()
    assert await second == "token-1"
    assert first.cancelled()
    assert identity.asked == 2


async def test_a_token_of_a_day_is_renewed_ten_minutes_ahead(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    await renewal.current()
    clock.pass_(86400 - 601)
    assert await renewal.current() == "token-1"
    clock.pass_(1)
    assert await renewal.current() == "token-2"
    assert identity.needed == [True, False]


async def test_a_short_life_is_renewed_at_its_last_tenth(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    identity.life = 100
    await renewal.current()
    clock.pass_(89)
    assert await renewal.current() == "token-1"
    clock.pass_(1)
    assert await renewal.current() == "token-2"


async def test_without_a_known_end_nothing_is_renewed_ahead(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    identity.life = None
    await renewal.current()
    clock.pass_(1e9)
    assert await renewal.current() == "token-1"


async def test_while_one_caller_renews_ahead_the_others_go_on(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    await renewal.current()
    clock.pass_(86000)
    identity.gate = asyncio.Event()
    renewing = asyncio.create_task(renewal.current())
    await asyncio.sleep(0)
    assert await renewal.current() == "token-1"
    identity.gate.set()
    assert await renewing == "token-2"
    assert identity.asked == 2


@pytest.mark.parametrize("failure", [DEAD, REFUSED])
async def test_a_dead_identity_service_does_not_matter_while_the_token_lives(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock, seen: Seen, failure: ApiError
) -> None:
    await renewal.current()
    identity.failure = failure
    clock.pass_(86000)
    for _ in range(10):
        assert await renewal.current() == "token-1"
    assert identity.asked == 2
    assert seen.sign_in_failures == 1
    clock.pass_(100)
    assert await renewal.current() == "token-1"
    assert identity.asked == 3
    clock.pass_(300)
    with pytest.raises(ApiError):
        await renewal.current()


async def test_a_renewal_that_failed_ahead_of_time_does_not_stand_in_the_way_of_a_needed_one(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    await renewal.current()
    identity.failure = DEAD
    clock.pass_(86000)
    await renewal.current()
    identity.failure = None
    clock.pass_(2)
    assert await renewal.renew("token-1")


async def test_a_credential_that_is_handed_out_again_is_not_asked_for_at_every_call(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    identity.same = True
    await renewal.current()
    clock.pass_(86000)
    identity.life = 400
    await renewal.current()
    clock.pass_(380)
    for _ in range(10):
        await renewal.current()
    assert identity.asked == 3
    assert not await renewal.renew("token-1")


async def test_a_jumping_clock_changes_nothing(renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock) -> None:
    await renewal.current()
    clock.wall += 1e7
    assert await renewal.current() == "token-1"
    clock.wall -= 2e7
    assert await renewal.current() == "token-1"
    assert identity.asked == 1


def test_what_holds_a_credential_shows_none() -> None:
    assert "hidden" not in repr(Obtained("hidden"))
