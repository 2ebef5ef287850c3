"""The adapter: what the core calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from dibs.meta import SIGNATURE_HEADER, Graph, answer_handshake, as_id, as_instant, body_is_signed, read_signed_request
from dibs.platforms import (
    Abilities,
    Account,
    Answered,
    Live,
    Platform,
    PlatformContext,
    PlatformError,
    RefusedError,
    Sent,
    SourceBatch,
    StreamToRead,
    Token,
    TokenHealth,
    WebhookContent,
    WebhookRequest,
)
from dibs_instagram import lives, replies, tokens, webhooks
from dibs_instagram.api import AccountApi
from dibs_instagram.login import InstagramLogin
from dibs_instagram.settings import InstagramInstance
from dibs_instagram.source import read_broadcast


class InstagramPlatform(Platform):
    """Professional accounts on Instagram Live, by either login: `Account.details["login"]` says by which.

    `instagram` is Instagram Login: the account's own token, Instagram's Graph API. `facebook` is Facebook Login: the
    token of the Page `details["page_id"]`, Facebook's Graph API; the plugin for Facebook signs such accounts in.
    """

    name: ClassVar[str] = "instagram"
    title: ClassVar[str] = "Instagram"
    abilities: ClassVar[Abilities] = Abilities(webhooks=True, private_reply=True, reply_only_live=True)

    def __init__(self, context: PlatformContext) -> None:
        given = context.settings
        self.settings: InstagramInstance = given if isinstance(given, InstagramInstance) else InstagramInstance()
        hosts, own = self.settings.hosts, self.settings.instagram_app
        self._instagram = Graph(context.http, own, hosts.instagram_graph)
        self._facebook = Graph(context.http, self.settings.meta_app, hosts.graph)
        self._login = InstagramLogin(self._instagram, Graph(context.http, own, hosts.instagram_api), hosts)

    def missing_settings(self) -> tuple[str, ...]:
        """The Instagram app; accounts that come with a Page need the Meta app instead."""
        return tuple(name for name in ("app_id", "app_secret") if not getattr(self.settings, name))

    # --- connecting -----------------------------------------------------------------------------------------------

    def authorize_url(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """Instagram's own dialog."""
        return self._login.dialog(state, redirect_uri, ask_again=ask_again)

    async def accounts(self, code: str, redirect_uri: str) -> Sequence[Account]:
        """The one account that signed in, with a token of 60 days."""
        return [await self._login.sign_in(code, redirect_uri)]

    async def check(self, account: Account) -> TokenHealth:
        """How the token stands, asked of the host that gave it."""
        if _by_facebook(account):
            return await tokens.check_by_facebook(self._facebook, account)
        return await tokens.check(self._login, account)

    async def refresh(self, account: Account) -> Token | None:
        """Another 60 days for an Instagram token; the token of a Page has no end."""
        return None if _by_facebook(account) else await tokens.renewed(self._login, account)

    async def revoke(self, account: Account) -> bool:
        """Have nothing sent any more. No call is known that takes the access back: the person can, at Instagram."""
        with suppress(PlatformError):
            await self._api(account).unsubscribe()
        return False

    async def subscribe(self, account: Account) -> None:
        """Subscribe the account, or the Page that it came with."""
        await self._api(account).subscribe()

    # --- broadcasts and comments ----------------------------------------------------------------------------------

    async def lives(self, account: Account) -> Sequence[Live]:
        """What is on the air at this moment; none off air."""
        return await lives.lives(self._api(account))

    def live_id_in(self, text: str) -> str | None:
        """The media id in what was pasted."""
        return lives.live_id_in(text)

    async def live(self, account: Account, live_id: str) -> Live:
        """One broadcast that is on the air."""
        return await lives.live(self._api(account), live_id)

    def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        """Comments by asking, until the broadcast is off the air."""
        return read_broadcast(self._api(stream.account), stream)

    # --- webhooks -------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """The challenge, for who knows the word."""
        return answer_handshake(query, self.settings.verify_token)

    def verified(self, request: WebhookRequest) -> bool:
        """Whether one of the secrets signed the bytes."""
        return body_is_signed(request.body, request.headers.get(SIGNATURE_HEADER), self.settings.secrets)

    def decode(self, request: WebhookRequest) -> WebhookContent:
        """The comments of a delivery."""
        return webhooks.content(request)

    def signed_user(self, signed_request: str) -> str:
        """Who removed the app or wants to be deleted; any of the secrets may have signed it."""
        user_id = as_id(read_signed_request(signed_request, self.settings.secrets).get("user_id"))
        if not user_id:
            raise RefusedError("The signed request names nobody.", "request")
        return user_id

    def signed_at(self, signed_request: str) -> datetime | None:
        """When Meta says that it issued it."""
        return as_instant(read_signed_request(signed_request, self.settings.secrets).get("issued_at"))

    # --- answering ------------------------------------------------------------------------------------------------

    async def reply(self, account: Account, comment: Answered, text: str, *, private: bool) -> Sent:
        """Answer in private, while the broadcast runs."""
        if not private:
            raise RefusedError("Instagram takes no public answers to live comments.", "unsupported")
        return await replies.reply(self._api(account), comment, text)

    def _api(self, account: Account) -> AccountApi:
        return AccountApi(account, self._facebook if _by_facebook(account) else self._instagram)


def _by_facebook(account: Account) -> bool:
    return account.details.get("login") == "facebook"
