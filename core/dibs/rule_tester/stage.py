"""What comments are tried on: a show as it is now, or items that are only supposed, with rules on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.models.catalogue import Catalogue, CatalogueItem, ParseContext
from dibs.models.codes import fold_code, fold_text
from dibs.models.rules import ShowRules, merge_rules
from dibs.rule_tester.model import MatchedItem, TriedItem, Trouble
from dibs.workspace_settings.reading import readable

_WORKSPACE = "SELECT settings FROM workspaces WHERE id = $1"
_SHOW = """
SELECT s.rules, s.pinned_item_id, w.settings FROM shows s JOIN workspaces w ON w.id = s.workspace_id
WHERE s.workspace_id = $1 AND s.id = $2
"""
_ITEMS = """
SELECT id, item_number, variant, title, total_quantity, claimed_count FROM items
WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id
"""


@attrs.frozen(eq=False)
class Stage:
    """Rules and items to try comments on; `pinned` is the number of the item that is on now."""

    workspace_id: UUID
    show_id: UUID | None
    rules: ShowRules
    items: tuple[TriedItem, ...] = ()
    pinned: str | None = None

    def context(self) -> ParseContext:
        """What a parser may know, as the claim lane tells it."""
        known = tuple(CatalogueItem(item.item_number, item.variant, item.title) for item in self.items)
        return ParseContext(self.workspace_id, self.show_id, self.rules, Catalogue(known, self.pinned))

    def find(self, number: str | None, variant: str | None) -> tuple[MatchedItem | None, Trouble | None]:
        """The item that an act names, or why it is none; by the rules of the claim lane."""
        if number is None:
            return None, None
        rows = [item for item in self.items if fold_code(item.item_number) == fold_code(number)]
        if not rows:
            return None, "unmatched"
        if len(rows) == 1 and (not rows[0].variant or variant is None):
            return self._matched(rows[0]), None
        if variant is None:
            return None, "variant_missing"
        wanted = fold_text(variant).strip()
        named = next((item for item in rows if fold_text(item.variant or "").strip() == wanted), None)
        return (self._matched(named), None) if named else (None, "variant_unknown")

    def _matched(self, item: TriedItem) -> MatchedItem:
        pinned = self.pinned is not None and fold_code(self.pinned) == fold_code(item.item_number)
        return MatchedItem(item.id, item.item_number, item.variant, item.title, item.left, item.total, pinned)


async def show_stage(db: Database, workspace_id: UUID, show_id: UUID, tried: Mapping[str, Any]) -> Stage:
    """A show as it is now, with `tried` on top of its own rules. Raises `NotFoundError`, `InvalidInputError`."""
    shows = await db.hot_fetch(_SHOW, workspace_id, show_id)
    if not shows:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    show, rows = shows[0], await db.hot_fetch(_ITEMS, workspace_id, show_id)
    own = orjson.loads(show["rules"])
    plugins = {**(own.get("plugins") or {}), **(tried.get("plugins") or {})}
    rules = _rules(show["settings"], {**own, **tried, "plugins": plugins})
    pinned = next((row["item_number"] for row in rows if row["id"] == show["pinned_item_id"]), None)
    return Stage(workspace_id, show_id, rules, tuple(_item(row) for row in rows), pinned)


async def bare_stage(
    db: Database, workspace_id: UUID, tried: Mapping[str, Any], items: Sequence[TriedItem], pinned: str | None
) -> Stage:
    """A new show of the workspace with these items, and `tried` on top of the workspace's rules."""
    rows = await db.hot_fetch(_WORKSPACE, workspace_id)
    return Stage(workspace_id, None, _rules(rows[0]["settings"], tried), tuple(items), pinned)


def _rules(settings: str, own: Mapping[str, Any]) -> ShowRules:
    document = readable(orjson.loads(settings))
    return merge_rules(document.get("rules") or {}, own)


def _item(row: Any) -> TriedItem:
    left = row["total_quantity"] - row["claimed_count"]
    item_id = UUID(bytes=row["id"].bytes)
    return TriedItem(row["item_number"], row["variant"] or None, row["title"], item_id, row["total_quantity"], left)
