"""What runs, their kinds and their stages are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dibs_web.i18n import N_, translate

KINDS: Final[Mapping[str, str]] = {
    "purchase_orders.import": N_("Purchase order"),
    "orders.show": N_("Orders of a show's winners"),
}
STAGES: Final[Mapping[str, str]] = {
    "reading": N_("Reading"),
    "matching": N_("Looking for products"),
    "saving": N_("Saving"),
    "checking": N_("Checking"),
    "orders": N_("Making orders"),
    "loading": N_("Loading"),
    "writing": N_("Writing"),
}
STATES: Final[Mapping[str, str]] = {
    "running": N_("Running"),
    "waiting": N_("Waits for you"),
    "done": N_("Done"),
    "failed": N_("Failed"),
    "stopped": N_("Stopped"),
}
TONES: Final[Mapping[str, str]] = {"running": "look", "waiting": "warn", "done": "good", "failed": "bad", "stopped": ""}

PROBLEMS: Final = (
    N_("The plugin that does this is switched off."),
    N_("Something went wrong. The log of the server says more."),
    N_("It took longer than it may."),
)
"""What the core says of runs that failed, for the catalogues."""


def stage_words(stage: str) -> str:
    """A stage for people; a plugin's own catalogue may know it by its name with a capital."""
    return translate(STAGES.get(stage) or stage.replace("_", " ").capitalize())


def kind_words(kind: str) -> str:
    """A kind of run for people."""
    return translate(KINDS.get(kind) or kind.rpartition(".")[0].replace("_", " ").capitalize() or kind)
