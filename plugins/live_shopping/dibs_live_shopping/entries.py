"""Where the pages of staff are found."""

from __future__ import annotations

from typing import Final

from dibs import NavigationEntry

ENTRIES: Final = (
    NavigationEntry("live_shopping", "/live", "Sessions", "selling", "orders:read", "live"),
    NavigationEntry("live_shopping_picks", "/pick-list", "Pick list", "selling", "orders:read", "picks"),
    NavigationEntry("live_shopping_carts", "/shows/{show_id}/carts", "Carts", "show", "orders:read", "cart"),
    NavigationEntry(
        "live_shopping_customer", "/customers/{customer_id}/live", "Live sessions", "customer", "orders:read", "live"
    ),
)
