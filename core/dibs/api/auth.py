"""Who makes this request, and may they: sign-in, permission, CSRF. Every route names what it needs.

A handler is marked `@public`, `@signed_in`, `@needs("shows:read")` or, for customers, `@customer_only`. What is not
marked takes signed-in users only.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

import attrs
import structlog
from quart import Quart, current_app, g, has_websocket_context, request, websocket

from dibs.accounts.permissions import KNOWN, Role
from dibs.accounts.principal import Principal, SessionKind
from dibs.accounts.standing import Standing
from dibs.accounts.tickets import TicketHolder
from dibs.api.cookies import session_token
from dibs.api.csrf import check_csrf, check_origin
from dibs.api.customer_tokens import bearer_token, cookie_token, found_customer, known_customer
from dibs.audit_log import Actor
from dibs.customer_access.model import CustomerPrincipal
from dibs.errors import NotFoundError, UnauthenticatedError, WrongSignInError
from dibs.runtime import Runtime, current_runtime

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[..., Any]

PUBLIC: Final = "(public)"
SIGNED_IN: Final = "(signed in)"
CUSTOMER: Final = "(customer)"
_MARK = "dibs_needs"
_TICKET = "dibs_takes_ticket"
_FROM_PLATFORMS = "dibs_from_platforms"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_SIGNED_IN = "Sign in first."


@attrs.frozen
class Identity:
    """A valid sign-in: who, how, and in which workspace it is now.

    `ask` looks up whether the sign-in still stands, in the workspace named.
    """

    user_id: UUID
    kind: SessionKind
    workspace_id: UUID | None
    ask: Callable[[UUID | None], Awaitable[Standing | None]] = attrs.field(repr=False)
    sign_in_id: UUID | None = None
    session: str | None = attrs.field(default=None, repr=False)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a handler that anybody may call."""
    setattr(view, _MARK, PUBLIC)
    return view


def from_platforms(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a public handler whose senders prove by a signature who they are, wherever they say that they come from."""
    setattr(view, _FROM_PLATFORMS, True)
    return public(view)


def is_from_platforms(endpoint: str | None) -> bool:
    """Whether the handler of an endpoint is one for platforms."""
    return getattr(current_app.view_functions.get(endpoint or ""), _FROM_PLATFORMS, False) is True


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a handler for every signed-in user, in whatever workspace."""
    setattr(view, _MARK, SIGNED_IN)
    return view


def customer_only(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a handler for signed-in customers, and nobody else; `customer()` then says who it is.

    Without a valid sign-in of a customer the answer is 401, to a member 403.
    """
    setattr(view, _MARK, CUSTOMER)
    return view


def needs(permission: str, *, ticket: bool = False) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Let only members with this permission call the handler; `ticket` lets a stream ticket prove it as well.

    In the handler, `principal()` says who calls. A path with `<workspace_id>` is about that workspace.
    """
    if permission not in KNOWN:
        raise KeyError(permission)

    def mark(view: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(view)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            named = kwargs.get("workspace_id")
            await require(permission, named if isinstance(named, UUID) else None, ticket=ticket)
            return await view(*args, **kwargs)

        setattr(guarded, _MARK, permission)
        setattr(guarded, _TICKET, ticket)
        return guarded

    return mark


def needs_of(view: View) -> str | None:
    """What a handler says that it needs: a permission, `(public)`, `(signed in)`, `(customer)`; None if nothing."""
    marked = getattr(view, _MARK, None)
    if isinstance(marked, str):
        return marked
    code = getattr(view, "__code__", None)
    if code is not None and "require" in code.co_names:
        return next((text for text in code.co_consts if isinstance(text, str) and text in KNOWN), None)
    return None


def takes_ticket(view: View) -> bool:
    """Whether a stream ticket opens this handler as well."""
    return getattr(view, _TICKET, False) is True


async def require(permission: str, workspace_id: UUID | None = None, *, ticket: bool = False) -> Principal:
    """Who makes this request, if they may.

    The workspace is `workspace_id`, else the header `X-Dibs-Workspace`, else that of the sign-in.

    Raises:
        UnauthenticatedError: nobody is signed in, or the sign-in has ended.
        NotFoundError: not a member of that workspace.
        ForbiddenError: the role does not carry the permission.
    """
    who = await _by_ticket() if ticket else None
    if who is None:
        identity = await current_identity()
        who = await _member(identity, workspace_id or _named_workspace())
    g.dibs_principal = who
    who.demand(permission)
    return who


def principal() -> Principal:
    """Who makes this request, as found by `require` or `@needs`."""
    found = g.get("dibs_principal")
    if not isinstance(found, Principal):
        raise UnauthenticatedError(_NOT_SIGNED_IN)
    return found


def actor() -> Actor:
    """Who makes this request, for the audit log. The first one carries what the idempotency key makes of it."""
    who = principal()
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return Actor(who.user_id, who.name, request_id, g.pop("dibs_request_key", None))


def customer() -> CustomerPrincipal:
    """The customer who makes this request of a `@customer_only` route."""
    found = known_customer()
    if found is None:
        raise UnauthenticatedError(_NOT_SIGNED_IN)
    return found


def customer_actor() -> Actor:
    """The customer who makes this request, for the audit log: by name, for they are no user."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return Actor(None, customer().name, request_id, g.pop("dibs_request_key", None))


async def require_customer() -> CustomerPrincipal:
    """The customer who makes this request, by cookie or header; a cookie needs the CSRF token for what writes.

    Raises:
        UnauthenticatedError: nobody is signed in, or the sign-in has ended.
        WrongSignInError: a member is.
        ForbiddenError: the request comes from elsewhere.
    """
    found = await found_customer()
    if found is None:
        await current_identity()
        raise WrongSignInError("This is for customers; you are signed in as a member.", reason="member")
    token = cookie_token()
    if token is not None and request.method not in _SAFE:
        await check_csrf(request, token)
    return found


async def optional_principal() -> Principal | None:
    """Who makes this request, or None: nobody signed in, or no member of the workspace. Never an error."""
    try:
        return await _member(await current_identity(), _named_workspace())
    except (UnauthenticatedError, NotFoundError):
        return None


async def current_identity() -> Identity:
    """The sign-in of this request, whatever the workspace. Raises `UnauthenticatedError`."""
    known = g.get("dibs_identity")
    if isinstance(known, Identity):
        return known
    runtime, headers = current_runtime(), _connection().headers
    if "Authorization" in headers:
        identity = await _by_bearer(runtime, headers["Authorization"])
    else:
        identity = await _by_cookie(runtime)
    g.dibs_identity = identity
    structlog.contextvars.bind_contextvars(user_id=str(identity.user_id))
    return identity


def standing_check(who: Principal) -> Callable[[], Awaitable[bool]]:
    """A function for a long stream to ask, now and then, whether its sign-in and membership still stand."""
    identity, ticket, runtime = g.get("dibs_identity"), g.get("dibs_ticket"), current_runtime()

    async def still_stands() -> bool:
        if isinstance(ticket, TicketHolder):
            standing = await runtime.accounts.standings.of_ticket(ticket)
        elif isinstance(identity, Identity):
            standing = await identity.ask(who.workspace_id)
        else:
            standing = await runtime.accounts.standings.of_member(who.user_id, who.workspace_id)
        return standing is not None and standing.role is not None

    return still_stands


def install(app: Quart) -> None:
    """Refuse unsafe requests of other sites, and every request without sign-in to what is not public."""
    app.before_request(_guard_request)
    app.before_websocket(_guard_websocket)


async def _guard_request() -> None:
    if is_from_platforms(request.endpoint):
        return
    if request.method not in _SAFE and "Authorization" not in request.headers:
        check_origin(request, current_runtime().settings)
    if is_for_customers(request.endpoint):
        await require_customer()
    elif not _open_to_all(request.endpoint):
        await current_identity()


def is_for_customers(endpoint: str | None) -> bool:
    """Whether the handler of an endpoint is one for customers."""
    return getattr(current_app.view_functions.get(endpoint or ""), _MARK, None) == CUSTOMER


async def _guard_websocket() -> None:
    if not _open_to_all(websocket.endpoint):
        await current_identity()


def _open_to_all(endpoint: str | None) -> bool:
    """No such route, files that everybody may read, marked public, or a stream that is opened by a ticket."""
    view = current_app.view_functions.get(endpoint or "")
    if view is None or endpoint == "static" or (endpoint or "").endswith(".static"):
        return True
    return needs_of(view) == PUBLIC or (takes_ticket(view) and "ticket" in _connection().args)


async def _by_bearer(runtime: Runtime, header: str) -> Identity:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("The Authorization header must be 'Bearer <access token>'.")
    if bearer_token() is not None:
        raise await _no_member("This sign-in has ended.")
    claims = runtime.accounts.access_tokens.read(token.strip())
    ask = functools.partial(runtime.accounts.standings.of_bearer, claims)
    if await ask(None) is None:
        raise UnauthenticatedError("This sign-in has ended.")
    return Identity(claims.user_id, "bearer", claims.workspace_id, ask, sign_in_id=claims.sign_in_id)


async def _by_cookie(runtime: Runtime) -> Identity:
    token = session_token(_connection(), runtime.settings)
    if token is None:
        raise await _no_member(_NOT_SIGNED_IN)
    ask = functools.partial(runtime.accounts.standings.of_cookie, token)
    standing = await ask(None)
    if standing is None:
        raise UnauthenticatedError("This sign-in has ended.")
    runtime.accounts.sessions.seen(token)
    if not has_websocket_context() and request.method not in _SAFE:
        await check_csrf(request, token)
    return Identity(standing.user_id, "cookie", standing.workspace_id, ask, session=token)


async def _no_member(words: str) -> UnauthenticatedError:
    """Nobody is signed in, or only a customer, which is another thing."""
    if await found_customer() is not None:
        return WrongSignInError(
            "This is for members of the workspace; you are signed in as a customer.", reason="customer"
        )
    return UnauthenticatedError(words)


async def _by_ticket() -> Principal | None:
    token = _connection().args.get("ticket")
    if token is None:
        return None
    accounts = current_runtime().accounts
    ticket = await accounts.tickets.redeem(token)
    if ticket is None or await accounts.standings.of_ticket(ticket) is None:
        raise UnauthenticatedError("The ticket is not valid: each is good once, for 30 seconds.")
    g.dibs_ticket = ticket
    structlog.contextvars.bind_contextvars(user_id=str(ticket.who.user_id))
    return ticket.who


async def _member(identity: Identity, workspace_id: UUID | None) -> Principal:
    standing = await identity.ask(workspace_id)
    if standing is None:
        raise UnauthenticatedError("This sign-in has ended.")
    if standing.workspace_id is None or standing.role is None:
        raise NotFoundError("There is no such workspace.")
    return _as_principal(standing, standing.workspace_id, standing.role, identity.kind)


def _as_principal(standing: Standing, workspace_id: UUID, role: Role, kind: SessionKind) -> Principal:
    return Principal(standing.user_id, workspace_id, role, kind, standing.name, standing.instance_operator)


def _named_workspace() -> UUID | None:
    text = _connection().headers.get("X-Dibs-Workspace")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is no such workspace.") from None


def _connection() -> Any:
    """The request or the WebSocket; both have headers, cookies and args."""
    return websocket if has_websocket_context() else request
