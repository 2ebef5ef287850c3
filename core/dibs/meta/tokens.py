"""What `debug_token` tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from dibs.meta.errors import error_for, read_fault
from dibs.meta.reading import as_id, as_instant, as_list, as_mapping, as_text
from dibs.platforms import RefusedError, Token, TokenHealth


@attrs.frozen
class TokenFacts:
    """How a token stands.

    Attributes:
        scopes: what it allows; `targets` says for which objects alone, where that is limited.
        expires_at, data_access_until: None for never.
        problem: why it can't be used.
    """

    user_id: str = ""
    scopes: tuple[str, ...] = ()
    targets: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    expires_at: datetime | None = None
    data_access_until: datetime | None = None
    problem: RefusedError | None = None

    def missing(self, needed: Iterable[str], objects: Collection[str]) -> tuple[str, ...]:
        """Needed scopes that were not granted, or not for any of these objects."""
        return tuple(scope for scope in needed if not self._allows(scope, objects))

    def health(self, token: Token, needed: Iterable[str], objects: Collection[str]) -> TokenHealth:
        """The same as the core wants to know it."""
        renewed = Token(token.value, self.expires_at, self.data_access_until)
        return TokenHealth(renewed, self.scopes, self.missing(needed, objects), self.problem)

    def _allows(self, scope: str, objects: Collection[str]) -> bool:
        limited_to = self.targets.get(scope, frozenset())
        return scope in self.scopes and (not limited_to or not limited_to.isdisjoint(objects))


def read_token_facts(answer: Mapping[str, Any]) -> TokenFacts:
    """The facts in an answer of `debug_token`."""
    data = as_mapping(answer.get("data"))
    return TokenFacts(
        user_id=as_id(data.get("user_id")),
        scopes=_texts(data.get("scopes")),
        targets=_targets(data),
        expires_at=as_instant(data.get("expires_at")),
        data_access_until=as_instant(data.get("data_access_expires_at")),
        problem=None if data.get("is_valid") is True else _problem(data),
    )


def _problem(data: Mapping[str, Any]) -> RefusedError:
    fault = read_fault(data, 200)
    found = error_for(fault) if fault else None
    if isinstance(found, RefusedError) and found.reason != "request":
        return found
    return RefusedError("The access is no longer valid: connect the account again.", "token")


def _targets(data: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    rows = map(as_mapping, as_list(data.get("granular_scopes")))
    limited = {as_text(row.get("scope")): frozenset(map(as_id, as_list(row.get("target_ids")))) for row in rows}
    return {scope: objects for scope, objects in limited.items() if scope and objects}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in map(as_text, as_list(value)) if text)
