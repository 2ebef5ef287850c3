"""How tokens of both logins stand, and making them last."""

from __future__ import annotations

from datetime import timedelta

import structlog

from dibs.clock import utc_now
from dibs.meta import Graph
from dibs.meta.tokens import read_token_facts
from dibs.platforms import Account, RefusedError, Token, TokenHealth
from dibs_instagram.login import InstagramLogin

log = structlog.get_logger("dibs.instagram")

LIFE = timedelta(days=60)
# Instagram renews no token that is younger than a day; its sixty days are a minute short when they begin.
YOUNGEST = timedelta(hours=25)
NEEDED_BY_FACEBOOK = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
    "instagram_basic",
    "instagram_manage_comments",
)
_DEAD = frozenset(("token", "removed", "login", "permission"))
_EXPIRED = "The access has run out: connect the account again."


async def check_by_facebook(meta: Graph, account: Account) -> TokenHealth:
    """How the token of the account's Page stands."""
    answer = await meta.get("debug_token", meta.of_app(), {"input_token": account.token.value})
    objects = (account.account_id, account.details.get("page_id", ""))
    return read_token_facts(answer).health(account.token, NEEDED_BY_FACEBOOK, objects)


async def check(login: InstagramLogin, account: Account) -> TokenHealth:
    """How an Instagram token stands. Its permissions can't be asked for: they are those of the sign-in."""
    problem: RefusedError | None = None
    if _has_run_out(account.token):
        problem = RefusedError(_EXPIRED, "token")
    else:
        try:
            await login.look(account.token.value, account.account_id)
        except RefusedError as refused:
            if refused.reason not in _DEAD:
                raise
            problem = refused
    return TokenHealth(account.token, account.scopes, account.missing, problem)


async def renewed(login: InstagramLogin, account: Account) -> Token | None:
    """The token with another 60 days; None for one that is not a day old, or that can't be renewed now.

    Raises:
        RefusedError: `token`, it was not renewed in its 60 days.
    """
    token = account.token
    if _has_run_out(token):
        raise RefusedError(_EXPIRED, "token")
    if token.expires_at is not None and utc_now() - (token.expires_at - LIFE) < YOUNGEST:
        return None
    try:
        return await login.renew(token.value)
    except RefusedError as refused:
        if refused.reason != "request":
            raise
        log.warning("instagram_token_not_renewed", account=account.account_id, **_told(refused))
        return None


def _has_run_out(token: Token) -> bool:
    return token.expires_at is not None and token.expires_at <= utc_now()


def _told(refused: RefusedError) -> dict[str, object]:
    return {name: refused.data[name] for name in ("said", "meta_code") if name in refused.data}
