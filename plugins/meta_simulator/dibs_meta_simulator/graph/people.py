"""Users, Pages, permissions, and what hangs on them."""

from __future__ import annotations

from typing import Any

from dibs_meta_simulator.errors import known_error, no_such_object
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.fields import Field
from dibs_meta_simulator.graph.instagram import account_of_page
from dibs_meta_simulator.graph.paging import simple_page
from dibs_meta_simulator.graph.registry import ABSENT, Shape, edge
from dibs_meta_simulator.model.people import Account, Page, User
from dibs_meta_simulator.model.tokens import Death, Grant, Kind


@edge(User, "GET")
def user_node(call: Call, user: User) -> Any:
    """Who the token speaks for."""
    _own(call, user)
    return USER.show(call, user, call.fields("name", "id"))


@edge(User, "GET", "permissions")
def permissions(call: Call, user: User) -> Any:
    """What was granted and what was declined."""
    grant = _grant(call, user)
    listed = [{"permission": name, "status": "granted"} for name in sorted(grant.granted)]
    return {"data": listed + [{"permission": name, "status": "declined"} for name in sorted(grant.declined)]}


@edge(User, "DELETE", "permissions")
def give_back(call: Call, user: User) -> Any:
    """The app gives everything back, or the one permission in the address."""
    grant, scope = _grant(call, user), call.text("permission")
    if scope is None:
        call.world.tokens.kill(user.id, Death.REMOVED)
    else:
        grant.granted.discard(scope)
    return {"success": True}


@edge(User, "GET", "accounts")
def accounts(call: Call, user: User) -> Any:
    """The Pages that were chosen at the login and on which the user still has a role, with their tokens."""
    _own(call, user)
    call.need(("pages_show_list",))
    grant = call.token.grant
    pages = [page for page in call.world.of_type(Page) if page.id in grant.pages and user.id in page.roles]
    fields = call.fields("access_token", "category", "name", "id", "tasks")
    return simple_page(call, pages, lambda page: PAGE.show(call, page, fields))


@edge(Page, "GET")
def page_node(call: Call, page: Page) -> Any:
    """The Page."""
    if page.id not in call.token.grant.pages:
        raise no_such_object(page.id)
    return PAGE.show(call, page, call.fields("name", "id"))


@edge(Account, "DELETE", "permissions")
def instagram_give_back(call: Call, account: Account) -> Any:
    """Instagram Login has no such call."""
    raise no_such_object(account.id)


def _grant(call: Call, user: User) -> Grant:
    """What the user granted; the app itself may ask and give back as well."""
    if call.token.kind is not Kind.APP:
        _own(call, user)
        return call.token.grant
    grant = call.world.tokens.grants.get((call.app.id, user.id))
    if grant is None:
        raise known_error(100, message="(#100) The user has not installed the application")
    return grant


def _own(call: Call, user: User) -> None:
    if call.token.kind is Kind.APP or call.token.user_id != user.id:
        raise known_error(10)


def _token(call: Call, page: Page, _: Field) -> Any:
    grant = call.token.grant
    if call.token.kind is not Kind.USER or page.id not in grant.pages or not page.roles.get(call.token.user_id):
        return ABSENT
    return call.world.tokens.page(call.token, page.id).value


def _tasks(call: Call, page: Page, _: Field) -> Any:
    tasks = page.roles.get(call.token.user_id, ())
    if call.world.faults.hit("profile_plus_tasks"):
        return [f"PROFILE_PLUS_{'FULL_CONTROL' if task == 'MANAGE' else task}" for task in tasks]
    return list(tasks)


USER = Shape(
    "User",
    {"id": lambda call, user, _: user.id, "name": lambda call, user, _: user.name},
    frozenset(("email", "first_name", "last_name", "picture")),
)

PAGE = Shape(
    "Page",
    {
        "id": lambda call, page, _: page.id,
        "name": lambda call, page, _: page.name,
        "access_token": _token,
        "tasks": _tasks,
        "instagram_business_account": account_of_page,
        "category": lambda call, page, _: "Clothing store",
        "link": lambda call, page, _: f"https://www.facebook.com/{page.id}",
        "fan_count": lambda call, page, _: page.engaged_users * 3,
        "username": lambda call, page, _: ABSENT,
    },
    frozenset(("picture", "about", "category_list", "connected_instagram_account", "perms", "business")),
)
