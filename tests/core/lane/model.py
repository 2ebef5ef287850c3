"""What a show with the default rules must come to, in plain Python: the yardstick for the real lane."""

from __future__ import annotations

from bisect import insort
from collections import Counter

import attrs

Key = tuple[str, str]  # code and variant
MOST = 30


@attrs.define
class Entry:
    """Somebody who waits."""

    order: tuple[float, int]
    who: str
    units: int


@attrs.define
class Item:
    """One row of stock."""

    total: int
    won: Counter[str] = attrs.field(factory=Counter)
    queue: list[Entry] = attrs.field(factory=list)

    @property
    def left(self) -> int:
        return self.total - sum(self.won.values())

    def has(self, names: frozenset[str]) -> bool:
        return any(self.won[who] > 0 for who in names) or any(entry.who in names for entry in self.queue)

    def promote(self) -> None:
        while self.left > 0 and self.queue:
            head = self.queue[0]
            units = min(head.units, self.left)
            self.won[head.who] += units
            head.units -= units
            if not head.units:
                del self.queue[0]

    def claim(self, entry: Entry, names: frozenset[str], *, in_order: bool = False) -> None:
        """Win what is left, wait for the rest; a repeated claim of a person of these names changes nothing."""
        if self.has(names):
            return
        won = 0 if self.queue else min(entry.units, self.left)
        self.won[entry.who] += won
        entry.units -= won
        if not entry.units:
            return
        self.insert(entry) if in_order else self.queue.append(entry)

    def insert(self, entry: Entry) -> None:
        behind = next((n for n, e in enumerate(self.queue) if e.order > entry.order), len(self.queue))
        self.queue.insert(behind, entry)

    def drop(self, names: frozenset[str]) -> None:
        for who in names:
            self.won.pop(who, None)
        self.queue = [entry for entry in self.queue if entry.who not in names]


@attrs.define
class Model:
    """A show."""

    status: str = "draft"
    items: dict[Key, Item] = attrs.field(factory=dict)
    unmatched: list[tuple[tuple[float, int], str, str, str, int]] = attrs.field(factory=list)
    comments: int = 0
    merged: dict[str, str] = attrs.field(factory=dict)
    blocked: set[str] = attrs.field(factory=set)

    def names(self, who: str) -> frozenset[str]:
        """All identities of the person."""
        head = self.merged.get(who, who)
        return frozenset({head, *(name for name, into in self.merged.items() if into == head)})

    def may_claim(self, who: str) -> bool:
        return not self.names(who) & self.blocked

    def rows(self, code: str) -> list[str]:
        """The variants of a code."""
        return [variant for known, variant in self.items if known == code]

    def resolve(self, code: str, variant: str) -> Key | None:
        """The item that is meant; None if that is not clear."""
        rows = self.rows(code)
        if len(rows) == 1 and (not rows[0] or not variant):
            return code, rows[0]
        return (code, variant) if variant and variant in rows else None

    def claim(self, order: tuple[float, int], who: str, code: str, variant: str, units: int) -> None:
        if not self.may_claim(who):
            return
        names = self.names(who)
        if not self.rows(code):
            if not any(mine in names and known == code for _, mine, known, _, _ in self.unmatched):
                insort(self.unmatched, (order, who, code, variant, units))
            return
        key = self.resolve(code, variant)
        if key is not None and (units <= MOST or self.items[key].has(names)):
            self.items[key].claim(Entry(order, who, units), names)

    def give_up(self, who: str, code: str, variant: str) -> None:
        names = self.names(who)
        for (known, row), item in self.items.items():
            if known == code and variant in ("", row) and item.has(names):
                item.drop(names)
                if self.status != "ended":
                    item.promote()
        self.unmatched = [
            kept for kept in self.unmatched if not (kept[1] in names and kept[2] == code and variant in ("", kept[3]))
        ]

    def add(self, code: str, variants: tuple[str, ...], total: int) -> None:
        for variant in variants:
            self.items[code, variant] = Item(total)
        mine = [kept for kept in self.unmatched if kept[2] == code]
        self.unmatched = [kept for kept in self.unmatched if kept[2] != code]
        for order, who, _, variant, units in mine:
            self.claim(order, who, code, variant, units)
