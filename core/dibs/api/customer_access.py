"""How customers come in: staff give and end access; customers sign in and out."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.accounts.sessions import csrf_token
from dibs.api.auth import actor, customer, customer_only, needs, principal, public
from dibs.api.body import read_body
from dibs.api.customer_tokens import bearer_token, clear_customer_cookie, cookie_token, set_customer_cookie
from dibs.api.operation import operation
from dibs.api.requests import client_address
from dibs.codec import unstructure
from dibs.customer_access import AccessGiven, AccessState
from dibs.customer_access.service import HOURS
from dibs.errors import FieldFault, InvalidInputError
from dibs.runtime import current_runtime

blueprint = Blueprint("customer_access", __name__)
_ACCESS = "/api/customers/<uuid:customer_id>/access"


@attrs.frozen
class GiveAccess:
    """For how long the way in is good."""

    hours: int = attrs.field(default=HOURS, validator=[attrs.validators.ge(1), attrs.validators.le(168)])


@attrs.frozen
class CustomerSignIn:
    """The token of a link, or a code.

    Attributes:
        token, code: one of them.
        bearer: answer with a token for the `Authorization` header, and set no cookie; for apps.
    """

    token: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(200)), repr=False
    )
    code: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(40)), repr=False
    )
    bearer: bool = False


@attrs.frozen
class PortalAccount:
    """Who is signed in.

    Attributes:
        name: of the customer.
        seller: whose customer that is.
        csrf_token: what writes from a browser need in `X-CSRF-Token`; null with a token in the header.
        access_token: for the header, if it was asked for at the sign-in.
    """

    name: str
    seller: str
    csrf_token: str | None
    access_token: str | None = attrs.field(default=None, repr=False)


@blueprint.get(_ACCESS)
@needs("orders:read")
@operation("See the access of a customer", answer=AccessState)
async def get_access(customer_id: UUID) -> Response:
    """On how many devices the customer is signed in, and whether a way in is open."""
    access, workspace_id = current_runtime().customer_access, principal().workspace_id
    await access.check(workspace_id, customer_id)
    return jsonify(unstructure(await access.state(workspace_id, customer_id)))


@blueprint.post(_ACCESS)
@needs("orders:create")
@operation("Make a way in for a customer", body=GiveAccess, body_optional=True, answer=AccessGiven, status=201)
async def give_access(customer_id: UUID) -> tuple[Response, int]:
    """A link and a code to send to the customer: either opens the portal, once. They are told only now.

    A way in that was made before and not used is closed. Answers 409 while the portal is off for the customer.
    """
    given = await read_body(GiveAccess) if await request.get_data() else GiveAccess()
    access = current_runtime().customer_access
    made = await access.give(principal().workspace_id, customer_id, actor(), given.hours)
    return jsonify(unstructure(made)), 201


@blueprint.delete(_ACCESS)
@needs("orders:create")
@operation("End the access of a customer", answer=None, status=204)
async def end_access(customer_id: UUID) -> tuple[str, int]:
    """Sign the customer out everywhere and close every way in. The portal stays on: a new way in can be made."""
    await current_runtime().customer_access.end(principal().workspace_id, customer_id, actor())
    return "", 204


@blueprint.post("/api/portal/sign-in")
@public
@operation("Sign a customer in", body=CustomerSignIn, answer=PortalAccount, errors=(403, 404))
async def sign_in() -> Response:
    """With the token of a link or with a code. Each is good once; what opens nothing is a 404, whatever the reason."""
    given, runtime = await read_body(CustomerSignIn), current_runtime()
    if (given.token is None) == (given.code is None):
        raise InvalidInputError("Give a token or a code.", [FieldFault("token", "give either this or a code")])
    if given.token is not None:
        token, who = await runtime.customer_access.by_token(given.token, client_address())
    else:
        token, who = await runtime.customer_access.by_code(given.code or "", client_address())
    seller = await runtime.customer_access.seller(who.workspace_id)
    if given.bearer:
        return jsonify(unstructure(PortalAccount(who.name, seller.name, None, token)))
    response = jsonify(unstructure(PortalAccount(who.name, seller.name, csrf_token(token))))
    set_customer_cookie(response, token, runtime.settings)
    return response


@blueprint.post("/api/portal/sign-out")
@customer_only
@operation("Sign a customer out", answer=None, status=204)
async def sign_out() -> Response:
    """End the sign-in of this request."""
    runtime = current_runtime()
    await runtime.customer_access.sign_ins.end(bearer_token() or cookie_token() or "")
    response = Response(b"", 204)
    clear_customer_cookie(response, runtime.settings)
    return response


@blueprint.get("/api/portal/me")
@customer_only
@operation("See which customer is signed in", answer=PortalAccount)
async def me() -> Response:
    """Who, and whose customer."""
    seller, token = await current_runtime().customer_access.seller(customer().workspace_id), cookie_token()
    return jsonify(unstructure(PortalAccount(customer().name, seller.name, csrf_token(token) if token else None)))
