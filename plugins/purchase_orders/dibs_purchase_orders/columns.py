"""Which row of a file names its columns, and what each column holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import attrs

from dibs import Cell, FileRow, FileTable

Field = Literal["code", "name", "category", "unit", "quantity", "unit_cost", "total"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
_LOOKED_AT = 60
_NAMES: Final[Mapping[Field, str]] = {
    "code": "code; sku; item; item no; item number; item code; article; article no; article number; part no; "
    "part number; product code; ref; reference; no; código; codigo; referencia; artículo; clave; nº; "
    "artikelnummer; art nr; artikel nr; artnr; bestellnummer; nummer; réf; référence; code article; cod; codice",
    "name": "description; product; product name; item name; name; item description; goods; article name; details; "
    "descripción; producto; nombre; concepto; detalle; beschreibung; bezeichnung; artikelbezeichnung; produkt; "
    "artikel; ware; désignation; produit; nom; descrição; produto; descrizione; prodotto",
    "category": "category; group; type; product group; categoría; grupo; tipo; familia; kategorie; gruppe; "
    "warengruppe; catégorie; categoria",
    "unit": "unit; uom; unit of measure; units of measure; measure; unidad; unidad de medida; ud; uds; u m; einheit; "
    "me; mengeneinheit; unité; unidade; unità",
    "quantity": "qty; quantity; ordered; qty ordered; pcs; pieces; cantidad; cant; unidades; piezas; menge; anzahl; "
    "stück; stk; quantité; qté; quantidade; qtd; quantità",
    "unit_cost": "unit cost; cost; price; unit price; cost price; net price; price each; rate; cost each; costo; "
    "coste; costo unitario; coste unitario; precio; precio unitario; p unitario; einzelpreis; preis; stückpreis; "
    "ek; einkaufspreis; prix; prix unitaire; pu; preço; preço unitário; prezzo; prezzo unitario",
    "total": "total; amount; line total; net amount; total cost; extended; ext price; sum; importe; total línea; "
    "subtotal; gesamt; gesamtpreis; betrag; summe; montant; total ht; valor; importo; totale",
}


def fold(text: str) -> str:
    """A header without case, accents, punctuation and what stands in brackets."""
    inside = re.sub(r"[(\[].*?[)\]]", " ", text)
    plain = unicodedata.normalize("NFKD", inside if inside.strip() else text).casefold()
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]+", " ", kept).replace("_", " ").split())


_FIELD_OF: Final[Mapping[str, Field]] = {
    fold(name): field for field, names in _NAMES.items() for name in names.split(";")
}


@attrs.frozen
class Column:
    """A column: its field, and where its header stands."""

    field: Field
    start: int
    end: int


def header_of(row: FileRow) -> tuple[Column, ...]:
    """The columns that a row names; none if it is no header: it must name goods, and how many or for how much."""
    found: dict[Field, Column] = {}
    for cell in row.cells:
        field = _FIELD_OF.get(fold(cell.text))
        if field is not None and field not in found:
            found[field] = Column(field, cell.start, cell.end)
    goods = found.keys() & {"code", "name"}
    amounts = found.keys() & {"quantity", "unit_cost", "total"}
    return tuple(found.values()) if goods and amounts else ()


def find_header(table: FileTable) -> int | None:
    """The number of the first row that names the columns best; None if none does."""
    widths = [len(header_of(row)) for row in table.rows[:_LOOKED_AT]]
    best = max(widths, default=0)
    return widths.index(best) if best else None


def assign(row: FileRow, columns: Sequence[Column], exact: bool) -> dict[Field, str]:
    """The texts of a row by field. In a PDF a cell belongs to the column that it stands under, or nearest to."""
    texts: dict[Field, str] = {}
    for cell in row.cells:
        column = _under(cell, columns, exact)
        if column is not None:
            before = texts.get(column.field)
            texts[column.field] = cell.text if before is None else f"{before} {cell.text}"
    return texts


def _under(cell: Cell, columns: Sequence[Column], exact: bool) -> Column | None:
    if exact:
        return next((column for column in columns if column.start == cell.start), None)
    return min(columns, key=lambda column: (_apart(cell, column), abs(cell.start - column.start)), default=None)


def _apart(cell: Cell, column: Column) -> int:
    """How far they are from standing above each other: 0 if they do."""
    return max(cell.start - column.end, column.start - cell.end, 0)
