"""Where Meta answers, and which app we are there."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

PROOFS = Literal["auto", "timed", "plain", "none"]
_VERSION = re.compile(r"v\d{1,3}\.\d", re.ASCII)


def check_version(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no version of the Graph API."""
    if not _VERSION.fullmatch(value):
        raise ValueError("must be a version such as v25.0")


@attrs.frozen
class MetaHosts:
    """Base addresses without a slash at the end; something else than Meta stands behind them in tests and demos.

    Attributes:
        facebook: Facebook's pages, with the sign-in dialog.
        graph: the Graph API for Facebook, and for Instagram accounts behind a Page.
        streaming: comments as an event stream.
        instagram: Instagram's pages, with its own sign-in dialog.
        instagram_api: where Instagram exchanges codes.
        instagram_graph: the Graph API for tokens of Instagram's own sign-in.
    """

    facebook: str = "https://www.facebook.com"
    graph: str = "https://graph.facebook.com"
    streaming: str = "https://streaming-graph.facebook.com"
    instagram: str = "https://www.instagram.com"
    instagram_api: str = "https://api.instagram.com"
    instagram_graph: str = "https://graph.instagram.com"


@attrs.frozen
class MetaApp:
    """An app at Meta.

    Attributes:
        app_id, secret: as the app's dashboard shows them.
        more_secrets: further secrets that may have signed what arrives.
        version: of the Graph API, in every address.
        proof: the form of `appsecret_proof`: `timed`, `plain`, `none`, or `auto`, which is timed until that is refused.
    """

    app_id: str = ""
    secret: str = attrs.field(default="", repr=False)
    more_secrets: tuple[str, ...] = attrs.field(default=(), repr=False)
    version: str = "v25.0"
    proof: PROOFS = "auto"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that may have signed what arrives."""
        return tuple(secret for secret in (self.secret, *self.more_secrets) if secret)

    @property
    def token(self) -> str:
        """The app's own token. Never leaves the server."""
        return f"{self.app_id}|{self.secret}"
