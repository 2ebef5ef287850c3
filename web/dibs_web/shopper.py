"""The customers' frame: who looks at a page as a customer, and pages that show nothing of staff."""

from __future__ import annotations

from typing import Any

import attrs
from quart import Response, g, render_template, request

from dibs.accounts.sessions import csrf_token
from dibs.api.customer_tokens import cookie_token, found_customer, set_customer_cookie
from dibs.customer_access.model import HOME, CustomerPrincipal, Seller
from dibs.runtime import current_runtime
from dibs_web.i18n import choose_language
from dibs_web.rendering import as_response
from dibs_web.security import WITH_PICTURES, guard


@attrs.frozen
class Shopper:
    """The customer in front of a page, and whose customer they are."""

    who: CustomerPrincipal
    seller: Seller
    csrf: str = attrs.field(repr=False)


def known_shopper() -> Shopper | None:
    """The customer, if this request is for their pages and met them already."""
    known = g.get("dibs_shopper")
    return known if isinstance(known, Shopper) else None


async def current_shopper() -> Shopper | None:
    """Who looks at this page as a customer, or None."""
    known = known_shopper()
    who = await found_customer() if known is None else None
    if who is None:
        return known
    token = cookie_token()
    seller = await current_runtime().customer_access.seller(who.workspace_id)
    made = Shopper(who, seller, csrf_token(token) if token else "")
    g.dibs_shopper = made
    choose_language(None)
    return made


def for_customers() -> bool:
    """Whether this request is for a page of customers, be it there or not."""
    return request.path == HOME or request.path.startswith(f"{HOME}/")


async def customer_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page inside the customers' frame; being used keeps the sign-in."""
    shopper = await current_shopper()
    frame = {"shopper": shopper, "seller": shopper and shopper.seller, "csrf": shopper.csrf if shopper else ""}
    response = await as_response(await render_template(template, **frame, **values), status)
    response.headers["Content-Security-Policy"] = WITH_PICTURES
    token = cookie_token()
    if shopper is not None and token is not None:
        set_customer_cookie(response, token, current_runtime().settings)
    return guard(response)
