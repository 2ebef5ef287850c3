"""What a workspace sets beside its margins."""

from __future__ import annotations

from typing import Literal

import attrs

from dibs import setting_words
from dibs_pricing.words import N_

Ending = Literal["none", "to_90", "to_99", "whole"]
_ENDINGS = {
    "none": N_("as they come out"),
    "to_90": N_("up to the next .90"),
    "to_99": N_("up to the next .99"),
    "whole": N_("up to the next whole number"),
}


@attrs.frozen
class PricingSettings:
    """How prices are rounded, and how far a live price may fall."""

    endings: Ending = attrs.field(
        default="none",
        metadata=setting_words(
            "Prices from a margin are rounded",
            "Never down. What somebody typed, and the price of a show's item, stays as it is.",
            **_ENDINGS,
        ),
    )
    most_fall: int = attrs.field(
        default=70,
        validator=[attrs.validators.ge(0), attrs.validators.le(100)],
        metadata=setting_words(
            "A price may be set this many per cent below the rule's price",
            "Below that somebody has to say that they mean it: it catches a missing zero. 100 lets everything through.",
        ),
    )
