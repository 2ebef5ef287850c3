"""The page for people: what is on, and switches for it."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from dibs_meta_simulator.clock import iso_text
from dibs_meta_simulator.control.actions import ACTIONS, Stage
from dibs_meta_simulator.control.routes import perform
from dibs_meta_simulator.faults import KNOWN
from dibs_meta_simulator.model.people import Account, Page, User
from dibs_meta_simulator.model.tokens import Death

_NUMBERS = ("rate", "seconds", "calls")
_LISTS = ("lives",)
_SHOWN = 25


def make_blueprint(stage: Stage) -> Blueprint:
    """The page, the part of it that renews itself, and what its forms do."""
    page = Blueprint("page", __name__)

    @page.get("/")
    async def index() -> str:
        return await render_template("control.html", **_now(stage), **_settings(stage))

    @page.get("/_now")
    async def now() -> str:
        return await render_template("now.html", **_now(stage))

    @page.post("/do/<action>")
    async def do(action: str) -> Any:
        if action not in ACTIONS:
            return await render_template("broken.html", title="No such action", words=action), 404
        done = await perform(stage, action, _read(await request.form))
        if done.status_code != 200:
            words = (await done.get_json())["error"]
            return await render_template("broken.html", title="That did not work", words=words), 400
        return redirect("/", 303)

    return page


def _read(form: MultiDict[str, str]) -> dict[str, Any]:
    """What a form says: empty fields are left out, numbers are numbers."""
    how: dict[str, Any] = {name: float(form[name]) for name in _NUMBERS if form.get(name)}
    how |= {name: form.getlist(name) for name in _LISTS if name in form}
    return how | {name: value for name, value in form.items() if value and name not in (*_NUMBERS, *_LISTS)}


def _now(stage: Stage) -> dict[str, Any]:
    world = stage.world
    return {
        "now": iso_text(world.clock.now()),
        "lives": world.lives.on_air(),
        "owners": {node.id: node for node in world.of_type(Page) + world.of_type(Account)},
        "audiences": stage.audiences,
        "calls": list(world.calls.recent)[: -_SHOWN - 1 : -1],
        "while_limited": world.calls.while_limited,
        "sent": stage.deliveries.sent,
        "refused": stage.deliveries.refused,
        "replies": world.replies[: -_SHOWN - 1 : -1],
    }


def _settings(stage: Stage) -> dict[str, Any]:
    world = stage.world
    return {
        "app": stage.seed.app,
        "pages": world.of_type(Page),
        "accounts": world.of_type(Account),
        "people": [(user.id, user.name) for user in world.of_type(User)]
        + [(account.id, account.username) for account in world.of_type(Account)],
        "deaths": list(Death),
        "faults": KNOWN,
        "on": {fault.name for fault in world.faults.listed()},
    }
