"""What is said: texts with placeholders, checked when they are saved, filled in when they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from string import Formatter
from typing import Any

from babel.core import UnknownLocaleError
from babel.numbers import format_currency

PLACEHOLDERS = ("name", "item", "title", "quantity", "price", "place", "shop")
MOST_BYTES, MOST_TEXTS = 900, 20

STANDARD: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "won": (
            "{name}, it's yours: {quantity} × {title}. We'll write to you after the show. {shop}",
            "Yes, {name}! You got {title} (× {quantity}). {shop} will be in touch after the show.",
            "Sold to {name}: {quantity} × {title}. More from {shop} after the show.",
        ),
        "waitlist": (
            "{name}, {title} is taken for now. You are number {place} in the queue, and we tell you if you move up.",
            "You are on the list for {title}, {name}: place {place}. We'll write if it becomes free.",
        ),
        "promoted": (
            "Good news, {name}: {title} became free and is yours now (× {quantity}). {shop}",
            "{name}, you moved up: {quantity} × {title} is yours. {shop}",
        ),
        "unmatched": (
            "{name}, we can't find item {item}. Is the number right?",
            "Sorry {name}, there is no item {item} yet. Please check the number.",
        ),
        "declined": (
            "Sorry {name}, {title} can't be yours this time.",
            "{name}, this time it did not work out with {title}. Thank you for joining in!",
        ),
    },
    "es": {
        "won": (
            "{name}, es tuyo: {quantity} × {title}. Te escribimos después del show. {shop}",
            "¡Sí, {name}! Te llevas {title} (× {quantity}). {shop} te escribe después del show.",
            "Vendido a {name}: {quantity} × {title}. {shop} te cuenta más después del show.",
        ),
        "waitlist": (
            "{name}, {title} está apartado por ahora. Tienes el lugar {place} en la lista y te avisamos si avanzas.",
            "Estás en la lista para {title}, {name}: lugar {place}. Te escribimos si se libera.",
        ),
        "promoted": (
            "Buenas noticias, {name}: {title} se liberó y ahora es tuyo (× {quantity}). {shop}",
            "{name}, avanzaste: {quantity} × {title} es tuyo. {shop}",
        ),
        "unmatched": (
            "{name}, no encontramos el artículo {item}. ¿Está bien el número?",
            "Lo sentimos, {name}: todavía no hay un artículo {item}. Revisa el número, por favor.",
        ),
        "declined": (
            "Lo sentimos, {name}, esta vez {title} no puede ser tuyo.",
            "{name}, esta vez no se pudo con {title}. ¡Gracias por participar!",
        ),
    },
}


def check_texts(_: Any, __: Any, texts: tuple[str, ...]) -> None:
    """Raises `ValueError` for a text that can't be sent or has a placeholder that nobody knows."""
    if len(texts) > MOST_TEXTS:
        raise ValueError(f"must be at most {MOST_TEXTS} texts")
    for text in texts:
        if not text.strip() or len(text.encode("utf-8", "replace")) > MOST_BYTES:
            raise ValueError(f"each text must have 1 to {MOST_BYTES} bytes, and an emoji has four or more")
        _check_placeholders(text)


def _check_placeholders(text: str) -> None:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("a placeholder begins with { and ends with }; write {{ or }} for a brace") from None
    for _, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise ValueError(f"{{{name}}} is not a placeholder; known are {known}")


def text_for(row: Mapping[str, Any], own: Sequence[str], language: str, currency: str) -> str:
    """The text for one message. `row` is as `dibs_replies.rows` reads it; its `turn` chooses among the texts."""
    standard = STANDARD.get(language.partition("-")[0].partition("_")[0], STANDARD["en"])
    texts = own or standard[row["outcome"]]
    text = texts[row["turn"] % len(texts)]
    return " ".join(text.format_map(_values(row, language, currency)).split())


def _values(row: Mapping[str, Any], language: str, currency: str) -> dict[str, str]:
    item = f"{row['item_number']} {row['variant']}".strip()
    return {
        "name": row["name"] or row["platform"].title(),
        "item": item,
        "title": row["title"] or item,
        "quantity": str(row["quantity"]),
        "price": _money(row["price"], language, currency),
        "place": str(row["place"] or ""),
        "shop": row["shop"],
    }


def _money(price: Decimal | None, language: str, currency: str) -> str:
    if price is None:
        return ""
    try:
        return format_currency(price, currency, locale=language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return f"{price} {currency}"
