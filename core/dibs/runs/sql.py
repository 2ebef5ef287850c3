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
ONE: Final = f"SELECT {SHOWN}, result, weights FROM runs WHERE workspace_id = $1 AND id = $2"
PAGE: Final = f"""
SELECT {SHOWN} FROM runs WHERE workspace_id = $1 AND ($2::text IS NULL OR kind = $2)
    AND ($3::text[] IS NULL OR state = ANY ($3)) AND ($4::uuid IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5
"""
PAST: Final = """
SELECT took, lines FROM runs WHERE workspace_id = $1 AND kind = $2 AND state = 'done' ORDER BY id DESC LIMIT 20
"""
# $3 number of the stage, $4 its name, $5 done, $6 total, $7 message, $8 percent, $9 seconds that remain.
REPORT: Final = f"""
UPDATE runs SET {_WORKED},
    percent = greatest(percent, least($8::numeric, 99)),
    stage_no = greatest(stage_no, $3),
    stage = CASE WHEN $3 >= stage_no THEN $4 ELSE stage END,
    stage_at = CASE WHEN $3 > stage_no THEN clock_timestamp() ELSE stage_at END,
    done = CASE WHEN $3 > stage_no THEN $5 WHEN $3 = stage_no THEN greatest(done, $5) ELSE done END,
    total = CASE WHEN $3 > stage_no THEN $6 WHEN $3 = stage_no THEN greatest(total, $6) ELSE total END,
    message = CASE WHEN $3 >= stage_no THEN $7 ELSE message END,
    remaining = $9::int,
    lines = CASE WHEN $3 < stage_no THEN lines ELSE jsonb_set(lines, ARRAY[$4], to_jsonb(
        greatest(coalesce((lines ->> $4)::int, 0), $5))) END
WHERE workspace_id = $1 AND id = $2 AND state = 'running' RETURNING {SHOWN}
"""
WAIT: Final = f"""
UPDATE runs SET {_WORKED}, state = 'waiting', message = '', remaining = NULL
WHERE workspace_id = $1 AND id = $2 AND state = 'running' RETURNING {SHOWN}
"""
FINISH: Final = f"""
UPDATE runs SET {_WORKED}, state = 'done', percent = 100, done = coalesce(total, done), remaining = NULL, message = '',
    result = $3, finished_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND state IN ('running', 'waiting') RETURNING {SHOWN}
"""
END: Final = f"""
UPDATE runs SET {_WORKED}, state = $3, error = $4, remaining = NULL, finished_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND state IN ('running', 'waiting') RETURNING {SHOWN}
"""
# $3: the states from which it goes on.
AGAIN: Final = f"""
UPDATE runs SET state = 'running', error = NULL, finished_at = NULL, updated_at = clock_timestamp()
WHERE workspace_id = $1 AND id = $2 AND state = ANY ($3) AND job IS NOT NULL RETURNING {SHOWN}, payload
"""
FORGET_JOB: Final = "DELETE FROM pgqueuer WHERE status = 'failed' AND dedupe_key = $1"
