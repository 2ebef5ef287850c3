"""Files: name and content must agree, and a workbook must be small when it is unpacked."""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dibs.errors import InvalidInputError
from dibs.item_import import read_rows, read_xlsx, text_of_file
from dibs.item_import.files import kind_of_file
from dibs.item_import.xlsx import check_workbook

from .workbooks import archive, lying_workbook, parts, workbook

SHEET = [["Code", "Title", "Qty", "Price"], ["007", "Dress", 3, 19.5], [12, "Top", 1.0, None]]
MB = 1024 * 1024


async def test_the_first_sheet_is_read_with_its_numbers() -> None:
    rows, remarks = await read_xlsx(workbook(SHEET, [["other"]]))
    assert rows == [
        (1, ["Code", "Title", "Qty", "Price"]),
        (2, ["007", "Dress", "3", "19.5"]),
        (3, ["12", "Top", "1", ""]),
    ]
    assert remarks == ("The workbook has 2 sheets; the first one was read.",)
    assert [row.item is not None for row in read_rows(rows).rows] == [True, True]


async def test_dates_and_truths_are_texts_and_lines_are_those_of_the_sheet() -> None:
    out = workbook([[], [], ["code", "title"], [1, datetime.date(2026, 3, 14).isoformat()], [True, 0.1]])
    rows, _ = await read_xlsx(out)
    assert [(number, cells[0]) for number, cells in rows] == [(3, "code"), (4, "1"), (5, "TRUE")]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("items.csv", b"code\n1", "text"),
        ("items.TSV", b"code\n1", "text"),
        ("items", b"code\n1", "text"),
        ("items.xlsx", workbook(SHEET), "xlsx"),
        ("items", workbook(SHEET), "xlsx"),
    ],
)
def test_name_and_content_agree(name: str, content: bytes, kind: str) -> None:
    assert kind_of_file(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("items.xlsx", b"code,title\n1,a", "is no Excel workbook"),
        ("items.csv", workbook(SHEET), "is called .csv and is none"),
        ("items.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is called .txt and is none"),
        ("items.csv", b"%PDF-1.7", "is none"),
        ("items.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "A .xls file can't be read"),
        ("items.xlsm", workbook(SHEET), "A .xlsm file"),
        ("items.csv.exe", b"MZ", "A .exe file"),
        ("items.csv", b"  \n", "is empty"),
        ("items.csv", b"x" * (5 * MB + 1), "larger than 5 MB"),
    ],
)
def test_anything_else_is_refused_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        kind_of_file(name, content)


def test_text_comes_in_utf_8_utf_16_and_as_windows_writes_it() -> None:
    assert text_of_file("código".encode()) == ("código", ())
    assert text_of_file(b"\xef\xbb\xbf1,a") == ("1,a", ())
    assert text_of_file("código".encode("utf-16")) == ("código", ())
    text, remarks = text_of_file("código".encode("cp1252"))
    assert text == "código" and "Windows-1252" in remarks[0]


def test_bytes_that_no_text_has_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="no text"):
        text_of_file(b"code\x00\x01\x02")


def bomb() -> bytes:
    return archive(parts(workbook(SHEET)) | {"xl/worksheets/sheet2.xml": b" " * (30 * MB)})


def many_entries() -> bytes:
    return archive(parts(workbook(SHEET)) | {f"xl/{n}.xml": b"" for n in range(1_001)})


def large() -> bytes:
    return archive({f"xl/{n}": b"\0" * (11 * MB) for n in range(5)} | {"[Content_Types].xml": b""})


def encrypted() -> bytes:
    made = bytearray(workbook(SHEET))
    at = made.index(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


def packed_oddly() -> bytes:
    return archive(parts(workbook(SHEET)), zipfile.ZIP_LZMA)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bomb, "packed in a way"),
        (many_entries, "more than 1,000 parts"),
        (large, "more than 50 MB"),
        (encrypted, "protected by a password"),
        (packed_oddly, "unusual way"),
        (lambda: archive({"a.txt": b"hello"}), "no Excel workbook"),
        (lambda: b"PK\x03\x04" + b"x" * 1000, "no Excel workbook"),
        (lambda: workbook(SHEET)[:-200], "no Excel workbook"),
    ],
)
async def test_what_would_unpack_to_too_much_is_refused_before_it_is_unpacked(
    make: Callable[[], bytes], words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        check_workbook(make())


async def test_a_directory_that_lies_is_found_out_by_unpacking_to_nowhere() -> None:
    made = lying_workbook(40 * MB)
    check_workbook(made)
    with pytest.raises(InvalidInputError, match="packed in a way"):
        await read_xlsx(made)


async def test_nested_archives_and_entities_stay_packed() -> None:
    entries = parts(workbook(SHEET))
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    entries["xl/sharedStrings.xml"] = laughs + b"]><sst><si><t>&j;</t></si></sst>"
    entries["xl/media/inner.zip"] = bomb()
    try:
        rows, _ = await read_xlsx(archive(entries))
        assert len(str(rows)) < 10_000
    except InvalidInputError as error:
        assert "can't be read" in error.message


async def test_a_sheet_that_claims_to_reach_the_last_cell_costs_its_process_only() -> None:
    entries = parts(workbook([["code"], ["1"]]))
    sheet = entries["xl/worksheets/sheet1.xml"].decode()
    entries["xl/worksheets/sheet1.xml"] = sheet.replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ).encode()
    with pytest.raises(InvalidInputError, match=r"can't be read|too long"):
        await read_xlsx(archive(entries))


async def test_a_workbook_of_a_million_sheets_is_refused() -> None:
    entries = parts(workbook(SHEET))
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(100_000))
    book = entries["xl/workbook.xml"].decode()
    start, end = book.index("<sheets>") + 8, book.index("</sheets>")
    entries["xl/workbook.xml"] = (book[:start] + sheets + book[end:]).encode()
    try:
        rows, remarks = await read_xlsx(archive(entries))
        assert len(rows) == 3 and "sheets" in remarks[0]
    except InvalidInputError as error:
        assert error.message


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_gate(content: bytes) -> None:
    for tail in (content, b"PK\x03\x04" + content, workbook_bytes()[:200] + content):
        try:
            check_workbook(tail)
        except InvalidInputError as error:
            assert error.faults


def workbook_bytes() -> bytes:
    global _made  # noqa: PLW0603 - made once, it is the same every time
    _made = _made or workbook(SHEET)
    return _made


_made = b""


def test_a_zip_file_of_the_test_is_one(tmp_path: Path) -> None:
    assert zipfile.is_zipfile(io.BytesIO(bomb())) and len(bomb()) < MB


async def test_a_small_workbook_that_names_one_text_everywhere_is_refused_by_its_child() -> None:
    with pytest.raises(InvalidInputError, match=r"characters|needs too much"):
        await read_xlsx(workbook([["x" * 30_000] * 150] * 400))
