"""Shows: making them, running them, and what a console begins with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body
from dibs.bounds import WORDS, bounded, shown_as
from dibs.lane import commands
from dibs.lane.commands import Command, LoadingCommand
from dibs.models.items import title_fault
from dibs.models.rules import ShowRules
from dibs.runtime import current_runtime
from dibs.shows.service import Shows

blueprint = Blueprint("shows", __name__, url_prefix="/api/shows")

MAX_TITLE = 200


@bounded(minLength=1, maxLength=MAX_TITLE, pattern=WORDS)
def _title(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None and not 0 < len(value.strip()) <= MAX_TITLE:
        raise ValueError(f"{attribute.name} must have 1 to {MAX_TITLE} characters")
    problem = None if value is None else title_fault(value)
    if problem:
        raise ValueError(f"{attribute.name} {problem}")


@attrs.frozen
class NewShow:
    """A show to make; `rules` are its own ones, on top of the workspace's."""

    title: str = attrs.field(validator=_title)
    rules: dict[str, Any] = attrs.field(factory=dict, metadata=shown_as(ShowRules))


@attrs.frozen
class ShowPatch:
    """What to change of a show; `version` is the one that was read."""

    title: str | None = attrs.field(default=None, validator=_title)
    rules: dict[str, Any] | None = attrs.field(default=None, metadata=shown_as(ShowRules | None))
    version: int | None = None


@attrs.frozen
class PinBody:
    """The item that is on now, or null."""

    item_id: UUID | None


def shows() -> Shows:
    """The queries on shows of this process."""
    return Shows(current_runtime().db)


async def command(show_id: UUID, action: Command | LoadingCommand) -> Any:
    """Carry an action of the signed-in user out, in the claim lane."""
    return await current_runtime().lanes.command(principal().workspace_id, show_id, action, actor())


@blueprint.get("")
@needs("shows:read")
async def list_shows() -> Response:
    """The shows of the workspace, those that run first."""
    return jsonify({"shows": await shows().all(principal().workspace_id)})


@blueprint.post("")
@needs("shows:write")
async def create_show() -> tuple[Response, int]:
    """A new draft show."""
    body, who = await read_body(NewShow), principal()
    await _checked(body.rules)
    show_id = await shows().create(who.workspace_id, body.title.strip(), body.rules)
    return jsonify(await shows().get(who.workspace_id, show_id)), 201


@blueprint.get("/<uuid:show_id>")
@needs("shows:read")
async def get_show(show_id: UUID) -> Response:
    """One show."""
    return jsonify(await shows().get(principal().workspace_id, show_id))


@blueprint.patch("/<uuid:show_id>")
@needs("shows:write")
async def change_show(show_id: UUID) -> Response:
    """Change title or rules, also while the show runs; a decision that stands is not taken back."""
    body, who = await read_body(ShowPatch), principal()
    merged = None if body.rules is None else await _checked(body.rules)
    change = commands.edit_show(
        title=body.title.strip() if body.title else None,
        rules=body.rules,
        merged=merged,
        version=body.version,
    )
    await command(show_id, change)
    return jsonify(await shows().get(who.workspace_id, show_id))


@blueprint.get("/<uuid:show_id>/snapshot")
@needs("shows:read")
async def snapshot(show_id: UUID) -> Response:
    """Everything that a console begins with, and the stream position to go on from."""
    return jsonify(await shows().snapshot(principal().workspace_id, show_id))


@blueprint.get("/<uuid:show_id>/counts")
@needs("shows:read")
async def counts(show_id: UUID) -> Response:
    """The figures of a show, and the stream position at which they hold."""
    return jsonify(await shows().counts(principal().workspace_id, show_id))


@blueprint.post("/<uuid:show_id>/<any(activate, resume, pause, stop):action>")
@needs("shows:run")
async def run_show(show_id: UUID, action: str) -> Response:
    """Start, pause, resume or end a show. Ending can't be taken back."""
    status = {"activate": "active", "resume": "active", "pause": "paused", "stop": "ended"}[action]
    who = principal()
    await command(show_id, commands.set_status(status))
    return jsonify(await shows().get(who.workspace_id, show_id))


@blueprint.post("/<uuid:show_id>/pin")
@needs("shows:run")
async def pin_item(show_id: UUID) -> Response:
    """Say which item is on now."""
    body, who = await read_body(PinBody), principal()
    await command(show_id, commands.pin(body.item_id))
    return jsonify(await shows().get(who.workspace_id, show_id))


async def _checked(rules: dict[str, Any]) -> Any:
    who = principal()
    current_runtime().plugins.check_settings(rules.get("plugins", {}), "rules.plugins")
    hooks = await current_runtime().flags.hooks_for(who.workspace_id)
    return await shows().rules(who.workspace_id, rules, hooks)
