"""The adapter: what the core calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from dibs.meta import (
    SIGNATURE_HEADER,
    FacebookLogin,
    Graph,
    answer_handshake,
    as_id,
    as_instant,
    body_is_signed,
    read_signed_request,
)
from dibs.platforms import (
    Abilities,
    Account,
    Answered,
    Live,
    Platform,
    PlatformContext,
    RefusedError,
    Sent,
    SourceBatch,
    StreamToRead,
    TokenHealth,
    WebhookContent,
    WebhookRequest,
)
from dibs_facebook import links, lives, login, replies, webhooks
from dibs_facebook.api import PageApi
from dibs_facebook.events import EventStream
from dibs_facebook.settings import FacebookInstance, FacebookSettings
from dibs_facebook.source import CommentSource


class FacebookPlatform(Platform):
    """Pages on Facebook Live, by Facebook Login. Signs in the Instagram accounts behind them too."""

    name: ClassVar[str] = "facebook"
    title: ClassVar[str] = "Facebook"
    abilities: ClassVar[Abilities] = Abilities(
        webhooks=True, public_reply=True, private_reply=True, readable_after_end=True
    )

    def __init__(self, context: PlatformContext) -> None:
        given = context.settings
        self.settings: FacebookInstance = given if isinstance(given, FacebookInstance) else FacebookInstance()
        hosts = self.settings.hosts
        self.graph = Graph(context.http, self.settings.app, hosts.graph)
        scopes = login.scopes_to_ask(self.settings.scopes, with_instagram=self.settings.with_instagram)
        self._login = FacebookLogin(self.graph, hosts, scopes, self.settings.config_id)

    def missing_settings(self) -> tuple[str, ...]:
        """The app."""
        return tuple(name for name in ("app_id", "app_secret") if not getattr(self.settings, name))

    # --- connecting -----------------------------------------------------------------------------------------------

    def authorize_url(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """Facebook's dialog."""
        return self._login.dialog(state, redirect_uri, ask_again=ask_again)

    async def accounts(self, code: str, redirect_uri: str) -> Sequence[Account]:
        """The Pages, with tokens that have no end, and as `instagram` the professional accounts behind them."""
        return await login.sign_in(self._login, code, redirect_uri, with_instagram=self.settings.with_instagram)

    async def check(self, account: Account) -> TokenHealth:
        """What `debug_token` says of the Page's token."""
        facts = await self._login.token_facts(account.token.value)
        return facts.health(account.token, login.NEEDED, (account.account_id,))

    async def revoke(self, account: Account) -> bool:
        """Have nothing sent any more, and take the permissions back if this was the only account of the sign-in.

        Permissions hang on the person: taking them back would end the access to all other Pages and Instagram
        accounts of theirs. False if they stay, for that reason or because Facebook refuses; the person can remove the
        app at Facebook.
        """
        api = self._api(account)
        try:
            await api.unsubscribe()
        except RefusedError as refused:
            if refused.reason in ("token", "removed"):
                return True
        if account.details.get("alone") != "yes" or not account.user_id:
            return False
        return await self._login.remove_app(account.user_id, api.caller())

    async def subscribe(self, account: Account) -> None:
        """Have comments and broadcasts of the Page sent to the app's webhook address."""
        await self._api(account).subscribe()

    # --- broadcasts and comments ----------------------------------------------------------------------------------

    async def lives(self, account: Account) -> Sequence[Live]:
        """What runs, then what is planned."""
        return await lives.lives(self._api(account), self.settings.hosts.facebook)

    def live_id_in(self, text: str) -> str | None:
        """The id in any of Facebook's links to a video."""
        return links.live_id_in(text, urlsplit(self.settings.hosts.facebook).hostname or "")

    async def live(self, account: Account, live_id: str) -> Live:
        """One by its own id, its video's, or its post's."""
        return await lives.live(self._api(account), live_id, self.settings.hosts.facebook)

    def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        """Comments by asking, and from the event stream where the workspace wants that."""
        wanted = isinstance(stream.settings, FacebookSettings) and stream.settings.event_stream
        return CommentSource(self._api(stream.account), stream, self._events(stream) if wanted else None).batches()

    # --- webhooks -------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """The challenge, for who knows the word."""
        return answer_handshake(query, self.settings.verify_token)

    def verified(self, request: WebhookRequest) -> bool:
        """Whether one of the secrets signed the bytes."""
        return body_is_signed(request.body, request.headers.get(SIGNATURE_HEADER), self.settings.app.secrets)

    def decode(self, request: WebhookRequest) -> WebhookContent:
        """Comments, changes and removals, and broadcasts that begin and end."""
        return webhooks.content(request)

    def signed_user(self, signed_request: str) -> str:
        """Who removed the app or wants to be deleted."""
        user_id = as_id(read_signed_request(signed_request, self.settings.app.secrets).get("user_id"))
        if not user_id:
            raise RefusedError("The signed request names nobody.", "request")
        return user_id

    def signed_at(self, signed_request: str) -> datetime | None:
        """When Facebook says that it issued it."""
        return as_instant(read_signed_request(signed_request, self.settings.app.secrets).get("issued_at"))

    # --- answering ------------------------------------------------------------------------------------------------

    async def reply(self, account: Account, comment: Answered, text: str, *, private: bool) -> Sent:
        """Answer so that all can see it, or in private."""
        answer = replies.reply_privately if private else replies.reply_publicly
        return await answer(self._api(account), comment, text)

    def _api(self, account: Account) -> PageApi:
        return PageApi(self.graph, account)

    def _events(self, stream: StreamToRead) -> EventStream:
        sellers = frozenset((stream.account.account_id, *stream.live.seller_ids))
        base, token = self.settings.hosts.streaming, stream.account.token.value
        return EventStream(self.graph, base, token, stream.live.live_id, sellers)
