"""Codes that a dialog hands out: good once, for one redirect address."""

from __future__ import annotations

import attrs

from dibs_meta_simulator.model.tokens import HOUR, Grant


@attrs.define(eq=False)
class Code:
    """A code and what it stands for."""

    value: str
    app_id: str
    redirect_uri: str
    grant: Grant
    made: float
    used: bool = False

    def old(self, now: float) -> bool:
        """Whether its hour is over."""
        return now > self.made + HOUR
