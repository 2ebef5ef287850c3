"""Apps as their dashboards hold them."""

from __future__ import annotations

import attrs

DEFAULT_SECRET = "0123456789abcdef0123456789abcdef"


@attrs.define
class Subscription:
    """What an app hears about one kind of object (`page`, `instagram`), and where."""

    object: str
    callback_url: str
    verify_token: str
    fields: set[str]
    include_values: bool = True
    active: bool = True


@attrs.define(eq=False)
class App:
    """An app with both of its identities.

    Attributes:
        redirect_uris: registered ones, compared exactly, for both logins.
        redirect_origin: every address below it counts as registered; for demos.
        configurations: `config_id` to the permissions that it asks for.
        require_proof: the setting "Require App Secret".
        verify_token: what the dashboard sends with a handshake.
        live, advanced_access: what Instagram's comment webhooks need.
        instagram_signer: which secret signs what comes from Instagram Login, `instagram` or `meta`.
    """

    id: str
    secret: str
    instagram_id: str
    instagram_secret: str
    name: str = "Demo"
    redirect_uris: list[str] = attrs.field(factory=list)
    redirect_origin: str | None = None
    configurations: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    require_proof: bool = False
    verify_token: str = "simulated"
    live: bool = True
    advanced_access: bool = True
    instagram_signer: str = "instagram"
    default_version: str = "v25.0"
    subscriptions: dict[str, Subscription] = attrs.field(factory=dict)
    deauthorize_url: str | None = None
    deletion_url: str | None = None
    instagram_deauthorize_url: str | None = None
    instagram_deletion_url: str | None = None

    @property
    def token(self) -> str:
        """The app token of the Facebook side."""
        return f"{self.id}|{self.secret}"

    def accepts_redirect(self, uri: str) -> bool:
        """Whether an address is registered, to the letter."""
        below = self.redirect_origin is not None and uri.startswith(f"{self.redirect_origin.rstrip('/')}/")
        return below or uri in self.redirect_uris
