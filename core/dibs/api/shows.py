"""Shows: making them, running them, and what a console begins with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.answers.shows import CountsAt, Show, ShowsPage, ShowStatus, Snapshot
from dibs.api.auth import actor, needs, principal
from dibs.api.body import json_body, read_body, read_query
from dibs.api.operation import operation
from dibs.bounds import WORDS, bounded, shown_as
from dibs.lane import commands
from dibs.lane.commands import UNSET, Command, LoadingCommand
from dibs.models.items import title_fault
from dibs.models.rules import ShowRules
from dibs.runtime import current_runtime
from dibs.shows.drafts import MAX_TITLE, delete_draft, duplicate_show, plan_fault
from dibs.shows.service import Shows

blueprint = Blueprint("shows", __name__, url_prefix="/api/shows")

MAX_WORDS = 100


@bounded(maxLength=MAX_WORDS)
def words(_: Any, attribute: attrs.Attribute[Any], value: str) -> None:
    """Words to look for: short, and such as PostgreSQL can be asked for."""
    if len(value) > MAX_WORDS:
        raise ValueError(f"{attribute.name} is longer than {MAX_WORDS} characters")
    if "\0" in value:
        raise ValueError(f"{attribute.name} must not contain control characters")


@bounded(minLength=1, maxLength=MAX_TITLE, pattern=WORDS)
def _title(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None and not 0 < len(value.strip()) <= MAX_TITLE:
        raise ValueError(f"{attribute.name} must have 1 to {MAX_TITLE} characters")
    problem = None if value is None else title_fault(value)
    if problem:
        raise ValueError(f"{attribute.name} {problem}")


def _planned(_: Any, attribute: attrs.Attribute[Any], value: datetime | None) -> None:
    problem = None if value is None else plan_fault(value)
    if problem:
        raise ValueError(f"{attribute.name} {problem}")


@attrs.frozen
class NewShow:
    """A show to make; `rules` are its own ones, on top of the workspace's. A practice show counts nowhere."""

    title: str = attrs.field(validator=_title)
    rules: dict[str, Any] = attrs.field(factory=dict, metadata=shown_as(ShowRules))
    scheduled_at: datetime | None = attrs.field(default=None, validator=_planned)
    practice: bool = False


@attrs.frozen
class ShowPatch:
    """What to change of a show; `version` is the one that was read. `scheduled_at` null takes the plan off."""

    title: str | None = attrs.field(default=None, validator=_title)
    rules: dict[str, Any] | None = attrs.field(default=None, metadata=shown_as(ShowRules | None))
    scheduled_at: datetime | None = attrs.field(default=None, validator=_planned)
    practice: bool | None = None
    version: int | None = None


@attrs.frozen
class PinBody:
    """The item that is on now, or null."""

    item_id: UUID | None


@attrs.frozen
class CopyBody:
    """How to copy a show: without a title it is called "Copy of" the other."""

    title: str | None = attrs.field(default=None, validator=_title)
    with_items: bool = True


@attrs.frozen
class ShowsQuery:
    """Which shows; `q` is looked for in titles, `cursor` is the `next` of a page."""

    status: ShowStatus | None = None
    q: str = attrs.field(default="", validator=words)
    cursor: UUID | None = None
    limit: int = attrs.field(default=100, validator=[attrs.validators.ge(1), attrs.validators.le(200)])


def shows() -> Shows:
    """The queries on shows of this process."""
    return Shows(current_runtime().db)


async def is_given(name: str) -> bool:
    """Whether the body of this request names a field, be it with null."""
    body = await json_body()
    return isinstance(body, dict) and name in body


async def command(show_id: UUID, action: Command | LoadingCommand) -> Any:
    """Carry an action of the signed-in user out, in the claim lane."""
    return await current_runtime().lanes.command(principal().workspace_id, show_id, action, actor())


@blueprint.get("")
@needs("shows:read")
@operation("List shows", query=ShowsQuery, answer=ShowsPage)
async def list_shows() -> Response:
    """The shows of the workspace, those that run first, then the newest."""
    query = read_query(ShowsQuery)
    found, after = await shows().page(
        principal().workspace_id, status=query.status, words=query.q.strip(), cursor=query.cursor, limit=query.limit
    )
    return jsonify({"shows": found, "next": after})


@blueprint.post("")
@needs("shows:write")
@operation("Make a draft show", body=NewShow, answer=Show, status=201)
async def create_show() -> tuple[Response, int]:
    """A new draft show."""
    body, who = await read_body(NewShow), principal()
    await _checked(body.rules)
    show_id = await shows().create(
        who.workspace_id,
        body.title.strip(),
        body.rules,
        actor=actor(),
        scheduled_at=body.scheduled_at,
        practice=body.practice,
    )
    return jsonify(await shows().get(who.workspace_id, show_id)), 201


@blueprint.get("/<uuid:show_id>")
@needs("shows:read")
@operation("A show", answer=Show)
async def get_show(show_id: UUID) -> Response:
    """One show."""
    return jsonify(await shows().get(principal().workspace_id, show_id))


@blueprint.patch("/<uuid:show_id>")
@needs("shows:write")
@operation("Change a show", body=ShowPatch, answer=Show, errors=(409,))
async def change_show(show_id: UUID) -> Response:
    """Change title or rules, also while the show runs; a decision that stands is not taken back."""
    body, who = await read_body(ShowPatch), principal()
    merged = None if body.rules is None else await _checked(body.rules)
    change = commands.edit_show(
        title=body.title.strip() if body.title else None,
        rules=body.rules,
        merged=merged,
        version=body.version,
        scheduled_at=body.scheduled_at if await is_given("scheduled_at") else UNSET,
        practice=body.practice,
    )
    await command(show_id, change)
    return jsonify(await shows().get(who.workspace_id, show_id))


@blueprint.delete("/<uuid:show_id>")
@needs("shows:write")
@operation("Delete a draft show", answer=None, status=204, errors=(409,))
async def delete_show(show_id: UUID) -> tuple[str, int]:
    """Delete a show that never began, with its items; not if a comment or a claim of it is stored."""
    await delete_draft(current_runtime().db, principal().workspace_id, show_id, actor())
    return "", 204


@blueprint.post("/<uuid:show_id>/duplicate")
@needs("shows:write")
@operation("Copy a show into a new draft", body=CopyBody, body_optional=True, answer=Show, status=201)
async def copy_show(show_id: UUID) -> tuple[Response, int]:
    """A new draft with the same rules and, unless told otherwise, the same items; without claims and comments."""
    body, who = await read_body(CopyBody) if await request.get_data() else CopyBody(), principal()
    runtime = current_runtime()
    hooks = await runtime.flags.hooks_for(who.workspace_id)
    title = body.title.strip() if body.title else None
    made = await duplicate_show(
        runtime.db, who.workspace_id, show_id, actor(), hooks, title=title, with_items=body.with_items
    )
    return jsonify(await shows().get(who.workspace_id, made)), 201


@blueprint.get("/<uuid:show_id>/snapshot")
@needs("shows:read")
@operation("All that a console begins with", answer=Snapshot)
async def snapshot(show_id: UUID) -> Response:
    """Everything that a console begins with, and the stream position to go on from."""
    return jsonify(await shows().snapshot(principal().workspace_id, show_id))


@blueprint.get("/<uuid:show_id>/counts")
@needs("shows:read")
@operation("The figures of a show", answer=CountsAt)
async def counts(show_id: UUID) -> Response:
    """The figures of a show, and the stream position at which they hold."""
    return jsonify(await shows().counts(principal().workspace_id, show_id))


@blueprint.post("/<uuid:show_id>/<any(activate, resume, pause, stop):action>")
@needs("shows:run")
@operation("Start, pause, resume or end a show", answer=Show, errors=(409,))
async def run_show(show_id: UUID, action: str) -> Response:
    """Start, pause, resume or end a show. Ending can't be taken back."""
    status = {"activate": "active", "resume": "active", "pause": "paused", "stop": "ended"}[action]
    who = principal()
    await current_runtime().streams.operators.set_status(who.workspace_id, show_id, status, actor())
    return jsonify(await shows().get(who.workspace_id, show_id))


@blueprint.post("/<uuid:show_id>/pin")
@needs("shows:run")
@operation("Say which item is on now", body=PinBody, answer=Show)
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
