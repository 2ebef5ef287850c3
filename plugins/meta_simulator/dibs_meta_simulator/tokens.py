"""Tokens of the world: issuing, exchanging, finding and killing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.people import Account, Page
from dibs_meta_simulator.model.tokens import LONG, SHORT_INSTAGRAM, SHORT_USER, Death, Grant, Kind, Token

if TYPE_CHECKING:
    from dibs_meta_simulator.world import World

FACEBOOK_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
    "business_management",
)
INSTAGRAM_SCOPES = (
    "instagram_business_basic",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
)


@attrs.define(eq=False)
class Tokens:
    """Every token and what stands behind it."""

    world: World
    by_value: dict[str, Token] = attrs.field(factory=dict)
    grants: dict[tuple[str, str], Grant] = attrs.field(factory=dict)

    def find(self, value: str) -> Token | None:
        """A token by its text; an app's own is made up on the spot."""
        app_id, _, secret = value.partition("|")
        app = self.world.nodes.get(app_id)
        if secret and isinstance(app, App) and secret in (app.secret, app.instagram_secret):
            return Token(value, Kind.APP, app.id, app.id, None, Grant(app.id, app.id, at=self.world.clock.now()), 0)
        return self.by_value.get(value)

    def grant(
        self,
        app_id: str,
        who: str,
        scopes: Iterable[str],
        pages: Iterable[str] = (),
        declined: Iterable[str] = (),
    ) -> Grant:
        """What `who` (a user or an Instagram account) allows the app; adds to what was allowed before."""
        grant = self.grants.setdefault((app_id, who), Grant(app_id, who))
        grant.granted |= set(scopes)
        grant.declined = (grant.declined | set(declined)) - grant.granted
        grant.pages |= set(pages)
        grant.at = self.world.clock.now()
        return grant

    def user(self, grant: Grant, short: bool = True) -> Token:
        """A user token."""
        lasts = SHORT_USER if short else LONG
        return self._issue("EAAFAKEUSER", Kind.USER, grant, None, lasts, short)

    def page(self, of: Token, page_id: str) -> Token:
        """The Page token that belongs to a user token: without an end if that one is long-lived."""
        for known in self.by_value.values():
            alike = known.grant is of.grant and known.profile_id == page_id and not known.death
            if known.kind is Kind.PAGE and alike and known.short == of.short:
                return known
        token = self._issue("EAAFAKEPAGE", Kind.PAGE, of.grant, page_id, 0, of.short)
        token.expires = of.expires if of.short else 0
        return token

    def instagram(self, grant: Grant, short: bool = True) -> Token:
        """An Instagram user token."""
        lasts = SHORT_INSTAGRAM if short else LONG
        return self._issue("IGAAFAKE", Kind.INSTAGRAM, grant, grant.who, lasts, short)

    def quick_page(self, page: Page, app: App, scopes: Iterable[str] = FACEBOOK_SCOPES) -> Token:
        """A Page token without a login: the Page's first user has agreed to those permissions."""
        grant = self.grant(app.id, next(iter(page.roles)), scopes, [page.id])
        return self.page(self.user(grant, short=False), page.id)

    def quick_instagram(self, account: Account, app: App, scopes: Iterable[str] = INSTAGRAM_SCOPES) -> Token:
        """A long-lived Instagram token without a login."""
        return self.instagram(self.grant(app.id, account.id, scopes), short=False)

    def kill(self, who: str, death: Death, only: str | None = None) -> int:
        """Kill the tokens of a user or account, or those for one Page; returns how many that were.

        A user who removed the app has taken all permissions back.
        """
        killed = 0
        for token in self.by_value.values():
            if token.user_id == who and only in (None, token.profile_id):
                token.death, killed = death, killed + 1
        if death is Death.REMOVED:
            for key in [key for key in self.grants if key[1] == who]:
                del self.grants[key]
        return killed

    def withdraw(self, who: str, scope: str) -> None:
        """Take one permission back from every app."""
        for (_, granter), grant in self.grants.items():
            if granter == who and scope in grant.granted:
                grant.granted.discard(scope)
                grant.declined.add(scope)

    def _issue(self, prefix: str, kind: Kind, grant: Grant, profile: str | None, lasts: float, short: bool) -> Token:
        now = float(self.world.clock.second())
        value = self.world.ids.text(prefix + ("SHORT" if short else "LONG"), 40)
        token = Token(value, kind, grant.app_id, grant.who, profile, grant, now, now + lasts if lasts else 0, short)
        self.by_value[value] = token
        return token
