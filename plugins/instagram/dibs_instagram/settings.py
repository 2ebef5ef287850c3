"""What whoever runs the instance sets, once for all workspaces."""

from __future__ import annotations

import attrs

from dibs.meta.hosts import PROOFS, MetaApp, MetaHosts, check_version


@attrs.frozen
class InstagramInstance:
    """The apps at Meta, and where Meta is.

    Attributes:
        app_id, app_secret: the Instagram app, for accounts that sign in with Instagram.
        meta_app_id, meta_app_secret: the Meta app, for accounts that come with a Facebook Page; the same two as in the
            settings of the plugin `facebook`, since plugins don't see each other.
        extra_secrets: further secrets that may have signed what Meta sends, such as the old one while it is replaced.
        verify_token: the word that Meta repeats when it asks whether the webhook address is ours.
        api_version: the version of the Graph API.
        proof: the form of the proof that a call comes from this server: `auto`, `timed`, `plain`, `none`.
        hosts: Meta's addresses; other ones are for a simulator.
    """

    app_id: str = ""
    app_secret: str = attrs.field(default="", repr=False)
    meta_app_id: str = ""
    meta_app_secret: str = attrs.field(default="", repr=False)
    extra_secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    verify_token: str = attrs.field(default="", repr=False)
    api_version: str = attrs.field(default="v25.0", validator=check_version)
    proof: PROOFS = "auto"
    hosts: MetaHosts = attrs.field(factory=MetaHosts)

    @property
    def instagram_app(self) -> MetaApp:
        """The app whose tokens Instagram's own sign-in gives."""
        return MetaApp(self.app_id, self.app_secret, version=self.api_version, proof=self.proof)

    @property
    def meta_app(self) -> MetaApp:
        """The app whose tokens Facebook Login gives."""
        return MetaApp(self.meta_app_id, self.meta_app_secret, version=self.api_version, proof=self.proof)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that may have signed what Meta sends: it is not told which one it is."""
        given = (self.app_secret, self.meta_app_secret, *self.extra_secrets)
        return tuple(dict.fromkeys(secret for secret in given if secret))
