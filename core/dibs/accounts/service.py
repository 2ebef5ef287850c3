"""Accounts as the rest of Dibs sees them: registration, the ways to sign in, and who is behind a token."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import attrs
import structlog

from dibs.accounts.access import AccessClaims, AccessTokens
from dibs.accounts.fields import email_key
from dibs.accounts.limits import RateLimits
from dibs.accounts.links import Redeemed, SignInLinks
from dibs.accounts.members import Members
from dibs.accounts.model import Registration, User, Workspace
from dibs.accounts.passwords import Passwords
from dibs.accounts.principal import Principal
from dibs.accounts.refresh import RefreshTokens, SignIn
from dibs.accounts.secrets import load_secret, token_hash
from dibs.accounts.sessions import WebSessions
from dibs.accounts.standing import Standings
from dibs.accounts.tickets import StreamTickets
from dibs.accounts.users import Stored, Users
from dibs.accounts.workspaces import Workspaces
from dibs.db import Database
from dibs.errors import BadCredentialsError, ForbiddenError, NotFoundError
from dibs.settings import Settings

log = structlog.get_logger("dibs.accounts")
_SWEEP_SECONDS = 600.0


@attrs.define(eq=False)
class Accounts:
    """People, workspaces, members, and the ways to sign in."""

    db: Database
    settings: Settings
    users: Users = attrs.field(init=False)
    workspaces: Workspaces = attrs.field(init=False)
    members: Members = attrs.field(init=False)
    passwords: Passwords = attrs.field(factory=Passwords, init=False)
    refresh_tokens: RefreshTokens = attrs.field(init=False)
    sessions: WebSessions = attrs.field(init=False)
    links: SignInLinks = attrs.field(init=False)
    tickets: StreamTickets = attrs.field(init=False)
    standings: Standings = attrs.field(init=False)
    limits: RateLimits = attrs.field(init=False)
    _access: AccessTokens | None = attrs.field(default=None, init=False)
    _sweeper: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        lifetime = timedelta(days=self.settings.refresh_days)
        self.users, self.workspaces = Users(self.db), Workspaces(self.db)
        self.standings = Standings(self.db)
        self.members = Members(self.db, self.standings)
        self.refresh_tokens = RefreshTokens(self.db, lifetime)
        self.sessions = WebSessions(self.db, lifetime)
        self.links, self.tickets = SignInLinks(self.db), StreamTickets(self.db)
        self.limits = RateLimits(self.db, self.settings.attempts_per_minute)

    async def start(self) -> None:
        """Load the secret key and begin to sweep out what has expired."""
        secret = await asyncio.to_thread(load_secret, self.settings)
        self._access = AccessTokens(secret, self.settings.access_minutes)
        self._sweeper = asyncio.create_task(self._sweep(), name="accounts sweeper")

    async def close(self) -> None:
        """Stop sweeping."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    @property
    def access_tokens(self) -> AccessTokens:
        """Issues and reads access tokens, once started."""
        assert self._access is not None, "accounts are not started"
        return self._access

    async def register(self, new: Registration, address: str) -> tuple[User, Workspace]:
        """Make an account with a first workspace.

        Raises:
            RateLimitedError: too many registrations from this address, or of this e-mail address.
            DuplicateError: the e-mail address has an account already.
        """
        await self.limits.take(f"register:address:{address}", f"register:email:{_short(new.email)}")
        return await self.users.create(new, await self.passwords.hash(new.password))

    async def sign_in(self, email: str, password: str, address: str) -> User:
        """The user with this e-mail address and password.

        Raises:
            RateLimitedError: too many attempts from this address, or for this account.
            BadCredentialsError: told in the same way, after the same work, whatever was wrong.
        """
        await self.limits.take(f"sign_in:address:{address}", f"sign_in:email:{_short(email)}")
        stored = await self.users.stored(email)
        right = await self.passwords.verify(stored.password_hash if stored else None, password)
        if stored is None or not right or stored.disabled:
            log.warning("sign_in_failed", address=address)
            raise BadCredentialsError("The e-mail address or the password is wrong.")
        await self._strengthen(stored, password)
        log.info("signed_in", user_id=str(stored.user.id), address=address)
        return stored.user

    async def open_sign_in(self, user_id: UUID, workspace_id: UUID | None = None) -> SignIn:
        """Sign an API client in, to the named workspace or the user's first. Raises `NotFoundError`."""
        return await self.refresh_tokens.open(user_id, await self._workspace_of(user_id, workspace_id))

    async def refresh(self, token: str, address: str) -> SignIn:
        """Exchange a refresh token.

        Raises:
            RateLimitedError: too many attempts from this address, or for this sign-in.
            UnauthenticatedError: not valid; if it was used before, the whole sign-in ends.
        """
        await self.limits.take(f"refresh:address:{address}", f"refresh:sign_in:{_short(token.partition('.')[0])}")
        try:
            return await self.refresh_tokens.rotate(token)
        finally:
            self.standings.forget()

    def access_token(self, sign_in: SignIn) -> str:
        """An access token of this sign-in."""
        return self.access_tokens.issue(AccessClaims(sign_in.user_id, sign_in.workspace_id, sign_in.id))

    async def open_session(self, user_id: UUID, workspace_id: UUID | None = None) -> str:
        """Sign a browser in, to the named workspace or the user's first; returns the token for the cookie."""
        return await self.sessions.open(user_id, await self._workspace_of(user_id, workspace_id))

    async def close_session(self, token: str) -> None:
        """Sign a browser out."""
        await self.sessions.close(token)
        self.standings.forget()

    async def session_principal(self, token: str, workspace_id: UUID | None = None) -> Principal | None:
        """Who is behind a session token, in the session's workspace or in the one named.

        None if the session has ended or the user is no member there.
        """
        standing = await self.standings.of_cookie(token, workspace_id)
        if standing is None or standing.workspace_id is None or standing.role is None:
            return None
        return Principal(
            standing.user_id, standing.workspace_id, standing.role, "cookie", standing.name, standing.instance_operator
        )

    async def create_sign_in_link(self, user_id: UUID, workspace_id: UUID | None = None, target: str = "/") -> str:
        """The token for the address `/sign-in/<token>`: good once, for 15 minutes, leads to the path
        `target`."""
        return await self.links.create(user_id, workspace_id, target)

    async def redeem_link(self, token: str, address: str) -> Redeemed | None:
        """Use a sign-in link up. None if there is none, it was used, or it is too old."""
        await self.limits.take(f"link:address:{address}")
        return await self.links.redeem(token)

    async def user_id(self, email: str) -> UUID:
        """The user with this e-mail address, for the command line. Raises `NotFoundError`."""
        stored = await self.users.stored(email)
        if stored is None:
            raise NotFoundError("Nobody has an account with this e-mail address.")
        return stored.user.id

    async def disable(self, user_id: UUID) -> None:
        """Close a user's account: no new sign-in, and every open one ends."""
        await self.users.disable(user_id)
        self.standings.forget()

    async def _workspace_of(self, user_id: UUID, workspace_id: UUID | None) -> UUID:
        if workspace_id is None:
            workspace_id = await self.users.first_workspace(user_id)
            if workspace_id is None:
                raise ForbiddenError("You are not a member of any workspace.")
        elif workspace_id not in {place.id for place in await self.workspaces.of_user(user_id)}:
            raise NotFoundError("There is no such workspace.")
        return workspace_id

    async def _strengthen(self, stored: Stored, password: str) -> None:
        old = stored.password_hash
        if old is not None and self.passwords.outdated(old):
            await self.users.replace_hash(stored.user.id, old, await self.passwords.hash(password))

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                for part in (self.limits, self.refresh_tokens, self.sessions, self.links, self.tickets):
                    await part.sweep()
            except Exception as error:  # the next round tries again
                log.warning("sweep_failed", problem=repr(error))


def _short(text: str) -> str:
    """A key of bounded length that says nothing in a dump."""
    return token_hash(email_key(text)).hex()[:32]
