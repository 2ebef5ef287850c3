"""What a column is, and what a number means."""

from decimal import Decimal

import pytest

from dibs.errors import InvalidInputError
from dibs.item_import import ItemTable, read_items_text
from dibs.item_import.columns import field_of
from dibs.item_import.numbers import read_price, read_quantity
from dibs.models.items import NewItem


def items(table: ItemTable) -> list[NewItem]:
    assert [row.faults for row in table.rows if row.faults] == []
    return [row.item for row in table.rows if row.item]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Item No.", "item_number"),
        ("CÓDIGO", "item_number"),
        ("item_number", "item_number"),
        ("#", "item_number"),
        ("N°", "item_number"),
        ("รหัสสินค้า", "item_number"),
        ("Título", "title"),
        ("Tên hàng", "title"),
        ("商品名稱", "title"),
        ("Qté", "quantity"),
        ("Số lượng", "quantity"),
        ("Stock (pcs)", "quantity"),
        ("Taille", "variant"),
        ("Price [€]", "price"),
        ("Đơn giá", "price"),
        ("shelf", None),
        ("", None),
        ("...", None),
    ],
)
def test_headers_are_known_in_many_languages(header: str, field: str | None) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("12.50", "12.50"),
        ("12,5", "12.5"),
        ("$1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("₱1,500", "1500"),
        ("1.234.567", "1234567"),
        ("１２．５０", "12.50"),
        ("R$ 9,90", "9.90"),
        ("0", "0"),
    ],
)
def test_prices_are_read_as_people_write_them(cell: str, price: str) -> None:
    assert read_price(cell) == (Decimal(price), None)


@pytest.mark.parametrize(
    "cell", ["-5", "abc", "$", "$-5", "12x34", "1.2.3,4,5", "0.125", "12.345678", "1e5", "NaN", "--", "9" * 40]
)
def test_what_is_no_price_is_said(cell: str) -> None:
    assert read_price(cell)[1] is not None


@pytest.mark.parametrize(
    ("cell", "quantity"), [("3", 3), ("3.0", 3), ("3,00", 3), ("1,000", 1000), ("１２", 12), ("0", 0)]
)
def test_quantities_are_whole_numbers(cell: str, quantity: int) -> None:
    assert read_quantity(cell) == (quantity, None)


@pytest.mark.parametrize("cell", ["", "-1", "3.5", "many", "1000001", "1e3", "9" * 30, "1.000", "1" + ",000" * 1500])
def test_what_is_no_quantity_is_said(cell: str) -> None:
    assert read_quantity(cell)[1] is not None


@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Código", "Título", "Cantidad", "Precio"], ["12", "Vestido", "3", "19.50"]]
    table = read_items_text("\r\n".join(delimiter.join(row) for row in rows))
    assert table.by_header
    assert items(table) == [NewItem("12", "Vestido", 3, None, Decimal("19.50"))]


def test_decimal_commas_live_between_semicolons() -> None:
    assert items(read_items_text("12;Dress;3;19,50\n13;Top;1;5,00")) == [
        NewItem("12", "Dress", 3, None, Decimal("19.50")),
        NewItem("13", "Top", 1, None, Decimal("5.00")),
    ]


def test_without_a_header_the_order_counts() -> None:
    table = read_items_text("12\tDress, linen\t3\tRed\t19.50\n")
    assert not table.by_header and "no header" in table.remarks[0]
    assert items(table) == [NewItem("12", "Dress, linen", 3, "Red", Decimal("19.50"))]


def test_the_fourth_column_is_a_price_if_all_are_prices_and_else_a_variant() -> None:
    assert items(read_items_text("12,Dress,3,19.50"))[0].price == Decimal("19.50")
    assert items(read_items_text("12,Dress,3,19.50\n12,Dress,3,Red"))[0].variant == "19.50"


def test_codes_alone_are_items_of_which_there_is_one() -> None:
    table = read_items_text("A1\nA2\n")
    assert [(item.item_number, item.quantity) for item in items(table)] == [("A1", 1), ("A2", 1)]
    assert any("no column for the quantity" in remark for remark in table.remarks)


def test_words_that_nothing_separates_are_no_item_number() -> None:
    fault = read_items_text("12 Dress 3\n").rows[0].faults[0]
    assert fault.field == "item_number" and "put a tab" in fault.problem


def test_every_fault_of_a_row_is_named_and_the_other_rows_are_read() -> None:
    table = read_items_text(f"code,name,qty,price\n,{'x' * 201},many,cheap\n13,Top,1,2\n")
    bad, good = table.rows
    assert [fault.field for fault in bad.faults] == ["item_number", "title", "quantity", "price"]
    assert bad.line == 2 and good.item == NewItem("13", "Top", 1, None, Decimal(2))


def test_the_same_item_twice_is_a_fault_of_the_second_row() -> None:
    table = read_items_text("code,qty,size\na1,1,\nA1,2,\nA1,1,M\nＡ１,1,m\n")
    assert [row.faults[0].problem if row.faults else None for row in table.rows] == [
        None,
        "is the same item as line 2",
        None,
        "is the same item as line 4",
    ]


def test_a_quoted_cell_may_span_lines_and_lines_are_still_counted() -> None:
    table = read_items_text('code,name,qty\n12,"Two\nlines",1\n13,Top,none\n')
    assert [row.line for row in table.rows] == [2, 4]
    assert table.rows[0].faults[0].problem == "must not contain control characters"


def test_an_inch_mark_is_a_letter() -> None:
    assert items(read_items_text('code\ttitle\tqty\n12\t12" vinyl\t1\n13\t"open\t2'))[1].title == '"open'


def test_a_second_column_of_the_same_meaning_and_unknown_ones_are_left_out() -> None:
    table = read_items_text("code,sku,name,shelf,qty\n12,X,Dress,B,1\n")
    assert [column.field for column in table.columns] == ["item_number", None, "title", None, "quantity"]
    assert table.remarks == ("Left out, as not understood: 'sku', 'shelf'.",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows"),
        ("\n , \n", "no rows"),
        ("code,qty\n", "no item below"),
        ("name,qty\nDress,1\n", "No column is the item number"),
        ("code\n" + "".join(f"{n}\n" for n in range(501)), "at most 500"),
        (",".join(str(n) for n in range(61)), "at most 60"),
        ("x" * 400_001, "400,000 characters"),
        ("code\n" + "x" * 140_000, "can't be read as a table"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_items_text(text)
