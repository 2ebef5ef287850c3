"""Item lists: all or nothing, every fault named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dibs.codec import structure
from dibs.errors import FieldFault, InvalidInputError
from dibs.models.cells import unguard
from dibs.models.items import NewItem
from dibs.recording import LineProblem, read_items
from dibs.recording.items import ItemList

HEADER = "item_number,title,quantity,variant,price\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "items.csv"


def read(path: Path, content: str | bytes) -> ItemList:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_items(path)


def faults(path: Path, content: str | bytes) -> tuple[FieldFault, ...]:
    with pytest.raises(InvalidInputError) as caught:
        read(path, content)
    return caught.value.faults


def test_items_are_read_exactly(path: Path) -> None:
    items = read(path, HEADER + '007,"Dress, linen",3,,19.50\nA12,Top,0,Red,\n').items
    assert items == (
        NewItem("007", "Dress, linen", 3, None, Decimal("19.50")),
        NewItem("A12", "Top", 0, "Red", None),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_come_in_any_order_case_and_delimiter(path: Path, delimiter: str) -> None:
    rows = [["Quantity", "TITLE", " item_number "], ["3", " Dress ", "12"]]
    content = b"\xef\xbb\xbf" + "\r\n".join(delimiter.join(row) for row in rows).encode()
    assert read(path, content).items == (NewItem("12", "Dress", 3),)


def test_unknown_columns_are_said_and_left_out(path: Path) -> None:
    result = read(path, "item_number,title,quantity,shelf\n12,Dress,3,B\n")
    assert result.problems == (LineProblem(1, "column 'shelf' is not known and was left out"),)


def test_variants_of_one_item_are_items_of_their_own(path: Path) -> None:
    assert len(read(path, HEADER + "12,Top,1,Red,\n12,Top,1,Blue,\n12,Top,1,,\n").items) == 3


@pytest.mark.parametrize(
    ("line", "path_", "problem"),
    [
        (",Top,1,,", "item_number", "must not be empty"),
        ("#,Top,1,,", "item_number", "must not be empty"),
        ("x" * 41 + ",Top,1,,", "item_number", "must be at most 40 characters, this has 41"),
        ("1\x072,Top,1,,", "item_number", "must not contain control characters"),
        ("12," + "x" * 201 + ",1,,", "title", "must be at most 200 characters, this has 201"),
        ("12,Top,,,", "quantity", "must be a whole number from 0 to 1,000,000, not ''"),
        ("12,Top,1.5,,", "quantity", "must be a whole number from 0 to 1,000,000, not '1.5'"),
        ("12,Top,-1,,", "quantity", "must be a whole number from 0 to 1,000,000, not '-1'"),
        ("12,Top,1000001,,", "quantity", "must be a whole number from 0 to 1,000,000"),
        ("12,Top,1," + "x" * 81 + ",", "variant", "must be at most 80 characters, this has 81"),
        (
            "12,Top,1,,-1",
            "price",
            "must be a number from 0 with at most two decimal places, such as 12.50, not '-1'",
        ),
        (
            "12,Top,1,,1.999",
            "price",
            "must be a number from 0 with at most two decimal places, such as 12.50",
        ),
        (
            "12,Top,1,,$5",
            "price",
            "must be a number from 0 with at most two decimal places, such as 12.50, not '$5'",
        ),
        (
            "12,Top,1,,NaN",
            "price",
            "must be a number from 0 with at most two decimal places, such as 12.50, not 'NaN'",
        ),
        (
            "12,Top,1,,99999999999999",
            "price",
            "must be a number from 0 with at most two decimal places, such as 12.50",
        ),
    ],
)
def test_every_fault_names_its_line_and_column(path: Path, line: str, path_: str, problem: str) -> None:
    assert faults(path, HEADER + "1,Fine,1,,\n" + line + "\n") == (FieldFault(f"line 3, {path_}", problem),)


def test_all_faults_come_at_once(path: Path) -> None:
    found = faults(path, HEADER + ",Top,x,,y\n12,Fine,1,,\n13,Top,1,,1,6\n")
    assert [fault.path for fault in found] == [
        "line 2, item_number",
        "line 2, quantity",
        "line 2, price",
        "line 4",
    ]


@pytest.mark.parametrize("again", ["a12,Other,1,red,", "#A12,Other,1, RED ,", "Ａ１２,Other,1,red,"])
def test_an_item_that_is_there_twice_is_a_fault(path: Path, again: str) -> None:
    found = faults(path, HEADER + "A12,Top,1,Red,\n" + again + "\n")
    assert found == (FieldFault("line 3, item_number", "is the same item as line 2"),)


@pytest.mark.parametrize(
    ("content", "path_", "problem"),
    [
        ("item_number,title\n1,a\n", "line 1, quantity", "the column is missing"),
        ("item_number,title,title,quantity\n", "line 1, title", "the column is there twice"),
        (HEADER, "line 2", "the list has a header but no item"),
        (HEADER.encode() + b"1,caf\xe9,1,,\n", "line 2", "has bytes that are not UTF-8"),
        (HEADER + '1,"Top,1,,\n2,Top,1,,\n', "line 2", "opens a quotation mark that is never closed"),
    ],
)
def test_a_list_that_can_not_be_used_says_where(path: Path, content: str | bytes, path_: str, problem: str) -> None:
    assert FieldFault(path_, problem) in faults(path, content)


def test_a_missing_and_an_empty_list_are_refused(path: Path) -> None:
    with pytest.raises(InvalidInputError, match="can't be opened"):
        read_items(path)
    with pytest.raises(InvalidInputError, match="is empty"):
        read(path, "")
    assert [fault.problem for fault in faults(path, "\n\n")] == ["the column is missing"] * 3


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("'=1", "=1"),
        ("'+1", "+1"),
        ("''=1", "'=1"),
        ("'-x", "-x"),
        ("'@a", "@a"),
        ("'n' roll", "'n' roll"),
        ("=1", "=1"),
    ],
)
def test_the_spreadsheet_guard_is_taken_off_exactly_once(path: Path, cell: str, expected: str) -> None:
    assert unguard(cell) == expected
    assert read(path, HEADER + f"12,{cell},1,,\n").items[0].title == expected


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: (HEADER + text).encode())))
def test_any_bytes_are_a_list_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "items"
    try:
        assert read(path, content).items
    except InvalidInputError as error:
        assert "\n" not in error.message


def test_a_new_item_from_any_other_door_is_held_to_the_same_rules() -> None:
    assert structure({"item_number": "1", "title": "", "quantity": 1, "price": "2.5"}, NewItem).price == Decimal("2.5")
    for bad in ({"quantity": -1}, {"quantity": 1, "price": "1.234"}, {"quantity": 1, "variant": " "}):
        with pytest.raises(InvalidInputError):
            structure({"item_number": "1", "title": "", **bad}, NewItem)
