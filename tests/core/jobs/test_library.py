"""The tables of our migration are those of the installed library."""

import asyncpg
import pytest
from pgqueuer.adapters.persistence.queries import Queries

from dibs.db import Database
from dibs.jobs.library import NAMES, queries_of


async def test_the_library_would_change_nothing(db: Database) -> None:
    pool = await db.open_pool(2, "test")
    try:
        plan = await queries_of(pool).plan_upgrade()
    finally:
        await pool.close()
    assert list(plan.statements) == [] and list(plan.notes) == []


async def test_a_fresh_installation_has_the_same_objects(db: Database, database_url: str) -> None:
    ours = await _objects(database_url)
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "DROP TABLE pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics; "
        "DROP FUNCTION fn_pgqueuer_changed; DROP TYPE pgqueuer_status"
    )
    await Queries.from_asyncpg_connection(connection).install()
    await connection.close()
    assert await _objects(database_url) == ours and len(ours) > 40


async def _objects(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """
            SELECT table_name || ' ' || column_name || ' ' || data_type || coalesce(' ' || column_default, '') AS o
            FROM information_schema.columns WHERE table_name LIKE 'pgqueuer%'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'pgqueuer%'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'pgqueuer%'
            UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE '%pgqueuer%'
            UNION ALL SELECT regexp_replace(prosrc, '\\s+', ' ', 'g') FROM pg_proc WHERE proname LIKE '%pgqueuer%'
            UNION ALL SELECT enumlabel FROM pg_enum
            ORDER BY 1
            """
        )
    finally:
        await connection.close()
    return [row["o"] for row in rows]


@pytest.mark.parametrize("name", ["CHANNEL", "PGQUEUER_QUEUE_TABLE", "PGQUEUER_SCHEMA", "PGQUEUER_PREFIX"])
def test_variables_of_the_environment_move_no_table(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "elsewhere")
    again = type(NAMES)(**{field: getattr(NAMES, field) for field in type(NAMES).model_fields})
    assert again == NAMES and NAMES.qualified.queue_table == "pgqueuer"
