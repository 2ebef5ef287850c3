"""From the rows of a file to the lines of an order, each with how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs

from dibs import FieldFault, FileRow, FileTable, InvalidInputError, PurchaseOrder, PurchaseOrderLine, Remark
from dibs_purchase_orders.amounts import read_amounts
from dibs_purchase_orders.columns import Column, Field, assign, find_header, fold, header_of
from dibs_purchase_orders.numbers import read_day, sign_in
from dibs_purchase_orders.words import N_

_SUPPLIER = ("supplier", "vendor", "from", "seller", "proveedor", "lieferant", "fournisseur", "fornecedor", "fornitore")
_NUMBER = (
    "po", "po number", "po no", "purchase order", "order", "order no", "order number", "invoice", "invoice no",
    "pedido", "numero de pedido", "pedido no", "orden de compra", "bestellung", "bestellnummer", "auftrag", "commande",
)  # fmt: skip
_DATE = ("date", "order date", "fecha", "datum", "bestelldatum", "fecha de pedido", "data", "date de commande")
_TOTALS = frozenset((
    "total", "subtotal", "sub", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme", "netto", "mwst", "vat", "iva",
    "tax", "shipping", "envio", "versand", "suma", "importe", "grand", "net", "freight", "impuestos", "carried",
    "ubertrag", "page", "seite", "pagina",
))  # fmt: skip
_NAME, _SHORT, _UNIT = 200, 80, 20


def read_order(table: FileTable) -> PurchaseOrder:
    """A whole order.

    Raises:
        InvalidInputError: no row names the columns, or there is no line below them.
    """
    at = find_header(table)
    if at is None:
        raise _refused(
            "No row names the columns. The list needs a header with the product or its code, and quantity or cost."
        )
    rows = list(_goods(table, at))
    if not rows:
        raise _refused(f"There is no line below the header in {table.rows[at].place}.")
    sign = sign_in(texts.get(name, "") for _, texts in rows for name in ("quantity", "unit_cost", "total"))
    lines = [_line(row, texts, sign) for row, texts in rows]
    head = table.rows[:at]
    return PurchaseOrder(
        tuple(_marked_twice(lines)),
        supplier=_labelled(head, _SUPPLIER)[:_NAME],
        number=_number(head)[:_SHORT],
        ordered_on=_day(head),
        remarks=tuple(Remark(words) for words in table.remarks),
    )


def _goods(table: FileTable, at: int) -> Iterator[tuple[FileRow, dict[Field, str]]]:
    """The rows of goods: not the header, which each page may repeat, and not sums, notes and page numbers."""
    columns: tuple[Column, ...] = ()
    for row in table.rows[at:]:
        header = header_of(row)
        if header:
            columns = header
            continue
        texts = assign(row, columns, table.columns)
        if _is_goods(row, texts):
            yield row, texts


def _is_goods(row: FileRow, texts: Mapping[Field, str]) -> bool:
    if not (texts.get("code") or texts.get("name")):
        return False
    first = fold(row.cells[0].text).split()
    if first and first[0] in _TOTALS and not texts.get("quantity"):
        return False
    return any(texts.get(name) for name in ("quantity", "unit_cost", "total"))


def _line(row: FileRow, texts: Mapping[Field, str], sign: str | None) -> PurchaseOrderLine:
    amounts = read_amounts(texts, sign)
    name, remarks, sure = texts.get("name", ""), list(amounts.remarks), amounts.confidence
    if not name:
        name = texts.get("code", "")
        remarks.append(Remark(N_("The line has no description: its code stands for it.")))
        sure = min(sure, 60)
    if len(name) > _NAME:
        remarks.append(Remark(N_("The description was longer and was cut.")))
        sure = min(sure, 60)
    return PurchaseOrderLine(
        row.place,
        tuple(cell.text[:300] for cell in row.cells),
        name=name[:_NAME].strip(),
        code=texts.get("code", "")[:_SHORT].strip(),
        category=texts.get("category", "")[:_SHORT].strip(),
        unit=texts.get("unit", "")[:_UNIT].strip(),
        quantity=amounts.quantity,
        unit_cost=amounts.unit_cost,
        total=amounts.total,
        confidence=sure,
        remarks=tuple(remarks),
    )


def _marked_twice(lines: Sequence[PurchaseOrderLine]) -> Iterator[PurchaseOrderLine]:
    """The same goods in two lines may be meant, or may be one line that was typed twice."""
    seen: dict[tuple[str, str, Decimal | None], str] = {}
    for line in lines:
        key = fold(line.code), fold(line.name), line.unit_cost
        earlier = seen.setdefault(key, line.place)
        if earlier == line.place:
            yield line
            continue
        said = Remark(N_("The same goods stand in %(place)s as well."), {"place": earlier})
        yield attrs.evolve(line, confidence=min(line.confidence, 50), remarks=(*line.remarks, said))


def _pairs(rows: Sequence[FileRow]) -> Iterator[tuple[str, str]]:
    """Labels above the table with what stands behind them, in the same cell or the next one."""
    for row in rows:
        texts = [cell.text for cell in row.cells]
        for number, text in enumerate(texts):
            label, colon, rest = text.partition(":")
            if colon and rest.strip():
                yield fold(label), rest.strip()
            elif number + 1 < len(texts):
                yield fold(label), texts[number + 1]


def _labelled(rows: Sequence[FileRow], labels: Sequence[str]) -> str:
    return next((value for label, value in _pairs(rows) if label in labels), "")


def _number(rows: Sequence[FileRow]) -> str:
    found = _labelled(rows, _NUMBER)
    if found:
        return found
    titles = "|".join(re.escape(label) for label in sorted(_NUMBER, key=len, reverse=True))
    for row in rows:
        text = " ".join(cell.text for cell in row.cells)
        match = re.match(rf"(?:{titles})\s+(?:n[or°º.]*\s*)?[#:]?\s*([\w/-]*\d[\w/-]*)$", text.strip(), re.I)
        if match:
            return match[1]
    return ""


def _day(rows: Sequence[FileRow]) -> date | None:
    return read_day(_labelled(rows, _DATE))


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, [FieldFault("file", message.rstrip("."))])
