"""Variants have stock of their own, and a show may limit what one buyer gets."""

from __future__ import annotations

from dibs.db import Database

from .sale import Sale, new_sale, said


async def test_variants_are_separate_stock(sale: Sale) -> None:
    await sale.add("12", 1, "red", "blue")
    await sale.say(said("sold 12 red"), said("sold 12 blue", second=1), said("sold 12 red", "ben", second=2))
    assert [(who, status) for _, who, _, status, _ in await sale.claims()] == [
        ("ana", "winner"),
        ("ana", "winner"),
        ("ben", "waitlist"),
    ]


async def test_a_buyer_limit_cuts_and_then_declines(db: Database) -> None:
    sale = await new_sale(db, rules={"max_per_buyer": 3})
    await sale.add("12", 9)
    await sale.add("13", 9)
    await sale.say(said("sold 12 x2"), said("sold 13 x2", second=1), said("sold 13", "ben", second=2))
    await sale.add("14", 9)
    await sale.say(said("sold 14", second=3))
    assert [c[1:] for c in await sale.claims()] == [
        ("ana", 2, "winner", None),
        ("ana", 1, "winner", "buyer_limit"),
        ("ben", 1, "winner", None),
        ("ana", 1, "declined", "buyer_limit"),
    ]
    await sale.assert_clean()
