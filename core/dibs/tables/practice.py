"""Practice runs: one row a show, the newest run. It runs while its lease holds."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, Uuid

from dibs.tables.metadata import counter, instant, metadata, uuid_key, workspace

practice_runs = Table(
    "practice_runs",
    metadata,
    workspace(),
    uuid_key("show_id"),
    Column("run_id", Uuid, nullable=False),
    Column("runner", Text, nullable=False),
    Column("per_minute", Integer, nullable=False),
    counter("comments"),
    instant("started_at", nullable=False),
    instant("ends_at", nullable=False),
    instant("lease_until", nullable=False),
    instant("stopped_at"),
    CheckConstraint("per_minute > 0", name="practice_runs_pace"),
)
