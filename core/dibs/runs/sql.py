"""The statements about runs. What must hold of progress stands in them: it never goes back, whoever reports."""

from __future__ import annotations

from typing import Final

# A step is timed by the reports around it; after a process died nobody worked, so no gap counts for more than this.
LONGEST_STEP: Final = 2

_WORKED = f"""
took = CASE WHEN state = 'running' AND stage <> '' THEN jsonb_set(took, ARRAY[stage], to_jsonb(round(
        coalesce((took ->> stage)::numeric, 0)
        + least(greatest(extract(epoch FROM clock_timestamp() - updated_at), 0), {LONGEST_STEP}), 3)))
    ELSE took END,
updated_at = clock_timestamp()
"""
SHOWN: Final = """
id, kind, title, state, stages, stage, percent, done, total, message, remaining, took, lines, error, path, job,
permission, started_by_name, started_at, updated_at, finished_at
"""
BEGIN: Final = f"""
INSERT INTO runs (workspace_id, id, kind, title, stages, weights, path, job, payload, permission, started_by,
    started_by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING {SHOWN}
"""
ONE: Final = f"SELECT {SHOWN}, result, weights, turn FROM runs WHERE workspace_id = $1 AND id = $2"
SOME: Final = f"SELECT {SHOWN} FROM runs WHERE workspace_id = $1 AND id = ANY ($2)"
PAGE: Final = f"""
SELECT {SHOWN} FROM runs WHERE workspace_id = $1 AND ($2::text IS NULL OR kind = $2)
    AND ($3::text[] IS NULL OR state = ANY ($3)) AND ($4::uuid IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5
"""
PAST: Final = """
SELECT took, lines FROM runs WHERE workspace_id = $1 AND kind = $2 AND state = 'done' ORDER BY id DESC LIMIT 20
"""
# $3 turn, $4 number of the stage, $5 its name, $6 done, $7 total, $8 message, $9 percent, $10 seconds that remain.
REPORT: Final = f"""
UPDATE runs SET {_WORKED},
    percent = greatest(percent, least($9::numeric, 99)),
    stage_no = greatest(stage_no, $4),
    stage = CASE WHEN $4 >= stage_no THEN $5 ELSE stage END,
    stage_at = CASE WHEN $4 > stage_no THEN clock_timestamp() ELSE stage_at END,
    done = CASE WHEN $4 > stage_no THEN $6 WHEN $4 = stage_no THEN greatest(done, $6) ELSE done END,
    total = CASE WHEN $4 > stage_no THEN $7 WHEN $4 = stage_no THEN greatest(total, $7) ELSE total END,
    message = CASE WHEN $4 >= stage_no THEN $8 ELSE message END,
    remaining = $10::int,
    lines = CASE WHEN $4 < stage_no THEN lines ELSE jsonb_set(lines, ARRAY[$5], to_jsonb(
        greatest(coalesce((lines ->> $5)::int, 0), $6))) END
WHERE workspace_id = $1 AND id = $2 AND turn = $3 AND state = 'running' RETURNING {SHOWN}
"""
WAIT: Final = f"""
UPDATE runs SET {_WORKED}, state = 'waiting', message = '', remaining = NULL
WHERE workspace_id = $1 AND id = $2 AND turn = $3 AND state = 'running' RETURNING {SHOWN}
"""
FINISH: Final = f"""
UPDATE runs SET {_WORKED}, state = 'done', percent = 100, done = coalesce(total, done), remaining = NULL, message = '',
    result = $4, finished_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND turn = $3 AND state IN ('running', 'waiting') RETURNING {SHOWN}
"""
END: Final = f"""
UPDATE runs SET {_WORKED}, state = $3, error = $4, remaining = NULL, finished_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND ($5::int IS NULL OR turn = $5) AND state IN ('running', 'waiting')
RETURNING {SHOWN}
"""
# $3: the states from which it goes on.
AGAIN: Final = f"""
UPDATE runs SET state = 'running', turn = turn + 1, error = NULL, finished_at = NULL, updated_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND state = ANY ($3) AND job IS NOT NULL RETURNING {SHOWN}, payload, turn
"""
FORGET_JOB: Final = "DELETE FROM pgqueuer WHERE status = 'failed' AND starts_with(dedupe_key, $1)"
