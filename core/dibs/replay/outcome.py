"""What a replay led to: counts of this run, the show as it stands, and how fast it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.lane.keys import clean, comment_key
from dibs.models.comments import IncomingComment
from dibs.replay.claims import read_claims
from dibs.replay.feed import Feeder, percentile
from dibs.replay.setup import Prepared
from dibs.shows.service import Shows

if TYPE_CHECKING:
    from dibs.db import Database

# Only rows that are new since the run began, and of these only the recording's own: others may write there too.
_VERDICTS = """
SELECT c.verdict, count(*) AS comments FROM unnest($4::text[]) AS mine(comment_key)
JOIN comments c ON c.workspace_id = $1 AND c.show_id = $2 AND c.comment_key = mine.comment_key AND c.comment_no > $3
GROUP BY 1
"""
_CLAIM = (
    "claim_id",
    "item_number",
    "variant",
    "platform_user_id",
    "user_handle",
    "quantity",
    "status",
    "waitlist_position",
    "comment_id",
)
_ITEM = ("item_number", "variant", "total_quantity", "claimed_count", "waitlist_count", "status")
_PLURAL = {"claim": "claims", "pass": "passes", "review": "review"}


@attrs.frozen
class Outcome:
    """The end of a replay.

    Attributes:
        comments: `received`, `stored`, `duplicates`, `claims`, `passes`, `review`, `ignored` of this run.
        items, claims: all of the show, in their order.
        timing: `seconds`, `comments_per_second`, `p50_ms`, `p99_ms`.
    """

    workspace_id: UUID
    show_id: UUID
    comments: Mapping[str, int]
    items: Sequence[Mapping[str, Any]]
    claims: Sequence[Mapping[str, Any]]
    timing: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "show_id": str(self.show_id),
            "comments": dict(self.comments),
            "items": [{name: item[name] for name in _ITEM} for item in self.items],
            "claims": [{name: claim[name] for name in _CLAIM} for claim in self.claims],
            "timing": dict(self.timing),
        }


async def read_outcome(db: Database, show: Prepared, feeder: Feeder, comments: Sequence[IncomingComment]) -> Outcome:
    """Read what became of the comments that were handed over, and how the show stands."""
    return Outcome(
        show.workspace_id,
        show.show_id,
        await _counts(db, show, comments[: feeder.received]),
        await Shows(db).items(show.workspace_id, show.show_id),
        await read_claims(db, show.workspace_id, show.show_id),
        _timing(feeder),
    )


async def _counts(db: Database, show: Prepared, comments: Sequence[IncomingComment]) -> dict[str, int]:
    keys = list({comment_key(clean(comment)) for comment in comments})
    rows = await db.hot_fetch(_VERDICTS, show.workspace_id, show.show_id, show.last_comment_no, keys)
    counts = dict.fromkeys(("received", "stored", "duplicates", "claims", "passes", "review", "ignored"), 0)
    for row in rows:
        counts["stored"] += row["comments"]
        counts[_PLURAL.get(row["verdict"], "ignored")] += row["comments"]
    counts["received"] = len(comments)
    counts["duplicates"] = len(comments) - counts["stored"]
    return counts


def _timing(feeder: Feeder) -> dict[str, float]:
    return {
        "seconds": round(feeder.seconds, 3),
        "comments_per_second": round(feeder.received / feeder.seconds, 1) if feeder.seconds else 0.0,
        "p50_ms": round(percentile(feeder.latencies, 0.5) * 1000, 3),
        "p99_ms": round(percentile(feeder.latencies, 0.99) * 1000, 3),
    }
