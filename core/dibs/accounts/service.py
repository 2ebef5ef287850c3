"""Accounts as the rest of Dibs sees them: registration, the ways to sign in, and who is behind a token."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import attrs
import structlog

from dibs.accounts.access import AccessClaims, AccessTokens
from dibs.accounts.acting import note_everywhere
from dibs.accounts.challenges import Challenges
from dibs.accounts.factor_setup import FactorSetup
from dibs.accounts.fields import email_key
from dibs.accounts.invitations import Invitations
from dibs.accounts.limits import RateLimits
from dibs.accounts.links import Redeemed, SignInLinks
from dibs.accounts.members import Members
from dibs.accounts.model import Registration, User, Workspace
from dibs.accounts.own_account import OwnAccount
from dibs.accounts.passkeys import Passkeys
from dibs.accounts.passwords import Passwords
from dibs.accounts.principal import Principal
from dibs.accounts.recovery import RecoveryCodes
from dibs.accounts.refresh import RefreshTokens, SignIn
from dibs.accounts.relying_party import relying_party
from dibs.accounts.second_factors import SecondFactors
from dibs.accounts.secrets import load_secrets, token_hash
from dibs.accounts.sessions import WebSessions
from dibs.accounts.sign_ins import Opening, SignIns
from dibs.accounts.standing import Standings
from dibs.accounts.sweeper import Sweeper
from dibs.accounts.tickets import StreamTickets
from dibs.accounts.totp import Totp
from dibs.accounts.users import BY_INVITATION, Stored, Users
from dibs.accounts.workspaces import Workspaces
from dibs.audit_log import Actor, record
from dibs.db import Database
from dibs.errors import BadCredentialsError, ForbiddenError, NotFoundError
from dibs.settings import Settings

log = structlog.get_logger("dibs.accounts")
CLOSED = "Accounts are made by whoever runs this server. Ask them for one."
_IS_MEMBER = "SELECT 1 FROM members WHERE workspace_id = $1 AND user_id = $2"
_DAILY = 100
"""Answers to a user's second step that are heard in a day: a guesser of six digits needs thousands of days."""


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
    invitations: Invitations = attrs.field(init=False)
    sign_ins: SignIns = attrs.field(init=False)
    second_factors: SecondFactors = attrs.field(init=False)
    factor_setup: FactorSetup = attrs.field(init=False)
    own: OwnAccount = attrs.field(init=False)
    _access: AccessTokens | None = attrs.field(default=None, init=False)
    _sweeper: Sweeper = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        lifetime = timedelta(days=self.settings.refresh_days)
        self.users, self.workspaces = Users(self.db), Workspaces(self.db)
        self.standings = Standings(self.db)
        self.members = Members(self.db, self.standings)
        self.refresh_tokens = RefreshTokens(self.db, lifetime)
        self.sessions = WebSessions(self.db, lifetime)
        self.links, self.tickets = SignInLinks(self.db), StreamTickets(self.db)
        self.limits = RateLimits(self.db, self.settings.attempts_per_minute)
        self.invitations = Invitations(self.db, self.standings)
        self.sign_ins = SignIns(self.db)
        self.second_factors = SecondFactors(
            self.db,
            Totp(self.db),
            RecoveryCodes(self.db),
            Passkeys(self.db, relying_party(self.settings)),
            Challenges(self.db),
            self.limits,
            RateLimits(self.db, _DAILY, 86400.0),
        )
        self.factor_setup = FactorSetup(self.second_factors)
        kept = (self.limits, self.refresh_tokens, self.sessions, self.links, self.tickets)
        sweeps = [part.sweep for part in (*kept, self.second_factors.challenges)]
        self._sweeper = Sweeper(self.sessions.write_seen, sweeps)
        self.own = OwnAccount(self.db, self.users, self.passwords, self.sign_ins, self.standings, self.limits)

    async def start(self) -> None:
        """Load the secret key and begin to sweep out what has expired."""
        secrets = await asyncio.to_thread(load_secrets, self.settings)
        self._access = AccessTokens(secrets[0], self.settings.access_minutes)
        self.second_factors.totp.sealer.load(*secrets)
        self._sweeper.start()

    async def close(self) -> None:
        """Stop sweeping."""
        await self._sweeper.close()

    @property
    def access_tokens(self) -> AccessTokens:
        """Issues and reads access tokens, once started."""
        assert self._access is not None, "accounts are not started"
        return self._access

    async def may_register(self) -> bool:
        """Whether somebody without an invitation may make an account now."""
        setting = self.settings.registration
        return setting == "open" or (setting == "invited" and not await self.users.anybody())

    async def register(self, new: Registration, address: str, request_id: str | None = None) -> tuple[User, Workspace]:
        """Make an account with a workspace: the one of the invitation, else one of its own.

        Raises:
            RateLimitedError: too many registrations from this address, or of this e-mail address.
            ForbiddenError: accounts are not made in this way here.
            DuplicateError: the e-mail address has an account already.
        """
        await self.limits.take(f"register:address:{address}", f"register:email:{_short(new.email)}")
        setting = self.settings.registration
        if setting == "closed":
            raise ForbiddenError(CLOSED, reason="registration")
        if new.invitation is None and not await self.may_register():
            raise ForbiddenError(BY_INVITATION, reason="registration")
        only_first = new.invitation is None and setting == "invited"
        password_hash = await self.passwords.hash(new.password)
        made = await self.users.create(new, password_hash, only_first=only_first, request_id=request_id)
        self.standings.forget()
        return made

    async def sign_in(self, email: str, password: str, address: str) -> User:
        """The user with this e-mail address and password. Whether a second step follows is asked afterwards.

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
        log.info("password_accepted", user_id=str(stored.user.id), address=address)
        return stored.user

    async def open_sign_in(
        self, user_id: UUID, workspace_id: UUID | None = None, opening: Opening | None = None
    ) -> SignIn:
        """Sign an API client in, to the named workspace or the user's first.

        Raises:
            NotFoundError: the user is no member of that workspace.
            ForbiddenError: the user is in no workspace.
        """
        place = await self._workspace_of(user_id, workspace_id)
        if place is None:
            raise ForbiddenError("You are not a member of any workspace.")
        return await self.refresh_tokens.open(user_id, place, opening)

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

    async def open_session(
        self, user_id: UUID, workspace_id: UUID | None = None, opening: Opening | None = None
    ) -> str:
        """Sign a browser in, to the named workspace or the user's first, if any; the token for the cookie."""
        return await self.sessions.open(user_id, await self._workspace_of(user_id, workspace_id), opening)

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

    async def link_by_command(self, user_id: UUID, target: str) -> str:
        """A sign-in link that the command line makes; it stands in the log of each of the user's workspaces."""
        async with self.db.transaction(), self.db.raw() as connection:
            await note_everywhere(connection, user_id, "member.sign_in_link_made", Actor.system("Command line"))
        return await self.links.create(user_id, None, target)

    async def link_for_member(self, workspace_id: UUID, actor: Actor, user_id: UUID) -> str:
        """A sign-in link for a member who forgot the password; leads to where they set another one.

        Raises:
            NotFoundError: no such member.
        """
        async with self.db.transaction(), self.db.raw() as connection:
            if await connection.fetchval(_IS_MEMBER, workspace_id, user_id) is None:
                raise NotFoundError("There is no such member.")
            await record(
                connection, workspace_id, actor, "member.sign_in_link_made", entity="member", entity_id=user_id
            )
        return await self.links.create(user_id, workspace_id, "/account")

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
        async with self.db.transaction(), self.db.raw() as connection:
            if await self.users.disable(connection, user_id):
                await note_everywhere(connection, user_id, "account.disabled", Actor.system("Command line"))
        self.standings.forget()

    async def reset_second_factor(self, user_id: UUID) -> None:
        """Take every second factor of a user away, and end every sign-in; only the command line does that."""
        await self.factor_setup.reset(user_id)
        await self.sign_ins.end_all(user_id)
        self.standings.forget()

    async def _workspace_of(self, user_id: UUID, workspace_id: UUID | None) -> UUID | None:
        if workspace_id is None:
            return await self.users.first_workspace(user_id)
        if workspace_id not in {place.id for place in await self.workspaces.of_user(user_id)}:
            raise NotFoundError("There is no such workspace.")
        return workspace_id

    async def _strengthen(self, stored: Stored, password: str) -> None:
        old = stored.password_hash
        if old is not None and self.passwords.outdated(old):
            await self.users.replace_hash(stored.user.id, old, await self.passwords.hash(password))


def _short(text: str) -> str:
    """A key of bounded length that says nothing in a dump."""
    return token_hash(email_key(text)).hex()[:32]
