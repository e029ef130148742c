"""One credential for everybody: renewed once, in time, and with patience."""

import asyncio
from collections.abc import Callable

import pytest

from drs_exporter.drs.auth.renewal import Obtained, Renewal
from drs_exporter.drs.errors import ApiConnectionError, ApiCredentialError, ApiError, ApiStatusError, Refusal
from tests.drs.doubles import FakeClock, Seen


class Identity:
    """An identity service that gives token-1, token-2 and so on, or fails."""

    def __init__(self, life: float | None = 86400.0) -> None:
        self.life = life
        self.given = 0
        self.asked = 0
        self.needed: list[bool] = []
        self.failure: ApiError | None = None
        self.secret = "old"
        self.secret_failure: ApiCredentialError | None = None
        self.gate: asyncio.Event | None = None
        self.same = False

    async def obtain(self, needed: bool) -> Obtained[str]:
        self.asked += 1
        self.needed.append(needed)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.given += 0 if self.same and self.given else 1
        return Obtained(f"token-{self.given}", life=self.life, expires_at=5.0)

    def inputs(self) -> str:
        if self.secret_failure is not None:
            raise self.secret_failure
        return self.secret


REFUSED = ApiStatusError("refused", operation="sign_in", refusal=Refusal.AUTH, status=401)
DEAD = ApiConnectionError("dead", operation="sign_in")

Make = Callable[..., Renewal[str]]


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def renewal(identity: Identity, clock: FakeClock, seen: Seen) -> Renewal[str]:
    return Renewal(
        identity.obtain, inputs=identity.inputs, clock=clock, observer=seen, margin=600.0, first_backoff=60.0
    )


async def refused(renewal: Renewal[str]) -> None:
    with pytest.raises(ApiStatusError, match="refused"):
        await renewal.current()


async def test_fifty_callers_share_the_first_sign_in(renewal: Renewal[str], identity: Identity, seen: Seen) -> None:
    tokens = await asyncio.gather(*(renewal.current() for _ in range(50)))
    assert set(tokens) == {"token-1"}
    assert identity.asked == 1
    assert (seen.sign_ins, seen.sign_in_failures, seen.expiries) == (1, 0, [5.0])


async def test_fifty_refused_callers_share_one_renewal(renewal: Renewal[str], identity: Identity) -> None:
    used = await renewal.current()
    assert await asyncio.gather(*(renewal.renew(used) for _ in range(50))) == [True] * 50
    assert identity.asked == 2
    assert await renewal.current() == "token-2"


async def test_who_used_an_older_credential_renews_nothing(renewal: Renewal[str], identity: Identity) -> None:
    used = await renewal.current()
    await renewal.renew(used)
    assert await renewal.renew(used)
    assert identity.asked == 2


async def test_fifty_callers_share_a_failure(renewal: Renewal[str], identity: Identity, seen: Seen) -> None:
    """Else each would wait for its own timeout, one after another."""
    identity.failure = DEAD
    results = await asyncio.gather(*(renewal.current() for _ in range(50)), return_exceptions=True)
    assert results == [DEAD] * 50
    assert identity.asked == 1
    assert seen.sign_in_failures == 1


async def test_a_caller_that_is_cancelled_leaves_the_renewal_to_the_next(
    renewal: Renewal[str], identity: Identity
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
    renewal: Renewal[str], identity: Identity, clock: FakeClock
) -> None:
    await renewal.current()
    clock.pass_(86400 - 601)
    assert await renewal.current() == "token-1"
    clock.pass_(1)
    assert await renewal.current() == "token-2"
    assert identity.needed == [True, False]


async def test_a_short_life_is_renewed_at_its_last_tenth(
    renewal: Renewal[str], identity: Identity, clock: FakeClock
) -> None:
    identity.life = 100
    await renewal.current()
    clock.pass_(89)
    assert await renewal.current() == "token-1"
    clock.pass_(1)
    assert await renewal.current() == "token-2"


async def test_without_a_known_end_nothing_is_renewed_ahead(
    renewal: Renewal[str], identity: Identity, clock: FakeClock
) -> None:
    identity.life = None
    await renewal.current()
    clock.pass_(1e9)
    assert await renewal.current() == "token-1"


async def test_while_one_caller_renews_ahead_the_others_go_on(
    renewal: Renewal[str], identity: Identity, clock: FakeClock
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
    renewal: Renewal[str], identity: Identity, clock: FakeClock, seen: Seen, failure: ApiError
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
    renewal: Renewal[str], identity: Identity, clock: FakeClock
) -> None:
    await renewal.current()
    identity.failure = DEAD
    clock.pass_(86000)
    await renewal.current()
    identity.failure = None
    clock.pass_(2)
    assert await renewal.renew("token-1")


async def test_a_dead_identity_service_is_asked_again_soon(
    renewal: Renewal[str], identity: Identity, clock: FakeClock
) -> None:
    identity.failure = DEAD
    for _ in range(5):
        with pytest.raises(ApiConnectionError):
            await renewal.current()
    assert identity.asked == 1
    identity.failure = None
    clock.pass_(1)
    assert await renewal.current() == "token-1"


async def test_repeated_refusals_back_off_to_five_minutes(
    renewal: Renewal[str], identity: Identity, clock: FakeClock, seen: Seen
) -> None:
    """So that a wrong password does not lock the account; meanwhile the same error comes at once."""
    identity.failure = REFUSED
    asked_at = []
    for second in range(1800):
        before = identity.asked
        await refused(renewal)
        if identity.asked > before:
            asked_at.append(second)
        clock.pass_(1)
    assert asked_at == [0, 60, 180, 420, 720, 1020, 1320, 1620]
    assert seen.sign_in_failures == len(asked_at)
    identity.failure = None
    clock.pass_(300)
    assert await renewal.current() == "token-1"
    identity.failure = REFUSED
    clock.pass_(90000)
    await refused(renewal)
    clock.pass_(60)
    await refused(renewal)
    assert identity.asked == len(asked_at) + 3


async def test_a_changed_secret_lifts_the_back_off(renewal: Renewal[str], identity: Identity) -> None:
    identity.failure = REFUSED
    await refused(renewal)
    await refused(renewal)
    assert identity.asked == 1
    identity.secret = "new"
    identity.failure = None
    assert await renewal.current() == "token-1"


async def test_a_secret_that_cannot_be_read_is_a_failed_sign_in(
    renewal: Renewal[str], identity: Identity, seen: Seen, clock: FakeClock
) -> None:
    identity.secret_failure = ApiCredentialError("password_file: gone", operation="sign_in")
    with pytest.raises(ApiCredentialError, match="gone"):
        await renewal.current()
    assert (identity.asked, seen.sign_in_failures) == (0, 1)
    identity.secret_failure = None
    clock.pass_(1)
    assert await renewal.current() == "token-1"


async def test_a_secret_that_vanishes_does_not_lift_the_back_off(renewal: Renewal[str], identity: Identity) -> None:
    identity.failure = REFUSED
    await refused(renewal)
    identity.secret_failure = ApiCredentialError("password_file: gone", operation="sign_in")
    await refused(renewal)
    assert identity.asked == 1


async def test_renewals_that_never_help_become_rare(renewal: Renewal[str], clock: FakeClock) -> None:
    """An operation that always answers 401 must not mint a token at every call."""
    renewed_at = []
    for second in range(0, 1200, 10):
        used = await renewal.current()
        if await renewal.renew(used):
            renewed_at.append(second)
            fresh = await renewal.current()
            for _ in range(50):
                renewal.judge(fresh, helped=False)
        clock.pass_(10)
    assert renewed_at == [0, 60, 180, 420, 720, 1020]


async def test_a_renewal_that_helps_ends_the_patience(renewal: Renewal[str], clock: FakeClock) -> None:
    for _ in range(3):
        used = await renewal.current()
        assert await renewal.renew(used)
        renewal.judge(await renewal.current(), helped=False)
        clock.pass_(300)
    renewal.judge(await renewal.current(), helped=True)
    assert await renewal.renew(await renewal.current())
    renewal.judge(await renewal.current(), helped=False)
    clock.pass_(60)
    assert await renewal.renew(await renewal.current())


async def test_a_credential_that_is_handed_out_again_is_not_asked_for_at_every_call(
    renewal: Renewal[str], identity: Identity, clock: FakeClock
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


async def test_a_jumping_clock_changes_nothing(renewal: Renewal[str], identity: Identity, clock: FakeClock) -> None:
    await renewal.current()
    clock.wall += 1e7
    assert await renewal.current() == "token-1"
    clock.wall -= 2e7
    assert await renewal.current() == "token-1"
    assert identity.asked == 1


def test_what_holds_a_credential_shows_none() -> None:
    assert "hidden" not in repr(Obtained("hidden"))
