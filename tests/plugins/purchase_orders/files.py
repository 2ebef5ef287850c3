"""Purchase orders as suppliers send them, made by the programs that make such files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import typst
import xlsxwriter
from pypdf import PdfReader, PdfWriter

HEADER = ("Code", "Description", "Unit", "Qty", "Unit cost", "Total")
ROWS = (
    ("A-100", "Red summer dress", "piece", "10", "12.50", "125.00"),
    ("A-101", "Blue cotton top", "piece", "5", "1,234.50", "6,172.50"),
    ("A-102", "Silk scarf", "m", "2.5", "4.00", "10.00"),
)


def csv_file(rows: Sequence[Sequence[str]] = ROWS, header: Sequence[str] = HEADER, sign: str = ",") -> bytes:
    """A comma separated list; cells with the separator in them are quoted."""
    lines = [sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in (header, *rows)]
    return "\n".join(lines).encode()


def xlsx_file(rows: Sequence[Sequence[object]], formula: str = "") -> bytes:
    """A workbook with the rows on its first sheet; `formula` goes into a cell as a real formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
        if formula:
            sheet.write_formula(len(rows), 1, formula, None, "cached")
    return out.getvalue()


def pdf_file(rows: Sequence[Sequence[str]] = ROWS, head: str = "", password: str = "") -> bytes:
    """A page made by typst, as programs of suppliers make them."""
    cells = ", ".join(f"[{cell}]" for row in (HEADER, *rows) for cell in row)
    text = f"""
#set page(paper: "a4", margin: 1.5cm)
#set text(size: 10pt)
= Purchase Order PO-4711
Supplier: Acme Textiles Ltd \\
Order date: 2026-05-01
{head}

#table(columns: (auto, 1fr, auto, auto, auto, auto), {cells})
Total 6,307.50
"""
    made = bytes(typst.compile(text.encode()))
    if not password:
        return made
    writer = PdfWriter(PdfReader(io.BytesIO(made)))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A workbook whose sheet unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b" " * 1024 * 1024)
    return out.getvalue()
