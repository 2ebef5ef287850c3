"""People, Pages and Instagram accounts."""

from __future__ import annotations

import attrs

ALL_TASKS = ("ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE")


@attrs.define(eq=False)
class User:
    """Somebody who can log in; `id` is app-scoped, as `/me` gives it."""

    id: str
    name: str


@attrs.define(eq=False)
class Page:
    """A Page; `roles` are the tasks of each user.

    Attributes:
        engaged_users: what its call budget hangs on: 4,800 calls each in 24 hours.
        subscribed: the fields of each app that listens to it.
    """

    id: str
    name: str
    roles: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    account_id: str | None = None
    engaged_users: int = 100
    subscribed: dict[str, set[str]] = attrs.field(factory=dict)


@attrs.define(eq=False)
class Account:
    """An Instagram professional account, behind a Page or alone.

    Attributes:
        owners: users who can log in to it.
        impressions: what its call budget hangs on.
        subscribed: the fields of each app that listens through Instagram Login.
        public: a private account has no comment webhooks.
    """

    id: str
    username: str
    name: str = ""
    owners: set[str] = attrs.field(factory=set)
    page_id: str | None = None
    impressions: int = 100
    public: bool = True
    subscribed: dict[str, set[str]] = attrs.field(factory=dict)


@attrs.frozen
class Viewer:
    """Who writes: an id in the scope of the Page or account, and a name or handle.

    Attributes:
        self_id: Instagram's `self_ig_scoped_id`.
        anonymous: the author is withheld for privacy.
    """

    id: str
    name: str
    self_id: str = ""
    anonymous: bool = False
