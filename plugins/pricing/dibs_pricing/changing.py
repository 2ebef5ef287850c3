"""Setting and removing margins: one guarded statement, an entry in the audit log, and an event for open carts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, FieldFault, InvalidInputError, NotFoundError
from dibs_pricing.model import Key, Margin, Scope, check_category, check_margin, margin_text, rule_key
from dibs_pricing.reading import margin_at

CHANGED: Final = "pricing.changed"
_CUSTOMER = "SELECT name FROM customers WHERE workspace_id = $1 AND id = $2"
_INSERT = """
INSERT INTO pricing_margins
    (workspace_id, scope, key, margin, category, changed_by, changed_by_name, id, customer_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (workspace_id, scope, key) DO
"""
_VALUES = """
UPDATE {table} SET margin = $4, category = $5, changed_by = $6, changed_by_name = $7, changed_at = now(),
    version = {row}version + 1
"""
_NEW = f"{_INSERT} NOTHING RETURNING id"
_ANY = f"{_INSERT} {_VALUES.format(table='', row='pricing_margins.')} RETURNING id"
_OLD = f"""{_VALUES.format(table="pricing_margins", row="")}
WHERE workspace_id = $1 AND scope = $2 AND key = $3 AND version = $8 RETURNING id
"""
_REMOVE = """
DELETE FROM pricing_margins WHERE workspace_id = $1 AND scope = $2 AND key = $3 AND ($4::int IS NULL OR version = $4)
RETURNING id
"""


@attrs.frozen
class MarginPlace:
    """Whose margin it is.

    Attributes:
        scope: `default` for the workspace, `category` or `customer`, with the one that it is about.
        version: the one that was read, 0 for "there is none yet"; left out, whatever is there is replaced.
    """

    scope: Scope
    customer_id: UUID | None = None
    category: str | None = attrs.field(default=None, validator=check_category)
    version: int | None = attrs.field(
        default=None, validator=attrs.validators.optional([attrs.validators.ge(0), attrs.validators.le(2_000_000_000)])
    )

    @property
    def key(self) -> Key:
        """Where it is kept. Raises `InvalidInputError` if it does not say what the scope is about."""
        for name in ("customer_id", "category"):
            needed, given = name.startswith(self.scope), getattr(self, name) is not None
            if needed != given:
                problem = f"is needed for the scope {self.scope}" if needed else "does not go with this scope"
                raise InvalidInputError("That is nobody's margin.", [FieldFault(name, problem)])
        return self.scope, rule_key(self.scope, self.customer_id, self.category)


@attrs.frozen
class NewMargin(MarginPlace):
    """A margin to set, in per cent of the price: above -100 and below 100."""

    margin: Decimal = attrs.field(kw_only=True, validator=check_margin)


async def set_margin(context: EventContext, new: NewMargin) -> Margin:
    """Set the margin of the workspace, a category or a customer; open carts are told to ask for their prices again.

    Raises:
        NotFoundError: there is no such customer.
        ConflictError: it has another version by now.
    """
    key = new.key
    before = await margin_at(context.data, key)
    if new.customer_id is not None and not await context.data.fetch(_CUSTOMER, new.customer_id):
        raise NotFoundError("There is no such customer.", id=str(new.customer_id))
    rows = await _write(context, key, new)
    after = await margin_at(context.data, key)
    if not rows or after is None:
        raise ConflictError("This margin was changed meanwhile.", current=_told(after))
    await context.desk.note("margin.changed", "margin", rows[0]["id"], _told(before), _told(after))
    _tell(context, new)
    return after


async def _write(context: EventContext, key: Key, new: NewMargin) -> Any:
    actor = context.desk.actor
    values = (*key, new.margin, _spelt(new), actor.id, actor.name)
    if new.version:
        return await context.data.fetch(_OLD, *values, new.version)
    statement = _ANY if new.version is None else _NEW
    return await context.data.fetch(statement, *values, context.desk.new_id(), new.customer_id)


async def remove_margin(context: EventContext, place: MarginPlace) -> None:
    """Remove a margin.

    Raises:
        NotFoundError: there is none.
        ConflictError: it has another version by now.
    """
    key = place.key
    before = await margin_at(context.data, key)
    if before is None:
        raise NotFoundError("There is no such margin.")
    rows = await context.data.fetch(_REMOVE, *key, place.version)
    if not rows:
        current = await margin_at(context.data, key)
        raise ConflictError("This margin was changed meanwhile.", current=_told(current))
    await context.desk.note("margin.removed", "margin", rows[0]["id"], _told(before), None)
    _tell(context, place)


def _spelt(place: MarginPlace) -> str | None:
    return None if place.category is None else " ".join(place.category.split())


def _tell(context: EventContext, place: MarginPlace) -> None:
    customer = None if place.customer_id is None else str(place.customer_id)
    context.desk.tell_workspace(CHANGED, {"scope": place.scope, "customer_id": customer, "category": _spelt(place)})


def _told(margin: Margin | None) -> Mapping[str, Any] | None:
    if margin is None:
        return None
    about = {"customer": margin.customer_name, "category": margin.category}
    return {
        **{name: value for name, value in about.items() if value is not None},
        "margin": margin_text(margin.margin),
    }
