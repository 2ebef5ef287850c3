"""Every row of the reference of comment formats, with its market's packs and with all packs at once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from helpers import ALL, context, done, read
from table import CLAIMS, NOTHING, Row


def _name(row: Row) -> str:
    return f"{row.number}: {row.text}"


def _context(row: Row, locales: tuple[str, ...]):
    rules = {"several": True, "locales": locales, **row.rules}
    return context(row.items, row.pinned, row.settings, **rules)


@pytest.mark.parametrize("row", CLAIMS, ids=_name)
def test_clear_claims_are_carried_out_as_the_reference_says(row: Row) -> None:
    for locales in (row.locales, ALL):
        reading = read(_context(row, locales), row.text)
        assert done(reading) == list(row.want), (locales, reading)
        assert all(act.rule and act.confidence >= 0.5 for act in reading.acts)


@pytest.mark.parametrize("row", NOTHING, ids=_name)
def test_doubtful_comments_do_nothing_by_themselves_and_say_why(row: Row) -> None:
    for locales in (row.locales,) if row.alone else (row.locales, ALL):
        reading = read(_context(row, locales), row.text)
        assert not done(reading), (locales, reading)
        assert (reading.review, reading.reason) == (row.review, row.reason), locales


def test_the_table_covers_every_row_of_the_reference() -> None:
    numbers = {row.number for row in (*CLAIMS, *NOTHING)}
    assert set(range(1, 78)) - numbers == {43, 53}
