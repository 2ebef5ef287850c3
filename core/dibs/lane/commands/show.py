"""Running a show: start, pause, end, the item that is on now, title and rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dibs.errors import ConflictError
from dibs.lane.changes import Changes
from dibs.lane.commands.model import UNSET, Command, Unset, item_of
from dibs.lane.decide import DecisionHooks
from dibs.models.rules import ShowRules

_FROM = {"active": ("draft", "paused"), "paused": ("active",), "ended": ("active", "paused")}


def set_status(status: str) -> Command:
    """Activate or resume (`active`), pause (`paused`) or stop (`ended`) the show.

    Raises (when carried out): ConflictError if the show's status does not lead there; already there is no error.
    """

    def run(changes: Changes, _: DecisionHooks) -> str:
        board, before = changes.board, changes.board.status
        if before == status:
            return status
        if before not in _FROM[status]:
            raise ConflictError(f"A show that is {before} can't become {status}.", status=before, wanted=status)
        board.status = status
        show_changed(changes)
        resumed = before == "paused" and status == "active"
        verb = "resumed" if resumed else {"active": "started"}.get(status, status)
        changes.note(f"show.{verb}", "show", board.show_id, {"status": before}, {"status": status})
        return status

    return run


def pin(item_id: UUID | None) -> Command:
    """Make an item the one that is on now; None takes the pin off."""

    def run(changes: Changes, _: DecisionHooks) -> UUID | None:
        board, before = changes.board, changes.board.pinned_item_id
        shown = item_id or before
        if item_id is not None:
            item_of(changes, item_id)
        if shown is not None and before != item_id:
            changes.remember()
            set_pin(changes, item_id)
            said = {"pinned_item_id": before}, {"pinned_item_id": item_id}
            changes.note("item.pinned", "item", shown, *said, about=board.items.get(shown))
        return item_id

    return run


def set_pin(changes: Changes, item_id: UUID | None) -> None:
    """Change which item is on now, and say so."""
    changes.board.pinned_item_id = item_id
    changes.board.catalogue_changed()
    show_changed(changes)


def edit_show(
    *,
    title: str | None = None,
    rules: Mapping[str, Any] | None = None,
    merged: ShowRules | None = None,
    version: int | None = None,
    scheduled_at: datetime | Unset | None = UNSET,
    practice: bool | None = None,
) -> Command:
    """Change a show's title, its own rules (`merged` is what then holds), when it is planned, whether it is practice.

    Raises (when carried out): ConflictError if `version` is not the show's, or if what has begun is to be made a
    practice show, or none.
    """

    def run(changes: Changes, _: DecisionHooks) -> int:
        board = changes.board
        if version is not None and version != board.version:
            raise ConflictError(
                "Somebody else has changed this show.", version=board.version, current=_current(changes)
            )
        if practice is not None and board.status != "draft":
            raise ConflictError("Only a draft can be made a practice show, or a real one.", status=board.status)
        before, after = _edit(changes, title, rules, merged)
        for name, value in (("scheduled_at", scheduled_at), ("practice", UNSET if practice is None else practice)):
            if value is not UNSET and value != (was := getattr(board, name)):
                before[name], after[name] = was, value
                changes.show_fields[name] = value
                setattr(board, name, value)
        show_changed(changes)
        changes.note("show.edited", "show", board.show_id, before, after)
        return board.version

    return run


def _edit(
    changes: Changes, title: str | None, rules: Mapping[str, Any] | None, merged: ShowRules | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    board = changes.board
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if title is not None and title != board.title:
        before["title"], after["title"] = board.title, title
        board.title = title
    if rules is not None and merged is not None:
        if rules != board.own_rules:
            before["rules"], after["rules"] = board.own_rules, dict(rules)
        board.own_rules, board.rules = dict(rules), merged
        changes.reload = True  # the workspace's rules may have changed since `merged` was made
        board.catalogue_changed()
    return before, after


def _current(changes: Changes) -> dict[str, Any]:
    board = changes.board
    return {"title": board.title, "rules": board.own_rules, "status": board.status, "version": board.version}


def show_changed(changes: Changes) -> None:
    """Write the show's row anew, and tell everybody how it stands."""
    board = changes.board
    board.version += 1
    changes.show_changed = True
    changes.emit(
        "show.status",
        {
            "status": board.status,
            "title": board.title,
            "pinned_item_id": board.pinned_item_id,
            "by": changes.actor.id if changes.actor else None,
            "at": changes.now,
        },
    )
