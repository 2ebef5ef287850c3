"""Subscriptions: of an app to a kind of object, and of an app to one Page or account."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.errors import bad_parameter, known_error
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.instagram import check_account
from dibs_meta_simulator.graph.registry import edge
from dibs_meta_simulator.model.apps import App, Subscription
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.model.tokens import Kind
from dibs_meta_simulator.webhooks.handshake import shake_hands

FIELDS = {
    "page": {"feed", "live_videos", "messages", "mention", "ratings", "videos", "conversations"},
    "instagram": {
        "comments",
        "live_comments",
        "mentions",
        "message_reactions",
        "messages",
        "messaging_optins",
        "messaging_postbacks",
        "messaging_referral",
        "messaging_seen",
        "message_edit",
        "standby",
        "story_insights",
    },
    "user": {"email", "name"},
    "permissions": {"connected", "pages_show_list"},
}


@edge(App, "POST", "subscriptions")
async def subscribe_app(call: Call, app: App) -> Any:
    """Subscribe; the callback is asked for a handshake first."""
    _own_app(call, app)
    kind, url = call.choice("object", "", *FIELDS), call.needed("callback_url")
    subscription = Subscription(kind, url, call.text("verify_token") or "", _fields(call, kind, "fields"))
    subscription.include_values = call.text("include_values") == "true"
    await shake_hands(subscription)
    app.subscriptions[kind] = subscription
    return {"success": True}


@edge(App, "GET", "subscriptions")
def app_subscriptions(call: Call, app: App) -> Any:
    """What the app listens to."""
    _own_app(call, app)
    return {
        "data": [
            {
                "object": one.object,
                "callback_url": one.callback_url,
                "active": one.active,
                "fields": [{"name": name, "version": app.default_version} for name in sorted(one.fields)],
            }
            for one in app.subscriptions.values()
        ]
    }


@edge(App, "DELETE", "subscriptions")
def unsubscribe_app(call: Call, app: App) -> Any:
    """Stop one kind of object, or all."""
    _own_app(call, app)
    kind = call.text("object")
    for name in [name for name in app.subscriptions if kind in (None, name)]:
        del app.subscriptions[name]
    return {"success": True}


@edge(Page, "POST", "subscribed_apps")
def subscribe_page(call: Call, page: Page) -> Any:
    """The app hears of this Page, and of the Instagram account behind it."""
    call.page_only(page.id)
    call.need(("pages_manage_metadata",), code=200)
    page.subscribed.setdefault(call.app.id, set()).update(_fields(call, "page", "subscribed_fields"))
    return {"success": True}


@edge(Account, "POST", "subscribed_apps")
def subscribe_account(call: Call, account: Account) -> Any:
    """The app hears of this account; whatever the fields, it receives all that the app subscribes to."""
    _check(call, account)
    account.subscribed.setdefault(call.app.id, set()).update(_fields(call, "instagram", "subscribed_fields"))
    return {"success": True}


@edge(Page, "GET", "subscribed_apps")
@edge(Account, "GET", "subscribed_apps")
def subscribed(call: Call, node: Page | Account) -> Any:
    """Whether the app hears of it."""
    _check(call, node)
    fields = node.subscribed.get(call.app.id)
    if fields is None:
        return {"data": []}
    return {"data": [{"name": call.app.name, "id": call.app.id, "subscribed_fields": sorted(fields)}]}


@edge(Page, "DELETE", "subscribed_apps")
@edge(Account, "DELETE", "subscribed_apps")
def unsubscribe(call: Call, node: Page | Account) -> Any:
    """The app hears nothing of it any more."""
    _check(call, node)
    node.subscribed.pop(call.app.id, None)
    return {"success": True}


def _check(call: Call, node: Page | Account) -> None:
    if isinstance(node, Page):
        call.page_only(node.id)
        call.need(("pages_manage_metadata",), code=200)
    else:
        check_account(call, node)
        call.need(("instagram_manage_comments",), ("instagram_business_manage_comments",))


def _own_app(call: Call, app: App) -> None:
    if call.token.kind is not Kind.APP or call.app is not app:
        raise known_error(190, message="This method must be called with an app access_token.")


def _fields(call: Call, kind: str, name: str) -> set[str]:
    value = call.params.get(name)
    names = value if isinstance(value, list) else (call.text(name) or "").split(",")
    fields = {str(one).strip() for one in names} - {""}
    if not fields:
        raise bad_parameter(f"The parameter {name} is required.")
    known = FIELDS[kind] | FIELDS["instagram"]  # a Page may be asked for the fields of the account behind it
    for field in sorted(fields - (known if name == "subscribed_fields" else FIELDS[kind])):
        raise bad_parameter(f"Param {name}[0] must be one of {{{', '.join(sorted(known))}}}, got {field}")
    return fields
