"""Instagram Login: the dialog, the code, and a token that lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import attrs

from dibs.meta import Caller, Graph, MetaHosts, as_id, as_list, as_mapping, as_text
from dibs.meta.login import missing_of, patiently, read_token
from dibs.platforms import Account, PlatformError, RefusedError, Token

NEEDED = ("instagram_business_basic", "instagram_business_manage_comments")
ASKED = (*NEEDED, "instagram_business_manage_messages")
_APP_IS_WRONG = ("client secret", "platform app", "client_id")


@attrs.frozen
class ShortAccess:
    """What a code is worth: an hour."""

    token: str = attrs.field(repr=False)
    user_id: str = ""
    scopes: tuple[str, ...] | None = None


@attrs.define(eq=False)
class InstagramLogin:
    """Signs professional accounts in without a Page.

    Attributes:
        graph: Instagram's Graph API, where tokens are exchanged and used.
        codes: the host that takes codes; it has errors of its own shape.
    """

    graph: Graph
    codes: Graph
    hosts: MetaHosts

    def dialog(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """The address of the consent dialog; `ask_again` has the person sign in anew and choose again."""
        query = {
            "client_id": self.graph.app.app_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
            "scope": ",".join(ASKED),
        }
        again = {"force_reauth": "true"} if ask_again else {}
        return f"{self.hosts.instagram}/oauth/authorize?{urlencode(query | again)}"

    async def sign_in(self, code: str, redirect_uri: str) -> Account:
        """Exchange a code, once, and look whose it is; what comes after the exchange is tried a few times."""
        short = await self.exchange(code, redirect_uri)
        token = await patiently(lambda: self.lengthen(short.token))
        scopes = short.scopes or ()
        own_id, account_id, name = await self._who(token, short.user_id)
        return Account(
            platform="instagram",
            account_id=account_id,
            name=name or account_id,
            token=token,
            user_id=short.user_id or own_id,
            scopes=scopes,
            missing=() if short.scopes is None else missing_of(NEEDED, scopes),
            details={"login": "instagram", "username": name, "own_id": own_id},
        )

    async def exchange(self, code: str, redirect_uri: str) -> ShortAccess:
        """A token of an hour for a code. A code is good for one try, and lives an hour."""
        form = {
            "client_id": self.graph.app.app_id,
            "client_secret": self.graph.app.secret,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": code.removesuffix("#_=_").removesuffix("#_"),
        }
        try:
            answer = await self.codes.call("POST", "oauth/access_token", None, form=form, versioned=False)
        except RefusedError as refused:
            said = str(refused.data.get("said", "")).lower()
            if any(part in said for part in _APP_IS_WRONG):
                raise RefusedError("The Instagram app is set up wrongly here.", "configuration") from refused
            raise
        return _short(_unwrapped(answer))

    async def lengthen(self, short_token: str) -> Token:
        """A token of about 60 days."""
        secret = {"client_secret": self.graph.app.secret, "access_token": short_token}
        return await self._token("access_token", {"grant_type": "ig_exchange_token", **secret})

    async def renew(self, token: str) -> Token:
        """Another 60 days, for a token that is at least a day old and alive."""
        return await self._token("refresh_access_token", {"grant_type": "ig_refresh_token", "access_token": token})

    async def look(self, token: str, account_id: str = "") -> Mapping[str, Any]:
        """The account that a token speaks for."""
        caller = Caller(token, "instagram", account_id)
        return _unwrapped(await self.graph.get("me", caller, {"fields": "id,user_id,username"}))

    async def _who(self, token: Token, user_id: str) -> tuple[str, str, str]:
        """The account's id for this app, its own id, its handle. The code is spent: what the exchange told must do."""
        try:
            told = await patiently(lambda: self.look(token.value, user_id))
        except PlatformError:
            if not user_id:
                raise
            told = {}
        own_id = as_id(told.get("id")) or user_id
        account_id = as_id(told.get("user_id")) or user_id or own_id
        if not account_id:
            raise RefusedError("Instagram does not tell whose access this is.", "request")
        return own_id, account_id, as_text(told.get("username"))

    async def _token(self, path: str, params: Mapping[str, str]) -> Token:
        return read_token(_unwrapped(await self.graph.call("GET", path, None, params=params, versioned=False)))


def _unwrapped(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object itself: some answers are wrapped in a list under `data`, as documented, others are not."""
    data = answer.get("data")
    if isinstance(data, Mapping):
        return data
    listed = as_list(data)
    return as_mapping(listed[0]) if listed else answer


def _short(told: Mapping[str, Any]) -> ShortAccess:
    token, granted = as_text(told.get("access_token")), told.get("permissions")
    if not token:
        raise RefusedError("Instagram gave no access.", "request")
    names = granted.split(",") if isinstance(granted, str) else as_list(granted)
    scopes = tuple(name for name in (as_text(one).strip() for one in names) if name)
    return ShortAccess(token, as_id(told.get("user_id")), None if granted is None else scopes)
