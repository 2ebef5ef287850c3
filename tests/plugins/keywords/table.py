"""The comments of the reference, row by row, and what must come of them.

`ITEMS` is a numbered show with codes; `want` lists what is carried out (`C 12 2 red`: claim of 12,
two, red; `P 12`: pass).
`review` says whether an operator is asked. Each row is read with the packs of its own market and with all packs.
"""

from __future__ import annotations

from typing import Any

import attrs

ITEMS = (*map(str, range(1, 201)), *(f"A{n}" for n in range(1, 51)), "456")


@attrs.frozen
class Row:
    """One comment: its row in the reference, the market's packs, the text, the acts, whether an operator is asked."""

    number: int
    locales: tuple[str, ...]
    text: str
    want: tuple[str, ...] = ()
    review: bool = False
    items: tuple[str, ...] = ITEMS
    pinned: str | None = None
    settings: dict[str, Any] = attrs.field(factory=dict)
    rules: dict[str, Any] = attrs.field(factory=dict)
    reason: str | None = None
    alone: bool = False  # only with the packs of its own market: with all of them the words mean something else


def row(number: int, locales: str, text: str, *want: str, **more: Any) -> Row:
    """A row, its packs written with blanks between them."""
    return Row(number, tuple(locales.split()), text, tuple(want), **more)


BARE = {"bare_codes": True}
AA = (*ITEMS, "AA:blue small", "AA:red small", "AA:blue large")
A12 = (*ITEMS[:11], "A12:M", "A12:L", "12")
VI = (*ITEMS[:60], "A1:xanh M", "A1:xanh L", "A1:đỏ M", "SP1", "N55", "N217", "N236:L", "N236:M", "MH1", "123")

CLAIMS = (
    row(1, "en", "sold 123", "C 123"),
    row(2, "en", "123 sold", "C 123"),
    row(3, "en", "SOLD123", "C 123"),
    row(3, "en", "sold #123!", "C 123"),
    row(4, "en", "sold 123 🔥🔥", "C 123"),
    row(5, "en", "SOLD AA 10 blue small", "C AA 10 blue small", items=AA),
    row(5, "en", "SOLD AA 10 blue small", "C AA 10", items=()),
    row(6, "en", "SOLD 10 blue small", "C 10"),
    row(6, "en", "SOLD 10 blue small", "C 7 10", pinned="7", settings={"plain_number": "quantity"}),
    row(7, "en", "sold", "C 7", pinned="7"),
    row(7, "en", "mine", "C 7", pinned="7"),
    row(8, "en", "sold next", "C 7", pinned="7"),
    row(10, "en", "pass", "P -"),
    row(10, "en", "pass 12", "P 12"),
    row(10, "en", "PASS & 12", "P 12"),
    row(11, "en", "pass on 50", "P 50"),
    row(12, "en", "sold 123 and sold 456", "C 123", "C 456"),
    row(13, "en", "sold 12, 14, 15", "C 12", "C 14", "C 15"),
    row(14, "en", "sold 12,13", "C 12", "C 13"),
    row(16, "en", "sold 12 x2", "C 12 2"),
    row(18, "zh-Hant", "A1", "C A1", settings=BARE),
    row(19, "zh-Hant", "A1+1", "C A1"),
    row(20, "zh-Hant", "I want A1+1", "C A1"),
    row(20, "zh-Hant", "Hello A1+1", "C A1"),
    row(21, "zh-Hant", "A1 +2", "C A1 2"),
    row(21, "zh-Hant", "Ａ１＋２", "C A1 2"),
    row(21, "en", "Ａ１＋２", "C A1 2"),
    row(22, "zh-Hant", "我要 A1+1", "C A1"),
    row(22, "zh-Hant", "我要A1+1", "C A1"),
    row(23, "zh-Hant", "+1", "C 7", pinned="7"),
    row(24, "zh-Hant", "1000+2", "C 1000 2", items=("1000", "1200")),
    row(24, "zh-Hant", "1000+2", "C 1000 2", items=()),
    row(25, "zh-Hant", "ABC +1", "C ABC", items=("ABC", "ABD")),
    row(25, "zh-Hant", "ABC +1", "C ABC", items=()),
    row(27, "th", "CF", "C 7", pinned="7"),
    row(29, "th", "cf1", "C 1", settings={"cf_number": "item"}),
    row(29, "th", "cf2", "C 7", settings={"cf_number": "queue"}, pinned="7"),
    row(30, "th", "f1, f2, f3, f4", "C F1", "C F2", "C F3", "C F4", items=("F1", "F2", "F3", "F4"), settings=BARE),
    row(31, "th", "dm1 2", "C dm1 2", items=("dm1",), settings=BARE),
    row(31, "th", "dm1=2", "C dm1 2", items=("dm1",), settings=BARE),
    row(32, "th", "dm1", "C dm1", items=("dm1",), settings=BARE),
    row(33, "th", "CC", "P -"),
    row(35, "th", "cf a12 ๒ ตัว", "C A12 2"),
    row(35, "th", "รับ a12 2 ตัวค่ะ", "C A12 2"),
    row(35, "th", "รับa12 2 ตัวค่ะ", "C A12 2"),
    row(35, "th", "cfa12", "C A12"),
    row(36, "fil", "mine", "C 7", pinned="7"),
    row(37, "fil", "MINE a001 3", "C A001 3", items=("A001", "3")),
    row(38, "fil", "a001 3", "C A001 3", items=("A001", "3"), settings=BARE),
    row(38, "fil", "Mine a001 3", "C a001 3", items=()),
    row(40, "fil", "grab 12", "C 12", rules={"claim_words": ("grab", "steal", "lock")}),
    row(41, "fil", "mine po a12 size M", "C A12 1 M", items=A12),
    row(42, "vi", "A1 xanh M 0901234567", "C A1 1 xanh M", items=VI),
    row(42, "vi", "a1 m XANH 0901234567", "C A1 1 xanh M", items=VI),
    row(44, "vi", "SP1 1 0123456789", "C SP1", items=VI),
    row(46, "vi", "N55", "C N55", items=VI),
    row(46, "vi", "(N217)", "C N217", items=VI),
    row(46, "vi", "N236L", "C N236 1 L", items=VI),
    row(47, "vi", "30k", "C 30k", items=("30k", "50k"), settings=BARE),
    row(47, "vi", "30", "C 30", items=VI, settings=BARE),
    row(49, "vi", "chốt A1 2 cái", "C A1 2", items=("A1", "A2")),
    row(50, "vi", "MH123", "C 123", items=VI),
    row(51, "da", "shop a 2", "C a 2", items=("a", "b")),
    row(51, "da", "shop a 2", "C a 2", items=()),
    row(52, "da", "CK50 2", "C CK50 2", items=("CK50",), settings=BARE),
    row(55, "fr", "je prends 12", "C 12"),
    row(55, "fr", "JP 12", "C 12"),
    row(56, "es", "quiero 2 de SKU-051", "C SKU-051 2", items=("SKU-051", "SKU-052")),
    row(56, "es", "quiero 2 de SKU-051", "C SKU-051 2", items=()),
    row(57, "es", "comprar 2 A12", "C A12 2"),
    row(57, "es", "A12 x2", "C A12 2", settings=BARE),
    row(57, "es", "quiero A12 x2", "C A12 2"),
    row(58, "es", "lo quiero 12", "C 12"),
    row(58, "es", "ya no 12", "P 12"),
    row(59, "id", "keep A12", "C A12", settings={"holds": "claim"}),
    row(60, "id", "fix A12", "C A12"),
    row(60, "id", "batal A12", "P A12"),
    row(70, "en", "sold 12 jk", "P 12"),
    row(70, "en", "oops cancel 12", "P 12"),
    row(71, "en", "sold 12 pass 13", "C 12", "P 13"),
    row(71, "en", "pass 12, sold 14", "P 12", "C 14"),
    row(74, "en", "sold 12A", "C 12A", items=("12", "12A")),
    row(74, "en", "sold 12", "C 12", items=("12", "12A")),
)

NOTHING = (
    row(7, "en", "sold", review=True, reason="no_code"),
    row(7, "en", "mine", review=True, reason="no_code"),
    row(9, "en", "sold pending question", reason="question", pinned="7"),
    row(15, "en", "sold 100-110", review=True, reason="range"),
    row(17, "en", "$50", reason="price"),
    row(17, "en", "$75", reason="price"),
    row(18, "zh-Hant", "A1", reason="no_claim_word", alone=True),
    row(20, "zh-Hant", "Hello A1+1", settings={"plus_claims": False}, reason="no_claim_word"),
    row(23, "zh-Hant", "+1", reason="no_code"),
    row(26, "zh-Hant", "A1-1", review=True, reason="reduce"),
    row(28, "th", "F", reason="no_claim_word"),
    row(29, "th", "cf1", review=True, reason="two_meanings"),
    row(29, "th", "cf2", review=True, reason="two_meanings"),
    row(29, "th", "cf3", review=True, reason="two_meanings"),
    row(34, "th", "CF no CC", reason="seller_rule"),
    row(38, "fil", "a001 3", items=("A001", "3"), reason="no_claim_word", alone=True),
    row(39, "fil", "mine black dress", review=True, reason="no_code"),
    row(40, "fil", "grab 12", reason="no_claim_word"),
    row(45, "vi", "0901234567", reason="phone_number"),
    row(48, "vi", "Quần đen size 2", reason="size"),
    row(48, "vi", "Sọc xanh", reason="no_claim_word"),
    row(54, "fr", "robe Léa noire 40", reason="no_claim_word"),
    row(58, "es", "apartado 12", review=True, reason="hold"),
    row(59, "id", "keep A12", review=True, reason="hold"),
    row(61, "en", "is 123 sold?", review=True, reason="question"),
    row(62, "en", "123 sold out?", reason="question"),
    row(63, "en", "not sold 12", review=True, reason="negation"),
    row(64, "en", "was 12 sold", review=True, reason="question"),
    row(64, "en", "did 12 pass?", review=True, reason="question"),
    row(65, "en", "how much is 12", reason="question"),
    row(65, "fil", "magkano 12", reason="question"),
    row(65, "vi", "bao nhiêu A1", reason="question"),
    row(65, "th", "A1 ราคาเท่าไหร่", reason="question"),
    row(65, "zh-Hant", "A1多少錢", reason="question"),
    row(66, "en", "sold 12 for $25?", review=True, reason="question"),
    row(66, "en", "sold 12 for $25", review=True, reason="price"),
    row(67, "en", "my friend sold 12 yesterday", review=True, reason="report"),
    row(67, "en", "@Maria sold 12", review=True, reason="report"),
    row(68, "en", "sold 555-0123", review=True, reason="phone_number"),
    row(68, "en", "call 0917 555 1234", reason="phone_number"),
    row(69, "en", "unsold 12?", reason="question"),
    row(69, "en", "can i still get 12 if not sold", review=True, reason="question"),
    row(72, "en", "size 12 please", reason="size"),
    row(72, "en", "I wear 12", reason="size"),
    row(72, "en", "12:30", reason="time"),
    row(72, "en", "50%", reason="percent"),
    row(72, "pt", "R$ 12", reason="price"),
    row(72, "en", "12/25", reason="date"),
    row(73, "en", "sold 12345678", review=True, reason="code_too_long"),
    row(75, "en", "2 sold 12", review=True, reason="quantity_before_word"),
    row(76, "th", "CF A1 ยัง?", review=True, reason="question"),
    row(76, "th", "CF A1 ยัง", review=True, reason="question"),
    row(76, "th", "A1 หมดยัง", reason="question"),
    row(76, "vi", "A1 còn không", reason="question"),
    row(76, "zh-Hant", "A1還有嗎", reason="question"),
    row(76, "id", "A1 masih ada?", reason="question"),
    row(77, "en", "sold 12 to Anna, next 13", review=True, reason="report"),
)
# Rows 43 (the same comment twice) and 53 (a deleted comment) are decided by the lane, not in the text.
