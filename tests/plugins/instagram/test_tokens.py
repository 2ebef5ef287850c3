"""How tokens stand, and the rules of renewing them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from dibs.clock import utc_now
from dibs.platforms import Account, RefusedError, Token, TryAgainError
from dibs_instagram.platform import InstagramPlatform
from dibs_meta_simulator.model.tokens import DAY, Death
from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.signing import signed_request

from .odd_server import OddServer
from .payloads import SECRET

SIGNED = (
    "xImVLj0Pmi27cFgxQHP0Q4EDZ5QnOXFUno3Pfe7pa6w.eyJ1c2VyX2lkIjoiMTAyMDAwMDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJITUFDL"
    "VNIQTI1NiIsImlzc3VlZF9hdCI6MTc2NzIyNTYwMH0"
)


def lasting(account: Account, **left: float) -> Account:
    return attrs.evolve(account, token=Token(account.token.value, utc_now() + timedelta(**left)))


async def test_a_living_token(adapter: InstagramPlatform, account: Account) -> None:
    health = await adapter.check(account)
    assert health.problem is None and health.missing == ()
    assert health.token.value == account.token.value


@pytest.mark.parametrize(
    ("death", "reason"), [(Death.REMOVED, "removed"), (Death.PASSWORD, "token"), (Death.EXPIRED, "token")]
)
async def test_a_dead_token_is_an_answer(
    meta: Running, adapter: InstagramPlatform, account: Account, death: Death, reason: str
) -> None:
    for who in (meta.seed.user.id, meta.seed.account.id):
        meta.world.tokens.kill(who, death)
    problem = (await adapter.check(account)).problem
    assert problem is not None and problem.reason == reason


async def test_a_platform_that_is_down_says_nothing_of_the_token(
    meta: Running, adapter: InstagramPlatform, account: Account
) -> None:
    meta.world.faults.set("error", code=2)
    with pytest.raises(TryAgainError):
        await adapter.check(account)


async def test_a_page_token_tells_what_is_missing(meta: Running, adapter: InstagramPlatform, by_page: Account) -> None:
    meta.world.tokens.withdraw(meta.seed.user.id, "instagram_manage_comments")
    health = await adapter.check(by_page)
    assert health.missing == ("instagram_manage_comments",) and "pages_show_list" in health.scopes


async def test_a_token_that_has_run_out_is_not_asked_about(
    meta: Running, adapter: InstagramPlatform, by_itself: Account
) -> None:
    problem = (await adapter.check(lasting(by_itself, seconds=-1))).problem
    assert problem is not None and problem.reason == "token" and not meta.world.calls.recent
    with pytest.raises(RefusedError) as dead:
        await adapter.refresh(lasting(by_itself, days=-1))
    assert dead.value.reason == "token" and not meta.world.calls.recent


async def test_a_token_is_renewed_from_its_second_day_on(
    meta: Running, adapter: InstagramPlatform, by_itself: Account
) -> None:
    assert await adapter.refresh(lasting(by_itself, days=59.5)) is None and not meta.world.calls.recent
    meta.world.clock.move(2 * DAY)
    renewed = await adapter.refresh(lasting(by_itself, days=58))
    assert renewed is not None and renewed.expires_at is not None
    assert renewed.expires_at > utc_now() + timedelta(days=59)


async def test_what_the_platform_does_not_renew_yet_stays_as_it_is(
    adapter: InstagramPlatform, by_itself: Account
) -> None:
    assert await adapter.refresh(lasting(by_itself, days=40)) is None


async def test_a_renewal_needs_the_permission_and_a_living_token(
    meta: Running, adapter: InstagramPlatform, by_itself: Account
) -> None:
    meta.world.clock.move(2 * DAY)
    meta.world.tokens.withdraw(meta.seed.account.id, "instagram_business_basic")
    with pytest.raises(RefusedError) as refused:
        await adapter.refresh(lasting(by_itself, days=58))
    assert refused.value.reason == "permission"
    meta.world.tokens.kill(meta.seed.account.id, Death.PASSWORD)
    with pytest.raises(RefusedError) as refused:
        await adapter.refresh(lasting(by_itself, days=58))
    assert refused.value.reason == "token"


async def test_the_token_of_a_page_has_no_end(meta: Running, adapter: InstagramPlatform, by_page: Account) -> None:
    assert await adapter.refresh(by_page) is None and not meta.world.calls.recent


async def test_the_renewal_is_asked_for_as_documented(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_itself: Account
) -> None:
    odd.on("/refresh_access_token", (200, {"access_token": "IGAAFAKENEW", "expires_in": 5183944}))
    renewed = await adapter_for().refresh(by_itself)
    assert renewed is not None and renewed.value == "IGAAFAKENEW"
    [asked] = odd.asked
    assert asked.path == "/refresh_access_token"
    assert asked.query == {"grant_type": "ig_refresh_token", "access_token": by_itself.token.value}


def test_a_signed_request_names_the_person_whichever_secret_signed_it(
    adapter: InstagramPlatform, meta: Running
) -> None:
    assert meta.seed.app.secret == SECRET
    assert adapter.signed_user(SIGNED) == "10200000000000001"
    payload = {"user_id": 17841400000000001, "algorithm": "HMAC-SHA256"}
    assert adapter.signed_user(signed_request(meta.seed.app.instagram_secret, payload)) == "17841400000000001"
    assert adapter.signed_at(signed_request(SECRET, payload)) is None
    timed = signed_request(SECRET, payload | {"issued_at": 1_700_000_000})
    assert adapter.signed_at(timed) == datetime.fromtimestamp(1_700_000_000, UTC)
    nobody = signed_request(SECRET, {"algorithm": "HMAC-SHA256"})
    for bad in (SIGNED[:-1], "", "a.b", signed_request("x", payload), nobody):
        with pytest.raises(RefusedError) as refused:
            adapter.signed_user(bad)
        assert refused.value.reason == "request"
