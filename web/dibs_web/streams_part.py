"""What a show's set-up page shows of its streams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs
from quart import request

from dibs.api.auth import principal
from dibs.connections.model import Connection
from dibs.errors import DibsError, NotFoundError
from dibs.models.platform import Live
from dibs.runtime import current_runtime
from dibs.streams.model import show_streams
from dibs.streams.words import RECONNECT
from dibs_web.i18n import dgettext, translate
from dibs_web.stream_words import help_words, state_tone, state_words


@attrs.frozen
class StreamsPart:
    """What the page shows of streams.

    Attributes:
        found: the streams, each with its words.
        connections: accounts that can be listened to, with the names of their platforms.
        chosen, where: what was chosen and typed.
        lives: the broadcasts of the account that was asked, None if none was.
        fault: why it could not be asked, or why something was refused.
        taken: it was refused because another show hears the broadcast.
    """

    found: Sequence[dict[str, Any]]
    connections: Sequence[tuple[str, str]]
    chosen: str
    where: str
    lives: Sequence[Live] | None
    fault: str
    taken: bool


@attrs.frozen
class Refused:
    """What was asked for and refused, to stand on the page again."""

    words: str
    connection: str = ""
    where: str = ""
    taken: bool = False


async def streams_part(show_id: UUID, refused: Refused | None = None) -> StreamsPart:
    """The streams of a show, and what can be listened to besides."""
    runtime, who = current_runtime(), principal()
    titles = {p.name: _title(p.name, p.title) for p in await runtime.platforms.all_of(who.workspace_id)}
    accounts = [one for one in await runtime.connections.all_of(who.workspace_id) if _usable(one, titles)]
    given = refused or Refused("", request.args.get("connection", ""))
    lives, fault = await _lives(given.connection) if given.connection and refused is None else (None, given.words)
    rows = await show_streams(runtime.db, who.workspace_id, show_id)
    return StreamsPart(
        found=[_with_words(row, titles) for row in rows],
        connections=[(str(one.id), f"{titles[one.platform]}: {one.name or one.account_id}") for one in accounts],
        chosen=given.connection,
        where=given.where,
        lives=lives,
        fault=fault,
        taken=given.taken,
    )


def _usable(one: Connection, titles: dict[str, str]) -> bool:
    return one.status != "disconnected" and one.platform in titles


async def _lives(connection_id: str) -> tuple[Sequence[Live] | None, str]:
    """The broadcasts of an account that run or are planned, or why they can't be told."""
    connections = current_runtime().connections
    try:
        found = await connections.call(
            principal().workspace_id, connection_key(connection_id), lambda platform, account: platform.lives(account)
        )
    except DibsError as error:
        return None, translate(error.message)
    return [live for live in found if live.status != "ended"], ""


def _with_words(row: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    trouble = row["trouble"]
    return {
        **row,
        "platform_title": titles.get(row["platform"], row["platform"]),
        "words": state_words(row["state"]),
        "tone": state_tone(row["state"]),
        "help": help_words(trouble["reason"]) if trouble else "",
        "reconnect": trouble is not None and trouble["reason"] in RECONNECT and row["connection_id"] is not None,
    }


def _title(name: str, title: str) -> str:
    return dgettext(current_runtime().platforms.plugin_of(name), title)


def connection_key(text: str | None) -> UUID:
    """The id in a form. Raises `NotFoundError`."""
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFoundError("There is no such connection.") from None
