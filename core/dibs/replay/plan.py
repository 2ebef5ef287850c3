"""What a replay is told to do, and the show id that follows from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import attrs
import orjson

from dibs.errors import InvalidInputError
from dibs.models.items import NewItem
from dibs.recording import Recording, read_items, read_recording

_NAMESPACE = UUID("6f1d2c1e-52a7-5c0b-9c39-8f0c6a7d41e2")


@attrs.frozen
class ReplayPlan:
    """One recording, its items, and the rules that it is decided by.

    Attributes:
        rules: the rules that were asked for, by the names of `ShowRules`; the others are the workspace's.
        show_id: a show that must exist already; None derives one from everything else.
        remarks: what was left out of the item list.
    """

    recording: Recording
    items: Sequence[NewItem]
    title: str
    rules: Mapping[str, Any] = attrs.field(factory=dict)
    show_id: UUID | None = None
    remarks: Sequence[str] = ()

    def derived_id(self, workspace_id: UUID) -> UUID:
        """The id of the show that these arguments make: the same arguments find the same show again."""
        rows = [(i.item_number, i.title, i.quantity, i.variant, i.price) for i in self.items]
        parts = (str(workspace_id), self.recording.digest, rows, dict(self.rules))
        return uuid5(_NAMESPACE, orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS).decode())


def read_plan(recording: Path, items: Path, rules: Mapping[str, Any], show_id: UUID | None = None) -> ReplayPlan:
    """Read the files of a replay.

    Raises:
        InvalidInputError: a file can't be used; nothing was written.
    """
    listed = read_items(items)
    remarks = [f"{items.name}, line {problem.line}: {problem.reason}" for problem in listed.problems]
    title = f"Replay of {recording.name}"[:200]
    return ReplayPlan(read_recording(recording), listed.items, title, rules, show_id, remarks)


def words(given: Sequence[str], option: str) -> list[str]:
    """Claim or pass words as a person typed them.

    Raises:
        InvalidInputError: one is empty or can't be stored.
    """
    clean = [word.strip() for word in given]
    if any(not word or any(unicodedata.category(char) in ("Cc", "Cs") for char in word) for word in clean):
        raise InvalidInputError(f"{option} needs a word that is not empty and has no control characters.")
    return list(dict.fromkeys(clean))
