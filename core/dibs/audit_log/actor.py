"""Who makes a change."""

from __future__ import annotations

from uuid import UUID

import attrs


@attrs.define(eq=False)
class Actor:
    """A user who acts, or a process of Dibs itself.

    Attributes:
        id: the user; None for a process.
        name: as shown in the log; kept with each entry, so that it outlives the account.
        request_id: the request in which it happens, to find its log lines.
        request_key: what an `Idempotency-Key` makes of the request: 32 bytes that stand in the log once. A request
            that is carried out a second time is refused by the database.
    """

    id: UUID | None
    name: str
    request_id: str | None = None
    request_key: bytes | None = attrs.field(default=None, repr=False)

    @classmethod
    def system(cls, name: str = "Dibs") -> Actor:
        """A process, not a person."""
        return cls(None, name)

    def take_request_key(self) -> bytes | None:
        """The request's key for the first entry of a request; None for those that follow."""
        key, self.request_key = self.request_key, None
        return key
