"""Which claim word belongs to which codes."""

from __future__ import annotations

from itertools import pairwise

import attrs

from dibs_keywords import kinds as k
from dibs_keywords.nodes import Node

# What may stand between a claim word and its code, and between a code and the claim word behind it.
_BETWEEN = frozenset((k.FILLER, k.LINK, k.JOIN, k.BREAK, k.OF, k.COUNTER, k.RECEIVER, k.PRICE_WORD, k.SIZE, k.PHONE))
_SOFT = frozenset((k.SOFT, k.PASS_BEFORE, k.HOLD))


@attrs.frozen
class Group:
    """A claim or pass word with its codes."""

    verb: Node
    refs: tuple[Node, ...]
    backward: bool = False


@attrs.frozen
class Pairing:
    """The groups, or why they can't be told apart."""

    groups: tuple[Group, ...] = ()
    doubt: str | None = None


def near(node: Node) -> bool:
    """Whether nothing unknown stands before this node: fillers, links, words of the item's variants or title."""
    for kind, word in zip(node.gap, node.words, strict=True):
        # `do` is a question in English and `of the` in Portuguese; real questions have been told before.
        if kind in _BETWEEN or (kind == k.QUESTION_START and word == "do"):
            continue
        if node.item is None or word not in node.item.words:
            return False
    return True


def pair(nodes: list[Node]) -> Pairing:
    """Give each claim word its codes."""
    kept = _drop_loose(nodes)
    verbs = [node for node in kept if node.is_verb]
    if not verbs:
        return Pairing()
    first = kept.index(verbs[0])
    leading, rest = kept[:first], kept[first:]
    if leading and not any(not node.is_verb for node in rest):
        return _backward(kept)
    if leading and _alternates(kept):
        return _backward(kept)
    if leading and k.BREAK not in verbs[0].gap:
        return Pairing((Group(verbs[0], (*leading, *(n for n in rest if not n.is_verb))),), "quantity_before_word")
    return _forward(rest)


def _drop_loose(nodes: list[Node]) -> list[Node]:
    """Without the words that claim only directly before a code, where there is none."""
    kept: list[Node] = []
    for at, node in enumerate(nodes):
        if node.kind in _SOFT or (node.kind == k.CLAIM and _repeats(nodes, at)):
            following = nodes[at + 1] if at + 1 < len(nodes) else None
            if following is None or following.is_verb or not near(following):
                if following is not None:
                    following.gap = node.gap + following.gap
                    following.words = node.words + following.words
                continue
        kept.append(node)
    return kept


def _repeats(nodes: list[Node], at: int) -> bool:
    """`sold mine 12`: a claim word directly before another verb that claims."""
    following = nodes[at + 1] if at + 1 < len(nodes) else None
    return following is not None and following.kind in (k.CLAIM, k.SOFT) and not set(following.gap) & {k.WORD}


def _alternates(nodes: list[Node]) -> bool:
    """`12 sold 13 sold`, `12 pass, 13 sold`: each code has its word behind it."""
    return (
        nodes[-1].is_verb
        and not nodes[0].is_verb
        and all(not (one.is_verb and two.is_verb) for one, two in pairwise(nodes))
    )


def _backward(nodes: list[Node]) -> Pairing:
    groups: list[Group] = []
    refs: list[Node] = []
    for node in nodes:
        if not node.is_verb:
            refs.append(node)
        elif refs:
            groups.append(Group(node, tuple(refs), backward=True))
            refs = []
    return Pairing(tuple(groups))


def _forward(nodes: list[Node]) -> Pairing:
    groups: list[Group] = []
    for node in nodes:
        if node.is_verb:
            groups.append(Group(node, ()))
        else:
            last = groups[-1]
            groups[-1] = Group(last.verb, (*last.refs, node))
    return _settle_empty(groups)


def _settle_empty(groups: list[Group]) -> Pairing:
    """A word without a code beside groups that have one: said twice, or doubtful."""
    if len(groups) == 1 or all(group.refs for group in groups):
        return Pairing(tuple(groups))
    filled = tuple(group for group in groups if group.refs)
    if not filled:
        same = len({group.verb.kind for group in groups}) == 1
        return Pairing(tuple(groups[:1]), None if same else "two_meanings")
    kinds = {group.verb.kind for group in groups if group.verb.kind != k.WITHDRAW}
    mixed = len(kinds) > 1 and any(not group.refs and group.verb.kind != k.WITHDRAW for group in groups)
    return Pairing(filled, "two_meanings" if mixed else None)
