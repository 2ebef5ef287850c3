"""The world to begin with: an app, a seller, a Page with its Instagram account, and an account that stands alone.

The ids, names and secrets of the first ones are those of the examples in our reference, so that test vectors fit.
"""

from __future__ import annotations

import attrs

from dibs_meta_simulator.model.apps import DEFAULT_SECRET, App
from dibs_meta_simulator.model.people import Account, Page, User
from dibs_meta_simulator.world import World

APP_ID, INSTAGRAM_APP_ID = "900000000000001", "910000000000001"
INSTAGRAM_SECRET = "fedcba9876543210fedcba9876543210"


@attrs.frozen
class Seed:
    """What a new world holds."""

    app: App
    user: User
    page: Page
    account: Account
    second_page: Page
    lone_account: Account


def plant(world: World) -> Seed:
    """Fill an empty world."""
    app = world.add_app(App(APP_ID, DEFAULT_SECRET, INSTAGRAM_APP_ID, INSTAGRAM_SECRET))
    user = world.add_user("Marta Lima")
    page = world.add_page("Loja Demo", user)
    account = world.add_account("loja_demo", user, page)
    second = world.add_page("Harbour & Thread", user)
    return Seed(app, user, page, account, second, world.add_account("harbour_thread", user))
