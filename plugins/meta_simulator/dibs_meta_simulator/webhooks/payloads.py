"""Changes as a body to send, in the usual shape or one of those that were seen elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from dibs_meta_simulator.signing import webhook_body, webhook_headers
from dibs_meta_simulator.webhooks.changes import Change
from dibs_meta_simulator.world import World


@attrs.frozen
class Signed:
    """Bytes and headers, as they go out and as they go out again."""

    body: bytes
    headers: dict[str, str]


def sign(world: World, changes: Sequence[Change]) -> Signed:
    """The signed body of changes of one app and object."""
    first = changes[0]
    faults, where = world.faults, {"object": first.object, "field": first.field}
    payload: Any = {"object": first.object, "entry": _entries(world, changes)}
    if faults.hit("webhook_unknown", where):
        payload["unheard_of"] = {"a": [1, None]}
    if faults.hit("webhook_array", where):
        payload = [payload]
    body = webhook_body(payload, escape_slashes=not faults.hit("webhook_plain_slashes", where))
    if faults.hit("webhook_no_signature", where):
        return Signed(body, {"Content-Type": "application/json"})
    if faults.hit("webhook_decoded", where):
        decoded = body.decode().encode().decode("unicode-escape").encode("utf-16", "surrogatepass").decode("utf-16")
        return Signed(body, webhook_headers(first.secret, decoded.encode()))
    wrong = faults.hit("webhook_bad_signature", where)
    return Signed(body, webhook_headers("not the secret" if wrong else first.secret, body))


def _entries(world: World, changes: Sequence[Change]) -> list[dict[str, Any]]:
    first = changes[0]
    where = {"object": first.object, "field": first.field}
    milliseconds = world.faults.hit("webhook_ms", where) is not None
    time = int(world.clock.now() * 1000) if milliseconds else world.clock.second()
    told = [_told(world, change, where) for change in changes]
    if world.faults.hit("webhook_direct", where):
        return [{"id": change.entry_id, "time": time, **one} for change, one in zip(changes, told, strict=True)]
    entries: dict[str, dict[str, Any]] = {}
    for change, one in zip(changes, told, strict=True):
        entry = entries.setdefault(change.entry_id, {"id": change.entry_id, "time": time, "changes": []})
        entry["changes"].append(one)
    return list(entries.values())


def _told(world: World, change: Change, where: dict[str, str]) -> dict[str, Any]:
    subscription, value = change.app.subscriptions.get(change.object), dict(change.value)
    if subscription is not None and not subscription.include_values:
        return {"field": change.field}
    if change.field == "live_comments" and world.faults.hit("webhook_comment_id", where):
        value = {"comment_id" if name == "id" else name: one for name, one in value.items()}
    if change.field == "live_comments" and world.faults.hit("webhook_no_id", where):
        value.pop("id", None)
    if world.faults.hit("webhook_unknown", where):
        value["unheard_of"] = "?"
    return {"field": change.field, "value": value}
