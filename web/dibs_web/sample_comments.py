"""Comments as viewers write them in each language, to try rules on. Items 12 and A1 are the ones that they want."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

SAMPLES: Final[Mapping[str, Sequence[str]]] = {
    "da": ("tager 12", "jeg tager A1", "annuller 12", "er 12 solgt?"),
    "en": ("sold 12", "sold A1 x2", "12 mine", "pass 12", "is 12 sold?", "my friend sold 12", "2 sold 12"),
    "es": ("quiero el 12", "comprar A1 x2", "me llevo el 12", "ya no 12", "¿cuánto cuesta el 12?"),
    "fil": ("mine 12 po", "mine A1 2pcs", "akin na 12", "cancel po 12", "magkano po 12?"),
    "fr": ("je prends 12", "je veux A1 x2", "12 pour moi", "j'annule 12", "combien le 12 ?"),
    "id": ("fix 12 kak", "kak fix A1 ya", "fix A1 2 pcs", "cancel 12", "12 berapa kak?"),
    "pt": ("quero 12", "quero 2 do A1", "12 é meu", "desisto do 12", "quanto é o 12?"),
    "th": ("cf 12", "รับ A1 ค่ะ", "เอา A1 2 ตัวค่ะ", "ยกเลิก 12 ค่ะ", "12 เท่าไหร่คะ"),
    "vi": ("chốt 12", "chốt A1 2 cái", "lấy A1 nhé", "hủy 12", "12 bao nhiêu ạ?"),
    "zh-Hant": ("我要12號", "A1+2", "我要 A1 2件", "取消 A1", "12多少錢?"),
}
_ITEM: Final = re.compile("12|A1")
ITEMS: Final = "12, A1"
EVERYWHERE: Final = ("so pretty 😍", "call me 0917 555 0123", "size 12 please", "sold 99", "hello from Cebu")


def samples_for(locales: Sequence[str], items: Sequence[str] = ()) -> list[str]:
    """Comments in these languages about these items, and some that no language owns."""
    first, second = (items[0], items[-1]) if items else ("12", "A1")
    found = [text for locale in locales for text in SAMPLES.get(locale, ())][:12]
    return [_ITEM.sub(lambda m: first if m[0] == "12" else second, text) for text in found] + list(EVERYWHERE)
