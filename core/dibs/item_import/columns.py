"""Telling what the columns of a list are: by their names in several languages, or by their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, get_args

from dibs.item_import.table import Column, Field

# Names as people head such columns; compared without case, accents and punctuation.
_NAMES: Final[Mapping[Field, str]] = {
    "item_number": """
        item number; item no; item; item code; item id; number; no; nr; num; code; sku; ref; reference; lot; lot number;
        product code; article number; #; id; tag
        codigo; numero; articulo; referencia; clave; folio; lote; numéro; référence; n°; nº; réf; code article
        código do item; item nº; varenummer; varenr; nummer; artikelnummer; kode; nomor; kode barang; kode produk
        รหัส; รหัสสินค้า; เลข; mã; mã hàng; mã sản phẩm; số; mã sp; 編號; 商品編號; 貨號; 代號; 号码; 编号; 货号
    """,
    "title": """
        title; item title; name; item name; product; product name; description; desc; details; article; text
        nombre; título; producto; descripción; titre; nom; produit; désignation; nome; produto; descrição
        titel; navn; produkt; beskrivelse; bezeichnung; beschreibung; nama; nama barang; judul; deskripsi; produk
        pangalan; paninda; ชื่อ; ชื่อสินค้า; สินค้า; รายละเอียด; tên; tên hàng; tên sản phẩm; mô tả; sản phẩm
        名稱; 商品; 商品名稱; 品名; 名称; 说明; 描述
    """,
    "quantity": """
        quantity; qty; total quantity; stock; count; pieces; pcs; units; amount; available; on hand; how many
        cantidad; existencias; unidades; piezas; cant; quantité; qté; pièces; quantidade; qtd; estoque; unidade
        antal; lager; stk; menge; anzahl; bestand; stück; jumlah; stok; dami; bilang
        จำนวน; สต็อก; số lượng; sl; tồn kho; 數量; 庫存; 件數; 数量; 库存
    """,
    "variant": """
        variant; item variant; size; colour; color; option; size colour; model; style
        variante; talla; tamaño; opción; taille; couleur; tamanho; cor; opção; variant størrelse; størrelse; farve
        größe; farbe; ukuran; warna; varian; sukat; kulay; ไซส์; ขนาด; สี; kích cỡ; cỡ; màu; phân loại
        規格; 尺寸; 顏色; 款式; 规格; 颜色
    """,
    "price": """
        price; unit price; item price; selling price; cost; price each; amount each
        precio; precio unitario; importe; prix; prix unitaire; tarif; preço; valor; pris; stykpris; preis; einzelpreis
        harga; harga satuan; presyo; halaga; ราคา; giá; đơn giá; giá bán; 價格; 單價; 售價; 价格; 单价
    """,
}
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
_BY_ORDER: Final[Mapping[int, tuple[Field, ...]]] = {
    1: ("item_number",),
    2: ("item_number", "title"),
    3: ("item_number", "title", "quantity"),
    4: ("item_number", "title", "quantity", "price"),
    5: ("item_number", "title", "quantity", "variant", "price"),
}
_NOISE = re.compile(r"[^\w#°º]+")
_NUMBER = re.compile(r"[\s\d.,'$€£¥₱฿₫+\-%]*\d[\s\d.,]*")


def fold(name: str) -> str:
    """A header without case, accents, punctuation and what stands in brackets."""
    bare = unicodedata.normalize("NFKD", re.sub(r"[(\[（].*", "", name).strip() or name).casefold()
    without_accents = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(_NOISE.sub(" ", without_accents).replace("_", " ").split())


_FIELD_OF: Final[Mapping[str, Field]] = {
    fold(name): field for field, names in _NAMES.items() for name in names.replace("\n", ";").split(";") if name.strip()
}


def field_of(header: str) -> Field | None:
    """What a column with this header holds, or None."""
    return _FIELD_OF.get(fold(header)) if header.strip() else None


def recognised(cells: Sequence[str]) -> int:
    """How many cells are names of columns."""
    return sum(field_of(cell) is not None for cell in cells)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names the columns: at least one name that is known, and no number."""
    return recognised(cells) > 0 and not any(_NUMBER.fullmatch(cell.strip()) for cell in cells if cell.strip())


def columns_by_name(cells: Sequence[str]) -> tuple[Column, ...]:
    """The columns under a header; a second column of the same meaning is left out."""
    found: list[Column] = []
    for cell in cells:
        field = field_of(cell)
        taken = field in [column.field for column in found]
        found.append(Column(cell.strip(), None if taken else field))
    return tuple(found)


def columns_by_order(width: int, prices_last: bool) -> tuple[Column, ...]:
    """The columns of a list without a header."""
    fields: tuple[Field | None, ...] = _BY_ORDER[min(width, 5)]
    if width == 4 and not prices_last:
        fields = ("item_number", "title", "quantity", "variant")
    fields += (None,) * (width - len(fields))
    return tuple(Column("", field) for field in fields)
