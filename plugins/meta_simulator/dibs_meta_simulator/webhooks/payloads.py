"""Changes as a body to send, in the usual shape or one of those that were seen elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from dibs_meta_simulator.signing import webhook_body, webhook_headers
from dibs_meta_simulator.webhooks.changes import Change
from dibs_meta_simulator.world import World

_ODDITIES = (
    *("ms", "comment_id", "no_id", "array", "direct", "unknown"),
    *("plain_slashes", "no_signature", "decoded", "bad_signature"),
)
Odd = frozenset[str]


@attrs.frozen
class Signed:
    """Bytes and headers, as they go out and as they go out again."""

    body: bytes
    headers: dict[str, str]


def sign(world: World, changes: Sequence[Change]) -> Signed:
    """The signed body of changes of one app and object."""
    first = changes[0]
    where = {"object": first.object, "field": first.field}
    odd = frozenset(oddity for oddity in _ODDITIES if world.faults.hit(f"webhook_{oddity}", where))
    payload: Any = {"object": first.object, "entry": _entries(world, changes, odd)}
    if "unknown" in odd:
        payload["unheard_of"] = {"a": [1, None]}
    body = webhook_body([payload] if "array" in odd else payload, "plain_slashes" not in odd)
    if "no_signature" in odd:
        return Signed(body, {"Content-Type": "application/json"})
    if "decoded" in odd:
        return Signed(body, webhook_headers(first.secret, _decoded(body)))
    return Signed(body, webhook_headers("not the secret" if "bad_signature" in odd else first.secret, body))


def _entries(world: World, changes: Sequence[Change], odd: Odd) -> list[dict[str, Any]]:
    time = int(world.clock.now() * 1000) if "ms" in odd else world.clock.second()
    entries: dict[str, dict[str, Any]] = {}
    for place, change in enumerate(changes):
        subscription = change.app.subscriptions.get(change.object)
        key = f"{change.entry_id}:{place}" if "direct" in odd else change.entry_id
        entry = entries.setdefault(key, {"id": change.entry_id, "time": time})
        if subscription is not None and not subscription.include_values:
            entry.setdefault("changed_fields", []).append(change.field)
        elif "direct" in odd:
            entry |= {"field": change.field, "value": _value(change, odd)}
        else:
            entry.setdefault("changes", []).append({"field": change.field, "value": _value(change, odd)})
    return list(entries.values())


def _value(change: Change, odd: Odd) -> dict[str, Any]:
    value = dict(change.value)
    if change.field == "live_comments" and "comment_id" in odd:
        value = {"comment_id" if name == "id" else name: one for name, one in value.items()}
    if change.field == "live_comments" and "no_id" in odd:
        value.pop("id", None)
    if "unknown" in odd:
        value["unheard_of"] = "?"
    return value


def _decoded(body: bytes) -> bytes:
    """The text with its escapes taken out: what a receiver gets that parses before it checks."""
    text = body.decode().encode().decode("unicode-escape")
    return text.encode("utf-16", "surrogatepass").decode("utf-16").encode()
