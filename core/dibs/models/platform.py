"""What a platform adapter is, and what goes between it and the core. `dibs.platforms` gives these names to plugins.

An adapter talks to one platform: it signs accounts in, finds broadcasts, brings comments, answers buyers. It knows
nothing of shows, stock or workspaces, and keeps nothing: what has to last goes back to the core, which stores it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

import attrs

from dibs.errors import DibsError
from dibs.models.comments import IncomingComment

Position = Mapping[str, Any]
"""How far a stream was read: JSON-able, small, only the adapter understands it."""
LiveStatus = Literal["live", "scheduled", "ended", "unknown"]
Scope = Literal["call", "account", "app"]
Refusal = Literal[
    "token",  # dead: connect again
    "removed",  # the person removed the app: disconnect, delete
    "login",  # the person must do something at the platform first
    "permission",  # a scope or a role is missing: connect again with it
    "gone",  # the object is not there, or not for this token
    "window",  # too late to answer: the broadcast or the time for it is over
    "done",  # answered already
    "unreachable",  # this person can't be written to
    "blocked",  # the platform stops writing for hours
    "text",  # this text is refused
    "configuration",  # the instance or the app at the platform is set up wrongly
    "unsupported",  # the platform has no such thing
    "request",  # anything else that will not get better
]


class PlatformError(DibsError):
    """Something went wrong at a platform. Its message is for people and holds no token and no address."""

    code: ClassVar[str] = "platform"


class TryAgainError(PlatformError):
    """It may work later.

    Attributes:
        retry_after: seconds until it makes sense, None if the platform did not say.
        scope: what has to wait: this call, everything of this account, everything of the app.
        uncertain: it may have happened all the same: the answer got lost. What must not happen twice is not repeated.
    """

    code = "platform_try_again"

    def __init__(self, message: str, *, retry_after: float | None = None, scope: Scope = "call", **data: Any) -> None:
        super().__init__(message, **data, retry_after=retry_after, scope=scope)
        self.retry_after, self.scope = retry_after, scope

    @property
    def uncertain(self) -> bool:
        """Whether it may have happened all the same."""
        return bool(self.data.get("uncertain"))


class RefusedError(PlatformError):
    """It will never work like this; `reason` says why, and so what helps."""

    code = "platform_refused"

    def __init__(self, message: str, reason: Refusal, **data: Any) -> None:
        super().__init__(message, **data, reason=reason)
        self.reason = reason


@attrs.frozen
class Token:
    """An access token; `expires_at` and `data_access_until` are None if they never end."""

    value: str = attrs.field(repr=False)
    expires_at: datetime | None = None
    data_access_until: datetime | None = None


@attrs.frozen
class Account:
    """An account that a person has given access to, and later the account behind a connection.

    Attributes:
        platform: the adapter that serves it; one sign-in may find accounts of several.
        account_id: the platform's id of the account (Page, professional account); webhooks are told apart by it.
        name: for people.
        token: for calls on its behalf.
        user_id: the platform's id of the person who signed in; deauthorisations name it.
        scopes, missing: what was granted, and what the adapter needs and did not get.
        details: further facts that the adapter needs later, such as the login it came by. No secrets.
    """

    platform: str
    account_id: str
    name: str
    token: Token
    user_id: str = ""
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    details: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class TokenHealth:
    """What a check of a token found; `problem` is why it can't be used, None if it can."""

    token: Token
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problem: RefusedError | None = None


@attrs.frozen
class Live:
    """A broadcast.

    Attributes:
        live_id: the platform's id of it; comments carry it.
        alternate_ids: further ids of the same broadcast (the video behind it).
        seller_ids: user ids whose comments are the seller's own.
        viewers: how many watch now, None if not told.
    """

    live_id: str
    title: str = ""
    status: LiveStatus = "live"
    started_at: datetime | None = None
    url: str = ""
    viewers: int | None = None
    alternate_ids: tuple[str, ...] = ()
    seller_ids: tuple[str, ...] = ()


@attrs.frozen
class CommentEdit:
    """The text of a comment was changed by its author."""

    comment_id: str
    text: str


@attrs.frozen
class SourceBatch:
    """What a comment source brings at once.

    Attributes:
        comments: oldest first, seen before or not: the core counts each once.
        edits, removals: changed texts; ids of comments that are gone.
        position: where to go on after this batch; stored in the transaction of its comments. None leaves it as it is.
        viewers: how many watch now, None if not told.
        ended: the broadcast is over; nothing comes after this batch.
        source: how it came, such as `poll`, `stream`, `webhook`.
    """

    comments: tuple[IncomingComment, ...] = ()
    edits: tuple[CommentEdit, ...] = ()
    removals: tuple[str, ...] = ()
    position: Position | None = None
    viewers: int | None = None
    ended: bool = False
    source: str = "poll"


@attrs.frozen
class StreamToRead:
    """One broadcast that a show listens to, as its adapter gets it.

    Attributes:
        position: what the last stored batch gave; empty at first.
        polling_seconds: what the workspace wants between two looks, 2 to 10.
        settings: the workspace's settings of the adapter's plugin, of its `PluginInfo.settings` class, or None.
        since: what was posted before counts for nothing: nobody has to go back further. None if all counts.
    """

    workspace_id: UUID
    show_id: UUID
    stream_id: UUID
    account: Account
    live: Live
    position: Position = attrs.field(factory=dict)
    polling_seconds: float = 2.0
    settings: Any = None
    since: datetime | None = None


@attrs.frozen
class WebhookRequest:
    """A request to a platform's webhook address: the raw bytes as they came; header names in lower case."""

    body: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    received_at: datetime | None = None


@attrs.frozen
class WebhookNews:
    """One thing that a webhook tells about an account.

    Attributes:
        account_id: the account that it is about.
        live_id: the broadcast (or its video) that it is about, "" if it does not say.
        batch: comments, edits, removals, the end.
        live_status: the broadcast began or ended, None if it is about something else.
    """

    account_id: str
    live_id: str = ""
    batch: SourceBatch = attrs.field(factory=SourceBatch)
    live_status: LiveStatus | None = None


@attrs.frozen
class WebhookContent:
    """A decoded delivery: the news in it, and what was left out, each in a few words."""

    news: tuple[WebhookNews, ...] = ()
    left_out: tuple[str, ...] = ()


@attrs.frozen
class Answered:
    """The comment that is answered."""

    comment_id: str
    author_id: str | None
    live_id: str
    posted_at: datetime


@attrs.frozen
class Sent:
    """A message that the platform took; its id there."""

    message_id: str


@attrs.frozen
class Abilities:
    """What a platform can do, for pages and settings to offer no more than that.

    Attributes:
        login: accounts are connected by a dialog of the platform.
        discovery: broadcasts are found by asking.
        webhooks: the platform sends comments by itself.
        public_reply, private_reply: a comment can be answered so that all, or only its author, see it.
        reply_only_live: answers are taken only while the broadcast runs.
        readable_after_end: comments can be read when the broadcast is over.
    """

    login: bool = True
    discovery: bool = True
    webhooks: bool = False
    public_reply: bool = False
    private_reply: bool = False
    reply_only_live: bool = False
    readable_after_end: bool = False


class Platform:
    """Base of every adapter: override what the platform has. Every call may raise `TryAgainError` or `RefusedError`.

    An adapter is made once for each process and used by many tasks at once. Calls that wait for an answer longer than
    the time limits of the process are cancelled.
    """

    name: ClassVar[str]
    """As in comments, buyers, connections, addresses: lower-case letters, digits, `_`."""
    title: ClassVar[str]
    abilities: ClassVar[Abilities] = Abilities()

    def missing_settings(self) -> tuple[str, ...]:
        """Settings of the instance (`app_id` …) without which nobody can connect; empty if all are there."""
        return ()

    # --- connecting -----------------------------------------------------------------------------------------------

    def authorize_url(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """The address of the platform's consent dialog; `ask_again` asks for what was declined before."""
        raise self._unsupported("sign in")

    async def accounts(self, code: str, redirect_uri: str) -> Sequence[Account]:
        """Exchange the code of the dialog's answer, once, and list the accounts that it opens, with lasting tokens."""
        raise self._unsupported("sign in")

    async def check(self, account: Account) -> TokenHealth:
        """Ask the platform how the token stands. A dead token is an answer, not an error."""
        return TokenHealth(account.token, account.scopes, account.missing)

    async def refresh(self, account: Account) -> Token | None:
        """A token that lasts longer, or None if the platform has none to give now."""
        return None

    async def revoke(self, account: Account) -> bool:
        """Give the access back; False if the platform knows no way."""
        return False

    async def subscribe(self, account: Account) -> None:
        """Have the platform send this account's comments to the webhook address, if it does such a thing."""

    # --- broadcasts and comments ----------------------------------------------------------------------------------

    async def lives(self, account: Account) -> Sequence[Live]:
        """The account's broadcasts that run now or are planned; the one that runs first."""
        raise self._unsupported("find broadcasts")

    def live_id_in(self, text: str) -> str | None:
        """The id in a pasted address or id, None if there is none. The text is parsed, never fetched."""
        stripped = text.strip()
        return stripped if stripped.isalnum() else None

    async def live(self, account: Account, live_id: str) -> Live:
        """One broadcast by its id. Raises `RefusedError` with `gone`."""
        return Live(live_id)

    def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        """Batches of comments until the broadcast ends or the iterator is closed; the adapter keeps the pace.

        It raises only what it can't sit out itself: `TryAgainError` makes the core begin again later, from the last
        stored position; `RefusedError` stops the stream, and the operator is told.
        """
        raise self._unsupported("read comments")

    # --- webhooks -------------------------------------------------------------------------------------------------

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """The answer to the platform's question whether the webhook address is ours; None refuses."""
        return None

    def verified(self, request: WebhookRequest) -> bool:
        """Whether the platform sent this. Looks at the raw bytes, compares in constant time, parses nothing."""
        return False

    def decode(self, request: WebhookRequest) -> WebhookContent:
        """What a verified delivery says. A part that can't be read costs only itself."""
        return WebhookContent()

    def signed_user(self, signed_request: str) -> str:
        """The platform's user id in a signed request (deauthorisation, deletion). Raises `RefusedError`."""
        raise self._unsupported("sign requests")

    def signed_at(self, signed_request: str) -> datetime | None:
        """When the platform issued a signed request, if that is signed too: a late one ends no newer access.

        Asked only after `signed_user` has found it good. Raises `RefusedError`.
        """
        return None

    # --- answering ------------------------------------------------------------------------------------------------

    async def reply(self, account: Account, comment: Answered, text: str, *, private: bool) -> Sent:
        """Answer a comment. `RefusedError` with `done` means that it was answered before.

        A `TryAgainError` that is not `uncertain` promises that nothing was sent.
        """
        raise self._unsupported("answer comments")

    def _unsupported(self, what: str) -> RefusedError:
        return RefusedError(f"{self.title} can't {what} here.", "unsupported")
