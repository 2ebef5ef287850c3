"""Telling what the columns of a catalogue list are, and reading their cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from dibs.catalogue import fields as f
from dibs.item_import.columns import fold
from dibs.money import stock_fault

Field = Literal["product", "category", "unit", "picture_url", "batch", "unit_cost", "quantity", "received_on"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)

_NAMES: Final[Mapping[Field, str]] = {
    "product": "product; product name; name; title; description; producto; nombre; nombre del producto; descripción; "
    "artículo; produit; nom; produto; nome; produkt; bezeichnung; nama",
    "category": "category; group; kind; type; categoría; grupo; tipo; catégorie; categoria; kategorie; kategori",
    "unit": "unit; unit of measure; uom; unidad; unidad de medida; unité; unidade; einheit; satuan",
    "picture_url": "picture; picture url; image; image url; photo; imagen; foto; imagem; bild; gambar",
    "batch": "batch; batch code; lot; lot number; batch number; code; sku; lote; código; código de lote; "
    "número de lote; lot no; charge; kode",
    "unit_cost": "unit cost; cost; cost price; purchase price; costo; coste; costo unitario; coste unitario; "
    "precio de compra; coût; custo; kosten; einkaufspreis; biaya",
    "quantity": "quantity; on hand; stock; qty; count; units; pieces; cantidad; existencias; unidades; quantité; "
    "quantidade; estoque; menge; bestand; jumlah; stok",
    "received_on": "received; received on; date; received date; recibido; fecha; fecha de recepción; reçu; recebido; "
    "erhalten; datum; tanggal",
}
_FIELD_OF: Final[Mapping[str, Field]] = {
    fold(name): field for field, names in _NAMES.items() for name in names.split(";")
}
_QUANTITY = re.compile(r"\d{1,11}(\.\d{1,9})?")
_TWO_MEANINGS = re.compile(r"\d{1,3}(,\d{3}|\.0{3})")
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")


def fields_of(header: Sequence[str]) -> list[Field | None]:
    """What each column holds; a second one of the same meaning is left out."""
    found: list[Field | None] = []
    for cell in header:
        field = _FIELD_OF.get(fold(cell)) if cell.strip() else None
        found.append(None if field in found else field)
    return found


def read_stock(cell: str) -> tuple[Decimal | None, str | None]:
    """The quantity, None if the cell is empty, and what is wrong with it."""
    text = unicodedata.normalize("NFKC", cell).strip().replace(" ", "")
    if not text:
        return None, None
    if _TWO_MEANINGS.fullmatch(text):
        whole, digits = text[: text.find(re.sub(r"\d", "", text))], re.sub(r"\D", "", text)
        return None, f"may mean {whole} or {digits}: write it without separators of thousands"
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    number = Decimal(text) if _QUANTITY.fullmatch(text) else Decimal("NaN")
    problem = stock_fault(number)
    return (None, f"{problem}, not {cell[:40]!r}") if problem else (number, None)


def read_day(cell: str) -> tuple[date | None, str | None]:
    """The day, None if the cell is empty, and what is wrong with it."""
    text = cell.strip()
    if not text:
        return None, None
    words = f"must be a day such as 2026-05-01, not {cell[:40]!r}"
    parts = _ISO_DAY.fullmatch(text)
    if parts is None:
        return None, words
    try:
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return None, words
    return day, f.day_fault(day)
