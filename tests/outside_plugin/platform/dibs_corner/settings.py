"""What whoever runs the instance sets, under `[plugins.corner]`."""

from __future__ import annotations

import attrs


@attrs.frozen
class CornerSettings:
    """The app that was registered at Corner.

    Attributes:
        app_id, secret: as Corner gave them.
        base_url: where Corner is.
        verify_token: what Corner says when it asks whether the webhook address is ours.
    """

    app_id: str = ""
    secret: str = attrs.field(default="", repr=False)
    base_url: str = "https://api.corner.example"
    verify_token: str = attrs.field(default="", repr=False)
