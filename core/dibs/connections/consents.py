"""Connecting accounts by a platform's consent dialog: states that are good once, and how each dialog ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

import attrs
import orjson
import structlog

from dibs.accounts.secrets import new_token, token_hash
from dibs.audit_log import Actor
from dibs.connections import consent_sql as sql
from dibs.connections.asking import ask
from dibs.connections.model import storable
from dibs.connections.offers import Offer, offers_of, open_offers, seal_offers
from dibs.errors import NotFoundError
from dibs.ids import uuid7
from dibs.models.platform import Account, PlatformError, RefusedError, TryAgainError

if TYPE_CHECKING:
    from dibs.connections.service import Connections

LIFETIME: Final = timedelta(minutes=10)
_KEPT: Final = timedelta(hours=1)
Outcome = Literal[
    "connected",  # accounts were connected: the report says which
    "choose",  # several accounts: somebody has to choose
    "denied",  # the person said no
    "no_accounts",  # the sign-in gives access to no account
    "other_account",  # the account that was to be connected again is not among them
    "refused",  # the platform refused: its words are in the message
    "unavailable",  # the platform does not answer
    "not_set_up",  # the instance lacks settings
    "unknown",  # the state was never given out, or was used
    "expired",  # the dialog took longer than ten minutes
    "foreign",  # another browser or another sign-in began it
    "signed_out",  # nobody is signed in
    "forbidden",  # who is signed in may not connect accounts
]
log = structlog.get_logger("dibs.connections")


@attrs.frozen
class Browser:
    """The browser session that begins and ends a sign-in at a platform."""

    user_id: UUID
    session: str = attrs.field(repr=False)

    @property
    def session_hash(self) -> bytes:
        """What is kept of the session."""
        return token_hash(self.session)


@attrs.frozen
class Begun:
    """A state that was taken: whatever comes of it, it is used up."""

    workspace_id: UUID
    platform: str
    user_id: UUID
    session_hash: bytes
    connection_id: UUID | None
    return_to: str
    fresh: bool


@attrs.frozen
class Connected:
    """One account that was connected; `problem` is why the platform will not send its comments by itself, "" if it
    will."""

    connection_id: str
    platform: str
    name: str
    change: str
    missing: list[str]
    problem: str = ""


@attrs.frozen
class Result:
    """How a sign-in at a platform ended, as the person who began it sees it.

    Attributes:
        message: the platform's own words, if it said any; `reason` is the kind of its refusal.
        offers: accounts to choose from.
        connected: accounts that were connected.
        connection_id: the connection that was to be connected again.
        return_to: the page that it was begun from, "" if none.
    """

    id: UUID
    platform: str
    outcome: Outcome
    message: str
    reason: str
    offers: list[Offer]
    connected: list[Connected]
    connection_id: UUID | None
    return_to: str

    @property
    def smooth(self) -> bool:
        """Whether there is nothing that somebody would have to read."""
        flawed = any(one.missing or one.problem for one in self.connected)
        return self.outcome == "connected" and not flawed


@attrs.frozen(eq=False)
class Consents:
    """The dialogs that are under way, and those that ended within the last hour."""

    connections: Connections

    async def begin(
        self,
        workspace_id: UUID,
        browser: Browser,
        platform: str,
        redirect_uri: str,
        *,
        connection_id: UUID | None = None,
        return_to: str = "",
        ask_again: bool = False,
    ) -> str:
        """The address of the platform's dialog, with a state for this browser alone.

        Raises:
            NotFoundError: no such platform here, or no such connection of it.
            RefusedError: `configuration`: the instance lacks settings; `unsupported`: the platform has no dialog.
        """
        adapter = await self.connections.platforms.of(workspace_id, platform)
        if connection_id is not None:
            await self.connections.get(workspace_id, connection_id)
        if adapter.missing_settings():
            raise RefusedError(f"{adapter.title} is not set up on this server.", "configuration")
        state = new_token()
        address = adapter.authorize_url(state, redirect_uri, ask_again=ask_again)
        key = (workspace_id, token_hash(state), platform, browser.user_id, browser.session_hash)
        await self.connections.db.hot_fetch(sql.BEGIN, *key, connection_id, return_to, LIFETIME)
        return address

    async def take(self, state: str) -> Begun | None:
        """Use a state up. None if it was never given out or is used."""
        rows = await self.connections.db.hot_fetch(sql.TAKE, token_hash(state))
        if not rows:
            return None
        row = rows[0]
        return Begun(
            UUID(bytes=row["workspace_id"].bytes),
            row["platform"],
            UUID(bytes=row["user_id"].bytes),
            row["session_hash"],
            row["connection_id"] and UUID(bytes=row["connection_id"].bytes),
            row["return_to"],
            row["fresh"],
        )

    async def finish(self, begun: Begun, actor: Actor, query: Mapping[str, str], redirect_uri: str) -> Result:
        """What the dialog's answer comes to: accounts connected, accounts to choose from, or why not."""
        if "error" in query or not query.get("code"):
            denied = "denied" in query.get("error", "") or query.get("error_reason") == "user_denied"
            return await self.end(begun, "denied" if denied else "refused", query.get("error_description", ""))
        try:
            found = await self._accounts(begun, query["code"], redirect_uri)
        except TryAgainError as error:
            return await self.end(begun, "unavailable", error.message)
        except (RefusedError, NotFoundError) as error:
            return await self.end(begun, "refused", error.message, reason=getattr(error, "reason", ""))
        if not found:
            return await self.end(begun, "no_accounts")
        if begun.connection_id is not None:
            return await self._again(begun, actor, found)
        if len(found) > 1:
            return await self.end(begun, "choose", accounts=found)
        return await self.end(begun, "connected", connected=await self._connect(begun.workspace_id, actor, found))

    async def choose(
        self, workspace_id: UUID, browser: Browser, result_id: UUID, actor: Actor, keys: Sequence[str]
    ) -> Result:
        """Connect those of the accounts that were chosen, by their `Offer.key`; once.

        Raises:
            NotFoundError: no such choice, of another browser, made already, or too old.
        """
        rows = await self.connections.db.hot_fetch(
            sql.TAKE_OFFERS, workspace_id, result_id, browser.session_hash, browser.user_id
        )
        if not rows:
            raise NotFoundError("This choice was made already, or is too old. Connect again.")
        found = open_offers(self.connections.sealer, workspace_id, result_id, rows[0]["accounts"])
        chosen = [account for account in found if Offer.key_of(account) in keys]
        report = {"connected": [attrs.asdict(one) for one in await self._connect(workspace_id, actor, chosen)]}
        text = orjson.dumps(report).decode()
        await self.connections.db.hot_fetch(sql.CHOSEN, workspace_id, result_id, text)
        return await self.result(workspace_id, browser, result_id)

    async def result(self, workspace_id: UUID, browser: Browser, result_id: UUID) -> Result:
        """How a dialog of this browser ended. Raises `NotFoundError`."""
        key = (workspace_id, result_id, browser.session_hash, browser.user_id)
        rows = await self.connections.db.hot_fetch(sql.RESULT, *key)
        if not rows:
            raise NotFoundError("There is no such sign-in at a platform any more.")
        row = rows[0]
        report, offers = orjson.loads(row["report"]), list[Offer]()
        if row["accounts"] is not None:
            known = {(one.platform, one.account_id) for one in await self.connections.all_of(workspace_id)}
            offers = offers_of(open_offers(self.connections.sealer, workspace_id, result_id, row["accounts"]), known)
        return Result(
            result_id, row["platform"], row["outcome"], row["message"], report.get("reason", ""), offers,
            [Connected(**one) for one in report.get("connected", [])],
            row["connection_id"] and UUID(bytes=row["connection_id"].bytes), row["return_to"],
        )  # fmt: skip

    async def end(
        self,
        begun: Begun,
        outcome: Outcome,
        message: str = "",
        *,
        reason: str = "",
        accounts: Sequence[Account] = (),
        connected: Sequence[Connected] = (),
    ) -> Result:
        """Keep how a dialog ended, for its page."""
        log.info("consent_ended", platform=begun.platform, outcome=outcome, reason=reason, accounts=len(accounts))
        result_id, report = uuid7(), {"reason": reason, "connected": [attrs.asdict(one) for one in connected]}
        sealer, workspace_id = self.connections.sealer, begun.workspace_id
        sealed = seal_offers(sealer, workspace_id, result_id, accounts) if accounts else None
        key = (workspace_id, result_id, begun.platform, begun.user_id, begun.session_hash)
        text, kept = orjson.dumps(report).decode(), _KEPT if not accounts else LIFETIME
        words = storable(message)
        more = (outcome, words, sealed, text, begun.connection_id, begun.return_to, kept)
        await self.connections.db.hot_fetch(sql.END, *key, *more)
        return Result(
            result_id, begun.platform, outcome, words, reason, offers_of(accounts, ()), list(connected),
            begun.connection_id, begun.return_to,
        )  # fmt: skip

    async def sweep(self) -> None:
        """Forget what is too old."""
        await self.connections.db.hot_fetch(sql.SWEEP_STATES)
        await self.connections.db.hot_fetch(sql.SWEEP_RESULTS)

    async def _accounts(self, begun: Begun, code: str, redirect_uri: str) -> list[Account]:
        """Those of the accounts whose platforms the workspace has."""
        adapter = await self.connections.platforms.of(begun.workspace_id, begun.platform)
        found = await ask(adapter, adapter.accounts(code, redirect_uri))
        here = {platform.name for platform in await self.connections.platforms.all_of(begun.workspace_id)}
        return [account for account in found if account.platform in here]

    async def _again(self, begun: Begun, actor: Actor, found: Sequence[Account]) -> Result:
        """Connect again: the account that it is about, and whichever else was connected before; nothing new."""
        known = {(one.platform, one.account_id): one.id for one in await self.connections.all_of(begun.workspace_id)}
        mine = [account for account in found if (account.platform, account.account_id) in known]
        if begun.connection_id not in {known[account.platform, account.account_id] for account in mine}:
            return await self.end(begun, "other_account")
        return await self.end(begun, "connected", connected=await self._connect(begun.workspace_id, actor, mine))

    async def _connect(self, workspace_id: UUID, actor: Actor, accounts: Sequence[Account]) -> list[Connected]:
        return [await self._connect_one(workspace_id, actor, account) for account in accounts]

    async def _connect_one(self, workspace_id: UUID, actor: Actor, account: Account) -> Connected:
        connection_id, change = await self.connections.store(workspace_id, actor, account)
        adapter, problem = self.connections.platforms.named(account.platform), ""
        try:
            await ask(adapter, adapter.subscribe(account))
        except PlatformError as error:
            problem = error.message.replace(account.token.value, "(token)")
            log.warning("not_subscribed", connection_id=str(connection_id), code=error.code)
        missing = sorted(account.missing)
        return Connected(str(connection_id), account.platform, account.name, change, missing, problem)
