"""What whoever runs the instance sets for all workspaces, and what a workspace sets."""

from __future__ import annotations

import attrs

from dibs import setting_words
from dibs.meta import MetaApp, MetaHosts, check_version
from dibs.meta.hosts import PROOFS


@attrs.frozen
class FacebookInstance:
    """The app at Meta, and where Meta is.

    Attributes:
        app_id, app_secret: as the app's dashboard shows them.
        extra_secrets: further secrets that may have signed what Meta sends, such as the old one while it is replaced.
        config_id: of Facebook Login for Business; the permissions then stand in the app's dashboard.
        verify_token: the word that Meta repeats when it asks whether the webhook address is ours.
        scopes: permissions to ask for beyond the usual ones, such as `business_management`.
        with_instagram: ask for the Instagram accounts behind the Pages as well.
        api_version: the version of the Graph API.
        proof: the form of the proof that a call comes from this server: `auto`, `timed`, `plain`, `none`.
        hosts: Meta's addresses; other ones are for a simulator.
    """

    app_id: str = ""
    app_secret: str = attrs.field(default="", repr=False)
    extra_secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    config_id: str = ""
    verify_token: str = attrs.field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    with_instagram: bool = True
    api_version: str = attrs.field(default="v25.0", validator=check_version)
    proof: PROOFS = "auto"
    hosts: MetaHosts = attrs.field(factory=MetaHosts)

    @property
    def app(self) -> MetaApp:
        """The app, for calls."""
        return MetaApp(self.app_id, self.app_secret, self.extra_secrets, self.api_version, self.proof)


@attrs.frozen
class FacebookSettings:
    """What a workspace sets.

    Attributes:
        event_stream: read comments from Facebook's event stream as well; Facebook has announced its end.
    """

    event_stream: bool = attrs.field(
        default=False,
        metadata=setting_words(
            "Event stream",
            "Read comments from Facebook's event stream as well. Facebook has announced its end; where it does not "
            "answer, comments are asked for as usual.",
        ),
    )
