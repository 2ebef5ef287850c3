"""What an event is, and where in a topic a client stands."""

from __future__ import annotations

import re
from typing import TypeAlias
from uuid import UUID

import attrs

TopicKey: TypeAlias = tuple[UUID, str]
"""A topic such as `show:<id>` of one workspace."""

_POSITION = re.compile(r"([A-Za-z0-9_-]{1,64}):([0-9]{1,18})", re.ASCII)


@attrs.frozen
class Event:
    """A committed fact: its type such as `claim.created`, and its payload as JSON on one line, encoded
    once."""

    type: str
    data: bytes


@attrs.frozen
class Position:
    """A place in a topic: everything up to and including `seq` of this `epoch` is known.

    The epoch is random text made together with the topic; numbers of different epochs can't be compared.
    """

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"


NOWHERE = Position("", 0)
"""Stands for a position that nobody gave out; subscribing from it is answered with `reset`, never with
data."""


def parse_position(text: str) -> Position:
    """The position that a client names; `NOWHERE` if it is not one that a server can have given out."""
    match = _POSITION.fullmatch(text.strip())
    return Position(match[1], int(match[2])) if match else NOWHERE
