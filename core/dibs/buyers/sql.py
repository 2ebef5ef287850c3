"""The queries on buyers. Every one names its workspace as $1.

A person is a buyer that is merged into nobody, with all that are merged into it: `coalesce(merged_into, id)`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dibs.buyers.model import BuyerFilter

PRACTICE = "practice"
"""The platform of simulated audiences."""

ONE = "SELECT * FROM buyers WHERE workspace_id = $1 AND id = $2"
PLACE = "SELECT lower(handle) AS name, id FROM buyers WHERE workspace_id = $1 AND id = $2"
MEMBERS = "SELECT * FROM buyers WHERE workspace_id = $1 AND (id = $2 OR merged_into = $2) ORDER BY created_at, id"

# {0} is a row of buyers, {1} the number of the parameter.
_WORDS = """(strpos(lower({0}.handle), ${1}) > 0 OR {0}.platform_user_id = ${1}
    OR (cardinality({0}.tags) > 0 AND strpos(lower(array_to_string({0}.tags, ' ')), ${1}) > 0)
    OR ({0}.note <> '' AND strpos(lower({0}.note), ${1}) > 0))"""
_BLOCKED = "{0}.blocked_at IS NOT NULL"
_TAG = "${1} = ANY({0}.tags)"


def _anyone(condition: str, number: int = 0) -> str:
    """Holds for the person or for one of the identities that are merged in."""
    return (
        f"({condition.format('b', number)} OR b.id IN (SELECT m.merged_into FROM buyers m WHERE m.workspace_id = $1 "
        f"AND m.merged_into IS NOT NULL AND {condition.format('m', number)}))"
    )


def page(wanted: BuyerFilter, place: tuple[str, UUID] | None) -> tuple[str, list[Any]]:
    """The ids of a page of people in order of their names, and its arguments from $2 on.

    What is not asked for is left out, so that the index gives the order and the reading stops after the page.
    """
    args: list[Any] = []
    conditions = ["b.workspace_id = $1", "b.merged_into IS NULL", "b.erased_at IS NULL"]
    words = wanted.q.strip().lower()
    for given, condition in ((words or None, _WORDS), (wanted.tag, _TAG)):
        if given is not None:
            args.append(given)
            conditions.append(_anyone(condition, len(args) + 1))
    if wanted.blocked is not None:
        conditions.append(f"{'' if wanted.blocked else 'NOT '}{_anyone(_BLOCKED)}")
    if wanted.practice is not None:
        conditions.append(f"(b.platform = '{PRACTICE}') = {wanted.practice}")
    if place is not None:
        args += place
        conditions.append(f"(lower(b.handle), b.id) > (${len(args)}, ${len(args) + 1})")
    args.append(wanted.limit + 1)
    chosen = " AND ".join(conditions)
    return f"SELECT b.id FROM buyers b WHERE {chosen} ORDER BY lower(b.handle), b.id LIMIT ${len(args) + 1}", args


# Everybody's identities first, then one look into the index of claims for each.
FIGURES = """
WITH members AS MATERIALIZED (
    SELECT id, id AS person, created_at, blocked_at, blocked_reason
    FROM buyers WHERE workspace_id = $1 AND id = ANY($2::uuid[])
    UNION ALL
    SELECT id, merged_into, created_at, blocked_at, blocked_reason
    FROM buyers WHERE workspace_id = $1 AND merged_into = ANY($2::uuid[])
), figures AS (
    SELECT m.person, count(DISTINCT c.show_id) FILTER (WHERE c.kind = 'claim') AS shows,
        coalesce(sum(c.quantity) FILTER (WHERE c.status = 'winner'), 0) AS won_units, max(c.posted_at) AS last_claim
    FROM members m JOIN LATERAL (
        SELECT show_id, kind, quantity, status, posted_at FROM claims WHERE workspace_id = $1 AND buyer_id = m.id
    ) c ON true GROUP BY m.person
), standing AS (
    SELECT person, count(*) - 1 AS identities, min(created_at) AS first_seen_at, min(blocked_at) AS blocked_at,
        (array_agg(blocked_reason ORDER BY id <> person, blocked_at) FILTER (WHERE blocked_at IS NOT NULL))[1]
            AS blocked_reason
    FROM members GROUP BY person
)
SELECT b.id, b.handle, b.platform, b.platform_user_id, b.note, b.tags, b.merged_into, b.version, b.erased_at,
    s.blocked_at, s.blocked_reason, s.identities, s.first_seen_at, coalesce(f.shows, 0) AS shows,
    coalesce(f.won_units, 0) AS won_units, greatest(f.last_claim, s.first_seen_at) AS last_seen_at
FROM standing s JOIN buyers b ON b.workspace_id = $1 AND b.id = s.person
LEFT JOIN figures f ON f.person = s.person
"""

TAGS = """
SELECT tag, count(*) AS people FROM buyers, unnest(tags) AS tag
WHERE workspace_id = $1 AND tags <> '{}' GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 100
"""

SHOWS = """
SELECT s.id, s.title, s.status, coalesce(s.activated_at, s.created_at) AS started_at, f.*
FROM (
    SELECT c.show_id, count(*) FILTER (WHERE c.kind = 'claim') AS claims,
        coalesce(sum(c.quantity) FILTER (WHERE c.status = 'winner'), 0) AS won_units,
        coalesce(sum(c.quantity) FILTER (WHERE c.status = 'waitlist'), 0) AS waiting_units,
        coalesce(sum(c.quantity * i.price) FILTER (WHERE c.status = 'winner'), 0.00) AS amount,
        coalesce(sum(c.quantity) FILTER (WHERE c.status = 'winner' AND i.price IS NULL), 0) AS unpriced
    FROM claims c LEFT JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
    WHERE c.workspace_id = $1 AND c.buyer_id = ANY($2::uuid[]) GROUP BY c.show_id
) f JOIN shows s ON s.workspace_id = $1 AND s.id = f.show_id
ORDER BY started_at DESC, s.id LIMIT 50
"""

CLAIMS = """
SELECT c.*, s.title AS show_title, i.title AS item_title, i.price, b.handle, m.text
FROM (
    SELECT * FROM claims WHERE workspace_id = $1 AND buyer_id = ANY($2::uuid[]) AND ($3::uuid IS NULL OR
        (posted_at, id) < (SELECT posted_at, id FROM claims WHERE workspace_id = $1 AND id = $3))
    ORDER BY posted_at DESC, id DESC LIMIT $4
) c
JOIN shows s ON s.workspace_id = $1 AND s.id = c.show_id
JOIN buyers b ON b.workspace_id = $1 AND b.id = c.buyer_id
LEFT JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
LEFT JOIN comments m ON m.workspace_id = $1 AND m.show_id = c.show_id AND m.comment_no = c.comment_no
ORDER BY c.posted_at DESC, c.id DESC
"""

# Merging and blocking look at several rows; one at a time in a workspace, so that what was read still holds.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('dibs buyers ' || $1::uuid, 0))"
PATCH = """
UPDATE buyers SET note = coalesce($4, note), tags = coalesce($5::text[], tags), version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND merged_into IS NULL AND erased_at IS NULL RETURNING id
"""
BLOCK = """
UPDATE buyers SET blocked_at = coalesce(blocked_at, clock_timestamp()), blocked_reason = $3
WHERE workspace_id = $1 AND id = $2
"""
UNBLOCK = """
UPDATE buyers SET blocked_at = NULL, blocked_reason = NULL
WHERE workspace_id = $1 AND (id = $2 OR merged_into = $2) AND blocked_at IS NOT NULL
"""
MERGE = """
UPDATE buyers SET merged_into = $3, merge_parent = CASE WHEN id = $2 THEN $3 ELSE merge_parent END
WHERE workspace_id = $1 AND ((id = $2 AND merged_into IS NULL) OR merged_into = $2) RETURNING id
"""
UNMERGE = """
WITH RECURSIVE below AS (
    SELECT $2::uuid AS id
    UNION SELECT b.id FROM below JOIN buyers b ON b.merge_parent = below.id
    WHERE b.workspace_id = $1 AND b.merged_into = $3
)
UPDATE buyers SET merged_into = CASE WHEN id = $2 THEN NULL ELSE $2 END,
    merge_parent = CASE WHEN id = $2 THEN NULL ELSE merge_parent END
WHERE workspace_id = $1 AND id IN (SELECT id FROM below) RETURNING id
"""
RUNNING = """
SELECT id FROM shows WHERE workspace_id = $1 AND status IN ('active', 'paused') ORDER BY id
"""
