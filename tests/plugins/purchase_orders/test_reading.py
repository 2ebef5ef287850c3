"""What is read from real files, how sure that is, and what is refused in which words."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from dibs import InvalidInputError, PurchaseOrder
from dibs.files import MAX_BYTES, read_table, reading, uploaded_file
from dibs.hooks.answers import purchase_order_fault
from dibs_purchase_orders.amounts import read_amounts
from dibs_purchase_orders.matching import likeness
from dibs_purchase_orders.numbers import read_day, readings, sign_in
from dibs_purchase_orders.reading import read_order

from .files import HEADER, ROWS, csv_file, pdf_file, xlsx_file, zip_bomb


def order_in(content: bytes, name: str = "order") -> PurchaseOrder:
    found = read_order(read_table(uploaded_file(name, content)))
    assert purchase_order_fault(found) is None
    return found


def refusal(content: bytes, name: str = "order") -> str:
    with pytest.raises(InvalidInputError) as caught:
        order_in(content, name)
    return caught.value.message


@pytest.mark.parametrize("content", [csv_file(), xlsx_file((HEADER, *ROWS)), pdf_file()], ids=["csv", "xlsx", "pdf"])
def test_the_same_order_is_read_from_each_kind_of_file(content: bytes) -> None:
    lines = order_in(content).lines
    assert [(line.code, line.name, line.unit) for line in lines] == [row[:3] for row in ROWS]
    assert [line.quantity for line in lines] == [Decimal(10), Decimal(5), Decimal("2.5")]
    assert [line.unit_cost for line in lines] == [Decimal("12.50"), Decimal("1234.50"), Decimal("4.00")]
    assert [line.confidence for line in lines] == [100, 100, 100] and not any(line.remarks for line in lines)


def test_what_stands_above_the_table_is_read_and_a_second_page_goes_on() -> None:
    rows = [(f"B-{n}", f"Thing number {n}", "piece", str(n), "2.00", f"{2 * n}.00") for n in range(1, 80)]
    content = pdf_file(rows)
    assert len(PdfReader(io.BytesIO(content)).pages) > 1
    found = order_in(content)
    assert (found.supplier, found.number, str(found.ordered_on)) == ("Acme Textiles Ltd", "PO-4711", "2026-05-01")
    assert [line.code for line in found.lines] == [f"B-{n}" for n in range(1, 80)]
    assert found.lines[-1].place.startswith("page 2, line ") and {line.confidence for line in found.lines} == {100}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Artikelnummer;Bezeichnung;Menge;ME;Einzelpreis;Gesamt", "A1;Kleid;1.000;Stk;1,50;1.500,00"),
        ("Código;Descripción;Cantidad;Unidad;Precio unitario;Importe", "A1;Kleid;1.000;Stk;1,50;1.500,00"),
        ("SKU;Product name;Quantity;UOM;Unit price;Amount", "A1;Kleid;1,000;Stk;1.50;1,500.00"),
    ],
    ids=["de", "es", "en"],
)
def test_headers_and_numbers_of_several_languages_are_understood(header: str, row: str) -> None:
    [line] = order_in(f"{header}\n{row}\n".encode()).lines
    assert (line.code, line.name, line.unit) == ("A1", "Kleid", "Stk")
    assert (line.quantity, line.unit_cost, line.confidence) == (Decimal(1000), Decimal("1.50"), 100)


def test_what_does_not_add_up_or_stands_twice_is_less_sure_and_says_why() -> None:
    rows = (
        ("A1", "Dress", "pc", "2", "3.00", "7.00"), ("A2", "Top", "pc", "2", "3.00", ""), ("A1", "Dress", "pc", "4",
        "3.00", "12.00"), ("A3", "", "pc", "1", "1.00", "1.00"), ("A4", "Hat", "pc", "many", "1.00", ""),
        ("A5", "Bag", "pc", "3", "", "10.00"), ("A6", "Belt", "pc", "1,234", "1.00", ""),
        ("", "Total", "", "", "", "9"),
    )  # fmt: skip
    lines = order_in(csv_file(rows, sign=";")).lines
    said = {line.code + line.place: " ".join(r.text % r.values for r in line.remarks) for line in lines}
    assert [line.confidence for line in lines] == [40, 85, 50, 60, 20, 70, 85]
    assert "6.00, but the file says 7.00" in said["A1row 2"] and "row 2" in said["A1row 4"]
    assert "“many” is no number" in said["A4row 6"] and "worked out from the total" in said["A5row 7"]
    [unclear] = order_in(csv_file((("A6", "Belt", "pc", "1,234", "1", ""),), sign=";")).lines
    assert unclear.confidence == 50 and unclear.remarks[0].text % unclear.remarks[0].values == (
        "The quantity may mean 1234 or 1.234."
    )


@given(st.integers(0, 10**7), st.integers(0, 10**9), st.booleans())
@settings(max_examples=200, deadline=None)
def test_amounts_are_read_alike_with_either_decimal_sign(quantity: int, cents: int, comma: bool) -> None:
    cost = Decimal(cents) / 100
    texts = {"quantity": str(quantity), "unit_cost": f"{cost:,.2f}", "total": f"{quantity * cost:,.2f}"}
    if comma:
        texts = {name: text.translate(str.maketrans(",.", ".,")) for name, text in texts.items()}
    found = read_amounts(texts, sign_in(texts.values()))  # type: ignore[arg-type]
    if quantity:
        assert found.quantity == quantity
    assert found.unit_cost in (None, cost) and isinstance(found.confidence, int)


@given(st.text(max_size=40), st.sampled_from([".", ",", None]))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reading_of_numbers(text: str, sign: str | None) -> None:
    assert all(number.is_finite() for number in readings(text, sign))
    read_day(text)
    found = read_amounts({"quantity": text, "unit_cost": text, "total": text}, sign)
    assert 0 <= found.confidence <= 100 and (found.unit_cost is None or found.unit_cost >= 0)


def test_a_file_is_what_its_content_says() -> None:
    kinds = [
        uploaded_file("x.csv", content).kind
        for content in (csv_file(), xlsx_file((HEADER,)), pdf_file(), bytes(range(200)))
    ]
    assert kinds == ["text", "xlsx", "pdf", "other"]
    assert len(order_in(pdf_file(), "harmless.csv").lines) == 3
    assert uploaded_file("../../etc/pass\nwd.csv", b"x").name == "passwd.csv"


def test_damaged_and_hostile_files_end_in_a_sentence() -> None:
    assert refusal(b" \n") == "The file is empty."
    assert "larger than 20 MB" in refusal(b"x" * (MAX_BYTES + 1))
    assert "protected by a password" in refusal(pdf_file(password="secret"))
    assert refusal(csv_file()[:40] + b"\n\0\0\n").startswith("Row 2 holds bytes")
    assert "Row 4 can't be read" in refusal(csv_file()[:95] + b'\nA,"' + b"x" * 200_000)
    assert "is damaged" in refusal(pdf_file()[: len(pdf_file()) // 3])
    assert "damaged" in refusal(xlsx_file((HEADER, *ROWS))[:-200])
    assert "packed in a way" in refusal(zip_bomb()) or "unpacks to more" in refusal(zip_bomb())
    assert "no table" in refusal(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9)
    assert "No row names the columns" in refusal(b"hello\nworld\n")
    assert "no line below the header in row 1" in refusal(csv_file(()))


def test_a_small_workbook_that_is_huge_in_memory_is_refused() -> None:
    """One text that a million cells name: the process that reads it may have that, the server must not get it."""
    content = xlsx_file([["x" * 1500] * 50] * 300)
    assert len(content) < 200_000 and "more than 20,000,000 characters" in refusal(content)


def test_what_opens_a_strangers_file_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spy = tmp_path / "child.py"
    spy.write_text("import json, os; print(json.dumps({'refused': ' '.join(os.environ)}))")
    monkeypatch.setattr(reading, "_CHILD", spy)
    monkeypatch.setenv("DIBS_SECRET_KEY", "kanarienvogel")
    assert "DIBS" not in refusal(csv_file())


def test_a_page_that_is_damaged_is_named() -> None:
    rows = [(f"B-{n}", f"Thing number {n}", "piece", "1", "2.00", "2.00") for n in range(1, 80)]
    writer = PdfWriter(PdfReader(io.BytesIO(pdf_file(rows))))
    writer.pages[1]["/Contents"].get_object()._data = b"garbage" * 50  # type: ignore[attr-defined]
    out = io.BytesIO()
    writer.write(out)
    try:
        found = order_in(out.getvalue())
    except InvalidInputError as error:
        assert "Page 2" in error.message
    else:
        assert [one.text for one in found.remarks] == ["Page 2 has no text in it: it is a picture, or damaged."]


def test_formulas_and_huge_cells_are_texts_and_nothing_more() -> None:
    rows = (HEADER, ("=1+1", '=HYPERLINK("http://evil")', "pc", "1", "1", "1"), ("B", "x" * 5000, "pc", "2", "2", "4"))
    content = xlsx_file([[f"{cell}" for cell in row] for row in rows], formula='=WEBSERVICE("http://evil")')
    lines = order_in(content).lines
    assert len(lines[1].name) == 200 and any("cut" in remark.text for remark in lines[1].remarks)
    text = csv_file((("=cmd|' /C calc'!A0", "@SUM(1)", "pc", "1", "1.00", "1.00"),))
    [line] = order_in(text).lines
    assert (line.code, line.name) == ("=cmd|' /C calc'!A0", "@SUM(1)")


def test_names_are_alike_by_their_words_and_letters() -> None:
    assert likeness("red summer dress", "summer dress red") > 70 > likeness("red summer dress", "blue top")
