"""The job that sends: one answer to one comment, with all that is to be said there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from dibs import Job, JobContext, NotFoundError
from dibs.platforms import Account, Answered, Platform, RefusedError, Sent, TryAgainError
from dibs_replies import pace
from dibs_replies.recording import SEND
from dibs_replies.rows import full, text_of
from dibs_replies.settings import RepliesSettings

ATTEMPTS = 8
BLOCKED_SECONDS, LIMITED_SECONDS, LONGEST_PAUSE = 3600.0, 60.0, 300.0
_LATE = timedelta(seconds=30)
_STATES = {"window": "closed", "unreachable": "unreachable", "done": "sent"}

# What is said to the same comment in the same way goes out as one message. What is being sent in public is nobody's to
# take: another process may be at it.
_TAKE = """
UPDATE replies_messages m SET state = 'sending', sender = o.id, turn = $3, attempts = m.attempts + 1,
    changed_at = now()
FROM replies_messages o
WHERE o.workspace_id = $1 AND o.id = $2 AND m.workspace_id = o.workspace_id AND m.show_id = o.show_id
    AND m.comment_no = o.comment_no AND m.way = o.way AND m.connection_id = o.connection_id
    AND (m.state = 'waiting' OR (m.state = 'sending' AND m.sender = o.id AND m.way = 'private'))
RETURNING m.id
"""
_SETTLE = """
UPDATE replies_messages SET state = $3, reason = $4, note = $5, message_id = coalesce($6, message_id),
    attempts = attempts - CASE WHEN $4::text = 'limit' THEN 1 ELSE 0 END, changed_at = now()
WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) AND state IN ('waiting', 'sending', 'unknown')
"""
_USED = """
SELECT 1 FROM replies_messages o JOIN replies_messages m ON m.workspace_id = o.workspace_id
    AND m.show_id = o.show_id AND m.comment_no = o.comment_no AND m.way = o.way
WHERE o.workspace_id = $1 AND o.id = $2 AND m.state = 'sent' LIMIT 1
"""


async def send(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Send a message, unless that was done meanwhile.

    A public answer is never sent a second time when it is not known whether the first one arrived: the platform would
    show both. A private one is: the platform takes one for each comment, and says so.
    """
    message_id = UUID(payload["message_id"])
    rows = await full(context.data, [message_id])
    if not rows or rows[0]["connection_id"] is None or rows[0]["state"] not in ("waiting", "sending"):
        return
    row = rows[0]
    if row["state"] == "sending":
        if row["sender"] != message_id:
            return  # goes out together with another one
        if row["way"] == "public":
            await _settle(context, [message_id], "unknown", "interrupted")
            return
    turn = await _turn(context, row, payload)
    if turn is not None:
        await _send_now(context, row, turn)


async def _turn(context: JobContext, row: Mapping[str, Any], payload: Mapping[str, Any]) -> int | None:
    """The number of this answer if its time has come; else it is put off until then."""
    connection_id, way = row["connection_id"], row["way"]
    given = payload.get("turn")
    if given is not None and not await _missed(context, row, payload):
        return int(given)
    turn = await pace.take(context.data, connection_id, way, _settings(context).pause_seconds)
    if turn.come:
        return turn.number
    later = {"message_id": str(row["id"]), "turn": turn.number, "at": turn.at.isoformat()}
    await context.jobs.enqueue(SEND, later, run_at=turn.at)
    return None


async def _missed(context: JobContext, row: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    """Whether the time that was given out is no good any more: long past, or the account has to wait since."""
    late = await context.data.fetch(
        "SELECT clock_timestamp() - $3::text::timestamptz > $4::interval AS late "
        "FROM replies_messages WHERE workspace_id = $1 AND id = $2",
        row["id"], payload["at"], _LATE,
    )  # fmt: skip
    return bool(late and late[0]["late"]) or await pace.is_blocked(context.data, row["connection_id"], row["way"])


async def _send_now(context: JobContext, row: Mapping[str, Any], turn: int) -> None:
    refused = await _why_not(context, row)
    taken = [one["id"] for one in await context.data.fetch(_TAKE, row["id"], turn)]
    if not taken:
        return
    if refused is not None:
        await _settle(context, taken, *refused)
        return
    rows = await full(context.data, taken)
    text = "\n".join(dict.fromkeys(text_of(one, _settings(context)) for one in rows))
    answered = Answered(row["comment_id"] or "", row["author_id"], row["live_id"], row["posted_at"])

    async def reply(platform: Platform, account: Account) -> Sent:
        return await platform.reply(account, answered, text, private=row["way"] == "private")

    try:
        sent = await context.services.call(row["connection_id"], reply)
    except NotFoundError:
        await _settle(context, taken, "refused", "no_connection")
    except RefusedError as error:
        await _refused(context, row, taken, error)
    except TryAgainError as error:
        await _again(context, row, taken, error)
    else:
        await _settle(context, taken, "sent", None, None, sent.message_id)


async def _why_not(context: JobContext, row: Mapping[str, Any]) -> tuple[str, str] | None:
    """State and reason if it makes no sense to ask the platform."""
    try:
        abilities = (await context.services.platform(row["platform"])).abilities
    except NotFoundError:
        return "refused", "no_connection"
    if not (abilities.private_reply if row["way"] == "private" else abilities.public_reply):
        return "skipped", "unsupported"
    if row["removed_at"] is not None:
        return "skipped", "gone"
    if not row["comment_id"]:
        return "held", "no_comment"
    if abilities.reply_only_live and row["live_over"]:
        return "closed", "window"
    if row["way"] == "private" and await context.data.fetch(_USED, row["id"]):
        return "unreachable", "used"
    return None


async def _refused(context: JobContext, row: Mapping[str, Any], ids: Sequence[UUID], error: RefusedError) -> None:
    if error.reason == "blocked":
        await pace.block(context.data, row["connection_id"], BLOCKED_SECONDS)
    await _settle(context, ids, _STATES.get(error.reason, "refused"), error.reason, error.message)


async def _again(context: JobContext, row: Mapping[str, Any], ids: Sequence[UUID], error: TryAgainError) -> None:
    """A limit puts off everything of the account and counts as no try; other failures are tried a few times."""
    if row["way"] == "public" and error.uncertain:
        await _settle(context, ids, "unknown", "no_answer", error.message)
        return
    tries = row["attempts"] + 1
    if error.scope == "call" and tries >= ATTEMPTS:
        await _settle(context, ids, "refused", "no_answer", error.message)
        return
    await _settle(context, ids, "waiting", "again" if error.scope == "call" else "limit", error.message)
    if error.scope != "call":
        await pace.block(context.data, row["connection_id"], error.retry_after or LIMITED_SECONDS)
    wait = min(2.0**tries, LONGEST_PAUSE) if error.retry_after is None else error.retry_after
    at = datetime.now(UTC) + timedelta(seconds=wait)
    await context.jobs.enqueue(SEND, {"message_id": str(row["id"])}, run_at=at)


async def _settle(
    context: JobContext,
    ids: Sequence[UUID],
    state: str,
    reason: str | None,
    note: str | None = None,
    message_id: str | None = None,
) -> None:
    await context.data.execute(_SETTLE, list(ids), state, reason, note, message_id)


def _settings(context: JobContext) -> RepliesSettings:
    return context.settings if isinstance(context.settings, RepliesSettings) else RepliesSettings()


JOBS = (Job(SEND, send, attempts=ATTEMPTS, seconds=90),)
