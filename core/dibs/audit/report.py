"""What an audit says."""

from __future__ import annotations

from uuid import UUID

import attrs


@attrs.frozen
class Check:
    """One promise, and the places where the data breaks it.

    Attributes:
        name: stable name of the check.
        ok: whether the promise holds.
        details: what breaks it (the first few places), or why it could not be checked.
    """

    name: str
    ok: bool
    details: tuple[str, ...] = ()


@attrs.frozen
class AuditReport:
    """The checks of one show, all as of one instant."""

    workspace_id: UUID
    show_id: UUID
    title: str
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise holds."""
        return all(check.ok for check in self.checks)

    @property
    def broken(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.ok)
