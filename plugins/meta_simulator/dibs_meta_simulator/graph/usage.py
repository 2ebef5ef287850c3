"""Whose budget a call takes from, the headers that tell how much is left, and the error when nothing is."""

from __future__ import annotations

import orjson

from dibs_meta_simulator.calls import DAY, HOUR, Budget
from dibs_meta_simulator.errors import GraphError, known_error
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.model.comments import MediaComment
from dibs_meta_simulator.model.lives import LiveMedia
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.model.tokens import Kind

_PER_HEAD = {"pages": 4800, "instagram": 4800, "messenger": 200}
_APP_USERS = 200
_CODES = {"app": 4, "user": 17, "page_by_user": 32, "pages": 80001, "instagram": 80002, "messenger": 80006}


def subject_of(call: Call) -> tuple[str, str]:
    """The kind and the id of the budget: of the Page or account where that applies, else of the user or app."""
    world, token = call.world, call.token
    node = world.nodes.get(_first(call))
    account = _account(call, node)
    if call.path.endswith("/messages") and token.profile_id is not None:
        return "messenger", token.profile_id
    if account is not None and token.kind is not Kind.APP:
        return "instagram", account
    if token.kind is Kind.PAGE and token.profile_id is not None:
        return "pages", token.profile_id
    if token.kind is Kind.USER and isinstance(node, Page):
        return "page_by_user", node.id
    return ("app", token.app_id) if token.kind is Kind.APP else ("user", token.user_id)


def budget_of(call: Call) -> tuple[str, str, Budget]:
    """The budget of a call, made to Meta's formula if none was set."""
    kind, subject = subject_of(call)
    heads, node = 100, call.world.nodes.get(subject)
    if isinstance(node, Page):
        heads = node.engaged_users
    elif isinstance(node, Account):
        heads = node.impressions
    if kind in ("app", "user", "page_by_user"):
        return kind, subject, call.world.budgets.of(kind, subject, _APP_USERS * heads, HOUR)
    return kind, subject, call.world.budgets.of(kind, subject, _PER_HEAD[kind] * heads, DAY)


def usage_headers(call: Call, kind: str, subject: str, budget: Budget) -> dict[str, str]:
    """The headers; none before enough calls were made."""
    now = call.world.clock.now()
    percent = budget.percent(now)
    if budget.total < budget.quiet and percent < 50:
        return {}
    usage = {"call_count": percent, "total_cputime": percent * 9 // 10, "total_time": percent * 9 // 10}
    if kind in ("app", "user", "page_by_user"):
        return {"x-app-usage": orjson.dumps(usage).decode()}
    usage = {"type": kind, **usage, "estimated_time_to_regain_access": budget.minutes_left(now)}  # type: ignore[dict-item]
    return {"x-business-use-case-usage": orjson.dumps({subject: [usage]}).decode()}


def limit_error(kind: str) -> GraphError:
    """The error of a budget that is used up."""
    return known_error(_CODES[kind])


def _first(call: Call) -> str:
    return call.path.partition("/")[0]


def _account(call: Call, node: object) -> str | None:
    if isinstance(node, Account):
        return node.id
    if isinstance(node, LiveMedia):
        return node.account_id
    if isinstance(node, MediaComment):
        live: LiveMedia = call.world.get(LiveMedia, node.live_id)
        return live.account_id
    return None
