"""Where platforms send by themselves: handshakes, deliveries that are verified, stored and answered at once, and what
people ask of them: to let go of their accounts, to forget them."""

from __future__ import annotations

from datetime import datetime

import structlog
from quart import Blueprint, Response, jsonify, request

from dibs.api.auth import from_platforms, public
from dibs.clock import utc_now
from dibs.errors import FieldFault, ForbiddenError, InvalidInputError, NotFoundError
from dibs.models.platform import Platform, WebhookRequest
from dibs.runtime import Runtime, current_runtime

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
log = structlog.get_logger("dibs.webhooks")


@blueprint.get("/<platform>")
@public
async def confirm_webhook(platform: str) -> Response:
    """The challenge of the platform, exactly as it was sent, if it knows the verify token; otherwise 403."""
    adapter = _adapter(current_runtime(), platform)
    try:
        answer = adapter.handshake(request.args.to_dict())
    except Exception as error:
        log.warning("handshake_failed", platform=platform, problem=type(error).__name__)
        answer = None
    if answer is None:
        raise ForbiddenError("This is not a handshake that is expected here.")
    return Response(answer, content_type="text/plain; charset=utf-8")


@blueprint.post("/<platform>")
@from_platforms
async def take_webhook(platform: str) -> Response:
    """200 when the delivery is stored. 403 without a good signature, and nothing is stored; 503 asks for it again."""
    runtime = current_runtime()
    adapter, body = _adapter(runtime, platform), await request.get_data(as_text=False)
    assert isinstance(body, bytes)
    # A header that is sent twice is no header that a platform sends: joined, it fails the comparison.
    headers = {name.lower(): ", ".join(request.headers.getlist(name)) for name in set(request.headers.keys())}
    delivery = WebhookRequest(body, headers, utc_now())
    if not _verified(adapter, delivery):
        runtime.webhook_counters.refused.labels(adapter.name).inc()
        raise ForbiddenError("The signature is missing or wrong.")
    await runtime.webhooks.put(adapter.name, delivery)
    runtime.webhook_counters.received.labels(adapter.name).inc()
    return Response("", content_type="text/plain; charset=utf-8")


@blueprint.post("/<platform>/deauthorize")
@from_platforms
async def deauthorize(platform: str) -> Response:
    """A person took the access back: their connections lose their tokens at once, in every workspace."""
    runtime = current_runtime()
    adapter, user_id, issued_at = await _signed(runtime, platform)
    await runtime.erasures.deauthorize(adapter.name, user_id, issued_at)
    return Response("", content_type="text/plain; charset=utf-8")


@blueprint.post("/<platform>/data-deletion")
@from_platforms
async def ask_for_deletion(platform: str) -> Response:
    """A person wants to be forgotten: answers with a code, and the page that tells how far it is."""
    runtime = current_runtime()
    adapter, user_id, _ = await _signed(runtime, platform)
    code = await runtime.erasures.ask(adapter.name, user_id)
    return jsonify({"url": f"{runtime.settings.origin}/deletion?code={code}", "confirmation_code": code})


async def _signed(runtime: Runtime, name: str) -> tuple[Platform, str, datetime | None]:
    """The adapter, the user id in the form's signed request, and when that was issued.

    Raises:
        InvalidInputError: it is not signed.
    """
    adapter = runtime.platforms.named(name)
    issued_at: datetime | None = None
    given = (await request.form).getlist("signed_request")
    try:
        user_id = adapter.signed_user(given[0]) if len(given) == 1 else ""
        issued_at = adapter.signed_at(given[0]) if user_id else None
    except Exception as error:
        log.warning("signed_request_refused", platform=name, problem=type(error).__name__)
        user_id = ""
    if not isinstance(user_id, str) or not user_id:
        fault = FieldFault("signed_request", "is not signed by the platform")
        raise InvalidInputError("The request is not signed by the platform.", [fault])
    return adapter, user_id, issued_at


def _adapter(runtime: Runtime, name: str) -> Platform:
    """The adapter that an address names. Raises `NotFoundError` if it takes no webhooks."""
    adapter = runtime.platforms.named(name)
    if not adapter.abilities.webhooks:
        raise NotFoundError("There is no such platform.", platform=name)
    return adapter


def _verified(adapter: Platform, delivery: WebhookRequest) -> bool:
    """Whether the adapter vouches for it; one that raises does not."""
    try:
        return adapter.verified(delivery) is True
    except Exception as error:
        log.warning("verification_failed", platform=adapter.name, problem=type(error).__name__)
        return False
