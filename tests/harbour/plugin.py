"""A small platform for tests: its adapter, as an outside author would write it, against the server beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import attrs
import orjson

from dibs import PluginInfo, hookimpl
from dibs.platforms import (
    Abilities,
    Account,
    Live,
    Platform,
    PlatformContext,
    RefusedError,
    Token,
    TokenHealth,
    TryAgainError,
)


@attrs.frozen
class HarbourSettings:
    """Where it is, and who we are there."""

    url: str = ""
    app_id: str = ""


PLUGIN = PluginInfo("harbour", "Harbour", "A platform for tests.", default=True, instance=HarbourSettings)


class Harbour(Platform):
    """Sign-in by a dialog, two permissions, tokens that are renewed, lives."""

    name = "harbour"
    title = "Harbour"
    abilities = Abilities(webhooks=True)

    def __init__(self, context: PlatformContext) -> None:
        self.settings, self.http = context.settings, context.http

    def missing_settings(self) -> tuple[str, ...]:
        return tuple(name for name in ("url", "app_id") if not getattr(self.settings, name))

    def authorize_url(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        asked = {"app": self.settings.app_id, "state": state, "redirect_uri": redirect_uri}
        return f"{self.settings.url}/dialog?{urlencode(asked | ({'again': '1'} if ask_again else {}))}"

    async def accounts(self, code: str, redirect_uri: str) -> Sequence[Account]:
        found = await self._ask("POST", "/token", form={"code": code, "redirect_uri": redirect_uri})
        return [
            Account(
                "harbour", one["id"], one["name"], _token(one), user_id=found["user"], scopes=tuple(one["scopes"]),
                missing=tuple(one["missing"]), details={"login": "harbour"},
            )
            for one in found["accounts"]
        ]  # fmt: skip

    async def check(self, account: Account) -> TokenHealth:
        try:
            found = await self._ask("GET", "/me", account)
        except RefusedError as error:
            if error.reason in ("token", "removed", "permission"):
                return TokenHealth(account.token, problem=error)
            raise
        return TokenHealth(account.token, tuple(found["scopes"]), tuple(found["missing"]))

    async def refresh(self, account: Account) -> Token | None:
        return _token(await self._ask("POST", "/refresh", account))

    async def revoke(self, account: Account) -> bool:
        await self._ask("POST", "/revoke", account)
        return True

    async def subscribe(self, account: Account) -> None:
        await self._ask("POST", "/subscribe", account)

    async def lives(self, account: Account) -> Sequence[Live]:
        return [Live(one["id"], one["title"]) for one in (await self._ask("GET", "/lives", account))["lives"]]

    async def _ask(self, method: str, path: str, account: Account | None = None, **more: Any) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {account.token.value}"} if account else {}
        answer = await self.http.request(method, self.settings.url + path, headers=headers, **more)
        body: Mapping[str, Any] = orjson.loads(answer.body or b"{}")
        if answer.status >= 500:
            raise TryAgainError("Harbour does not answer now.", retry_after=7)
        if answer.status >= 400:
            raise RefusedError(str(body["message"]), body["reason"])
        return body


def _token(one: Mapping[str, Any]) -> Token:
    return Token(one["token"], datetime.fromisoformat(one["expires_at"]) if one["expires_at"] else None)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """The one platform."""
    return [Harbour(context)]
