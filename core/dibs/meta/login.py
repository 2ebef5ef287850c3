"""Facebook Login: the dialog, tokens that last, and the Pages and Instagram accounts that they open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import attrs

from dibs import clock
from dibs.meta.client import Caller, Graph
from dibs.meta.hosts import MetaHosts
from dibs.meta.pace import backoff
from dibs.meta.reading import as_id, as_list, as_mapping, as_number, as_text, node_path
from dibs.meta.tokens import TokenFacts, read_token_facts
from dibs.platforms import RefusedError, Token, TryAgainError

T = TypeVar("T")
_PAGE_FIELDS = "id,name,access_token,tasks,instagram_business_account{id,username}"
_TRIES, _LONGEST_PATIENCE = 3, 5.0


@attrs.frozen
class FoundPage:
    """A Page that a sign-in opened.

    Attributes:
        token: of the Page, without an end if the user token is a long one.
        tasks: what the person may do there, without the prefix of new Pages: `MODERATE`, `MESSAGING` …
        instagram_id, instagram_name: the professional account behind it, "" if there is none.
    """

    page_id: str
    name: str
    token: str = attrs.field(repr=False)
    tasks: tuple[str, ...] = ()
    instagram_id: str = ""
    instagram_name: str = ""


@attrs.frozen
class SignIn:
    """What a sign-in brought: who, until when, with which permissions, and which Pages."""

    user_id: str
    token: Token
    granted: tuple[str, ...]
    declined: tuple[str, ...]
    pages: tuple[FoundPage, ...]
    facts: TokenFacts


@attrs.define(eq=False)
class FacebookLogin:
    """Facebook Login for one app.

    Attributes:
        scopes: what is asked for.
        config_id: of Facebook Login for Business; the dialog then has its permissions from the app's dashboard.
    """

    graph: Graph
    hosts: MetaHosts
    scopes: Sequence[str] = ()
    config_id: str = ""

    def dialog(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """The address of the consent dialog; `ask_again` asks for what was declined before."""
        asked = {"config_id": self.config_id} if self.config_id else {"scope": ",".join(self.scopes)}
        query = {
            "client_id": self.graph.app.app_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "response_type": "code",
            **asked,
            **({"auth_type": "rerequest"} if ask_again else {}),
        }
        return f"{self.hosts.facebook}/{self.graph.app.version}/dialog/oauth?{urlencode(query)}"

    async def sign_in(self, code: str, redirect_uri: str) -> SignIn:
        """Exchange a code, once, and look what it opens; what comes after the exchange is tried a few times.

        Raises:
            TryAgainError, RefusedError: either way the person begins at the dialog again.
        """
        short = await self.exchange_code(code, redirect_uri)
        long = await patiently(lambda: self.lengthen(short))
        facts = await patiently(lambda: self.token_facts(long.value))
        granted, declined = await patiently(lambda: self.permissions(long.value))
        pages = await patiently(lambda: self.pages_of(long.value, facts.user_id))
        token = attrs.evolve(long, data_access_until=facts.data_access_until)
        return SignIn(facts.user_id, token, granted or facts.scopes, declined, tuple(pages), facts)

    async def exchange_code(self, code: str, redirect_uri: str) -> Token:
        """The short-lived user token for a code. A code is good for one try: never call this twice with one."""
        clean = code.removesuffix("#_=_").removesuffix("#_")
        return await self._token({"redirect_uri": redirect_uri, "code": clean})

    async def lengthen(self, token: Token) -> Token:
        """A user token that lasts about 60 days."""
        return await self._token({"grant_type": "fb_exchange_token", "fb_exchange_token": token.value})

    async def permissions(self, user_token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the person granted, and what they declined or let lapse."""
        found: list[tuple[str, bool]] = []
        async for rows in self.graph.pages("me/permissions", Caller(user_token, "user"), {"limit": "100"}):
            for row in map(as_mapping, rows):
                found.append((as_text(row.get("permission")), row.get("status") == "granted"))
        return (
            tuple(name for name, given in found if name and given),
            tuple(name for name, given in found if name and not given),
        )

    async def pages_of(self, user_token: str, user_id: str = "") -> Sequence[FoundPage]:
        """The Pages that the person opened, with their tokens; one without a token is of no use and left out."""
        pages: dict[str, FoundPage] = {}
        caller = Caller(user_token, "user", user_id)
        async for rows in self.graph.pages("me/accounts", caller, {"fields": _PAGE_FIELDS, "limit": "100"}):
            found = (_page(as_mapping(row)) for row in rows)
            pages.update({page.page_id: page for page in found if page.page_id and page.token})
        return list(pages.values())

    async def token_facts(self, token: str) -> TokenFacts:
        """How a token stands; a dead one is an answer."""
        answer = await self.graph.get("debug_token", self.graph.of_app(), {"input_token": token})
        return read_token_facts(answer)

    async def remove_app(self, user_id: str, *others: Caller) -> bool:
        """Take back everything that a person granted. All tokens of theirs die, for every Page and account.

        The app asks on its own behalf, then on that of `others`. False if Meta refuses it to all of them.
        """
        for caller in (self.graph.of_app(), *others):
            try:
                await self.graph.delete(node_path(user_id, "permissions"), caller)
            except RefusedError:
                continue
            return True
        return False

    async def _token(self, params: Mapping[str, str]) -> Token:
        secret = {"client_id": self.graph.app.app_id, "client_secret": self.graph.app.secret}
        answer = await self.graph.get("oauth/access_token", None, {**secret, **params})
        return read_token(answer)


def read_token(answer: Mapping[str, Any]) -> Token:
    """The token in the answer to an exchange or a refresh. Raises `RefusedError` if there is none."""
    value, seconds = as_text(answer.get("access_token")), as_number(answer.get("expires_in"))
    if not value:
        raise RefusedError("The platform gave no access.", "request")
    return Token(value, clock.utc_now() + timedelta(seconds=min(seconds, 10**9)) if seconds else None)


def missing_of(needed: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """The permissions that were not granted, in the order in which they are needed."""
    have = frozenset(granted)
    return tuple(scope for scope in needed if scope not in have)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The answer of a call that may be repeated: a hiccup must not cost a person another round through the dialog."""
    for tries in range(_TRIES):
        try:
            return await call()
        except TryAgainError as error:
            wait = error.retry_after or 0.0
            if tries == _TRIES - 1 or wait > _LONGEST_PATIENCE:
                raise
            await asyncio.sleep(max(wait, backoff(tries, first=0.5)))
    raise AssertionError("unreachable")


def _page(row: Mapping[str, Any]) -> FoundPage:
    behind = as_mapping(row.get("instagram_business_account"))
    tasks = (as_text(task).removeprefix("PROFILE_PLUS_") for task in as_list(row.get("tasks")))
    return FoundPage(
        page_id=as_id(row.get("id")),
        name=as_text(row.get("name")),
        token=as_text(row.get("access_token")),
        tasks=tuple(task for task in tasks if task),
        instagram_id=as_id(behind.get("id")),
        instagram_name=as_text(behind.get("username")),
    )
