"""A sign-in that keeps being refused, and a renewal that never helps, become rare."""

import pytest

from drs_exporter.cloud.auth.renewal import Renewal
from drs_exporter.errors import ApiConnectionError, ApiCredentialError, ApiStatusError, Refusal
from tests.cloud.doubles import FakeClock, FakeIdentity, Seen

REFUSED = ApiStatusError("refused", operation="sign_in", refusal=Refusal.AUTH, status=401)
DEAD = ApiConnectionError("dead", operation="sign_in")


async def refused(renewal: Renewal[str]) -> None:
    with pytest.raises(ApiStatusError, match="refused"):
        await renewal.current()


async def test_a_dead_identity_service_is_asked_again_soon(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
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
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock, seen: Seen
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


async def test_a_changed_secret_lifts_the_back_off(renewal: Renewal[str], identity: FakeIdentity) -> None:
    identity.failure = REFUSED
    await refused(renewal)
    await refused(renewal)
    assert identity.asked == 1
    identity.secret = "new"
    identity.failure = None
    assert await renewal.current() == "token-1"


async def test_a_secret_that_cannot_be_read_is_a_failed_sign_in(
    renewal: Renewal[str], identity: FakeIdentity, seen: Seen, clock: FakeClock
) -> None:
    identity.secret_failure = ApiCredentialError("password_file: gone", operation="sign_in")
    with pytest.raises(ApiCredentialError, match="gone"):
        await renewal.current()
    assert (identity.asked, seen.sign_in_failures) == (0, 1)
    identity.secret_failure = None
    clock.pass_(1)
    assert await renewal.current() == "token-1"


async def test_a_secret_that_vanishes_does_not_lift_the_back_off(renewal: Renewal[str], identity: FakeIdentity) -> None:
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


@pytest.mark.parametrize("life", [0.1, 1.0, 3.0])
async def test_credentials_that_end_at_once_are_not_asked_for_at_every_call(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock, life: float
) -> None:
    """Whoever says that a token lives for a second is asked six times a minute and not sixty."""
    identity.life = life
    for _ in range(600):
        used = await renewal.current()
        await renewal.renew(used)
        clock.pass_(1)
    assert 50 <= identity.asked <= 66


async def test_a_credential_of_a_quarter_of_a_minute_is_always_alive(
    renewal: Renewal[str], identity: FakeIdentity, clock: FakeClock
) -> None:
    identity.life = 15.0
    born: dict[str, float] = {}
    for _ in range(600):
        token = await renewal.current()
        assert clock.now - born.setdefault(token, clock.now) < identity.life
        clock.pass_(1)


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
