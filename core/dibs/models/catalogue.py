"""The show's own codes, as a parser sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import attrs

from dibs.models.codes import fold_code
from dibs.models.rules import ShowRules

T = TypeVar("T")


@attrs.frozen
class CatalogueItem:
    """One claimable row: an item number, and its variant if the item comes in several."""

    item_number: str
    variant: str | None = None
    title: str = ""

    @property
    def code(self) -> str:
        """The folded item number."""
        return fold_code(self.item_number)


@attrs.frozen(eq=False)
class Catalogue:
    """The items of a show by folded code. One code has several rows if the item has variants."""

    items: tuple[CatalogueItem, ...] = ()
    pinned: str | None = None
    by_code: Mapping[str, tuple[CatalogueItem, ...]] = attrs.field(init=False)

    @by_code.default
    def _index(self) -> Mapping[str, tuple[CatalogueItem, ...]]:
        index: dict[str, tuple[CatalogueItem, ...]] = {}
        for item in self.items:
            index[item.code] = (*index.get(item.code, ()), item)
        return index

    @property
    def pinned_code(self) -> str | None:
        """The folded code of the item that is on now, or None."""
        return fold_code(self.pinned) if self.pinned else None


@attrs.frozen(eq=False)
class ParseContext:
    """What a parser may know: the workspace, the rules and the codes of the show. Nothing that needs I/O.

    A context lives until rules or catalogue change; `cached` keeps what a parser compiled for it.
    """

    workspace_id: UUID
    show_id: UUID | None
    rules: ShowRules
    catalogue: Catalogue
    _cache: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)

    def cached(self, key: str, make: Callable[[ParseContext], T]) -> T:
        """The value that `make` built for this context under `key`, built once.

        Use the plugin's name as the beginning of the key.
        """
        if key not in self._cache:
            self._cache[key] = make(self)
        value: T = self._cache[key]
        return value
