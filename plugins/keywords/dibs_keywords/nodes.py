"""A comment as verbs and codes in order: what each code stands for, how many, and what lies between."""

from __future__ import annotations

import attrs

from dibs_keywords import kinds as k
from dibs_keywords.board import Board, BoardItem
from dibs_keywords.chunks import Item


@attrs.define
class Node:
    """A verb or a code.

    Attributes:
        kind: one of the kinds of verbs, codes, numbers.
        text: the folded word or code.
        item: the show's item, if it has one with this code.
        gap: the kinds of what stands between the node before and this one.
        words: the texts of that.
        quantity: units, None if none was named.
        glued: written without a space to the verb.
        doubt: a reason to ask the operator, found while reading.
        plus: the quantity was written `+2`.
        early: the quantity stood before the code.
        after, behind: the texts and the kinds of what stands between this node and the next.
    """

    kind: str
    text: str
    item: BoardItem | None = None
    gap: str = ""
    words: tuple[str, ...] = ()
    quantity: int | None = None
    glued: bool = False
    doubt: str | None = None
    plus: bool = False
    early: bool = False
    after: tuple[str, ...] = ()
    behind: str = ""

    @property
    def is_verb(self) -> bool:
        """Whether this is a claim or pass word."""
        return self.kind in k.VERBS

    @property
    def has_letter(self) -> bool:
        """Whether the code has a letter, so that a bare number beside it can only be a quantity."""
        return any(char.isalpha() for char in self.text)


@attrs.define
class Reader:
    """Walks over the items once and collects the nodes."""

    board: Board
    max_quantity: int
    several: bool
    nodes: list[Node] = attrs.field(factory=list)
    gap: str = ""
    words: list[str] = attrs.field(factory=list)
    waiting: tuple[int, bool] | None = None

    def read(self, items: list[Item]) -> None:
        """Take all items."""
        for item in items:
            if item.kind in k.VERBS:
                self._push(Node(item.kind, item.text, glued=item.glued))
            elif item.kind in (k.CODE, k.UNKNOWN_CODE, k.NUMBER):
                self._code(item)
            elif item.kind in (k.QUANTITY, k.PLUS):
                self._quantity(int(item.text), item.kind == k.PLUS)
            else:
                self.gap += item.kind
                self.words.append(item.text)
        if self.nodes:
            self.nodes[-1].after, self.nodes[-1].behind = tuple(self.words), self.gap

    def _push(self, node: Node) -> None:
        node.gap, node.words = self.gap, tuple(self.words)
        if self.nodes:
            self.nodes[-1].after, self.nodes[-1].behind = node.words, node.gap
        self.nodes.append(node)
        self.gap, self.words = "", []

    def _code(self, item: Item) -> None:
        node = Node(item.kind, item.text, self.board.find(item.text), glued=item.glued)
        last = self.nodes[-1] if self.nodes else None
        if last is not None and not last.is_verb:
            between = self.gap.replace(k.FILLER, "")
            if self._early(last, node, between):
                return
            if not between and item.text.isdecimal() and self._number_after(last, node):
                return
        if self.waiting is not None and (last is None or last.is_verb):
            node.quantity, node.plus = self.waiting
            node.early, self.waiting = True, None
        self._push(node)

    def _early(self, last: Node, node: Node, between: str) -> bool:
        """`2 A12`, `2 of 12`: the number before was how many."""
        if last.has_letter or last.quantity is not None or not last.text.isdecimal():
            return False
        if not (between == k.OF or (between == "" and node.has_letter)):
            return False
        number = int(last.text) if len(last.text) <= 4 else 0
        if not 0 < number <= self.max_quantity or last.text[0] == "0":
            return False
        self.nodes.pop()
        if between == "" and last.item is not None and number > 5:
            node.doubt = "two_meanings"
        self.gap, self.words = last.gap, list(last.words)
        self._push(node)
        node.quantity, node.early = number, True
        return True

    def _number_after(self, last: Node, node: Node) -> bool:
        """`A12 3`: a variant, a quantity or another code. True if it was settled on the code before."""
        if last.item is not None and any(node.text in variant.words for variant in last.item.variants):
            self.gap += k.WORD
            self.words.append(node.text)
            return True
        if last.quantity is not None:
            last.doubt = "two_meanings"
            return True
        number = int(node.text) if len(node.text) <= 4 else 0
        if not 0 < number <= self.max_quantity:
            return False
        unclear = node.item is not None and number > 5 and not last.text.isalpha()
        if not last.has_letter:
            unclear = node.item is not None or not self.board.items
        last.quantity = number
        if unclear:
            last.doubt = "two_meanings"
        return True

    def _quantity(self, number: int, plus: bool) -> None:
        refs = [node for node in self.nodes[-2:] if not node.is_verb]
        target = refs[-1] if refs and k.BREAK not in self.gap else None
        if target is None:
            if self.waiting is None:
                self.waiting = (number, plus)
            return
        if plus and number > 5 and self.board.find(str(number)):
            target.doubt = "two_meanings"
        if target.quantity is not None:
            target.doubt = "two_meanings"
            return
        target.quantity, target.plus = number, plus
