"""Connections in words: how each stands, and how a sign-in at a platform ended and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

import attrs

from dibs.connections import Connection, Health
from dibs.connections.consents import Outcome, Result
from dibs_web.i18n import N_, _, ngettext, translate

OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
WITHOUT_RESULT: Final = ("unknown", "expired", "foreign", "signed_out", "forbidden")
"""What an address may claim by itself: it says nothing that somebody could make up."""
_TONES: Final[Mapping[Health, str]] = {
    "good": "good", "trouble": "warn", "incomplete": "warn", "expiring": "warn", "reconnect": "bad", "disconnected": "",
}  # fmt: skip
_BADGES: Final[Mapping[Health, str]] = {
    "good": N_("Connected"),
    "trouble": N_("Connected, last call failed"),
    "incomplete": N_("Permissions missing"),
    "expiring": N_("Ends soon"),
    "reconnect": N_("Connect again"),
    "disconnected": N_("Disconnected"),
}
_TITLES: Final[Mapping[str, str]] = {
    "connected": N_("Connected"),
    "choose": N_("Which accounts?"),
    "denied": N_("Nothing was connected"),
    "no_accounts": N_("No account was found"),
    "other_account": N_("This is another account"),
    "refused": N_("%(platform)s refused"),
    "unavailable": N_("%(platform)s does not answer"),
    "not_set_up": N_("%(platform)s is not set up here"),
    "unknown": N_("This sign-in was used already"),
    "expired": N_("This took too long"),
    "foreign": N_("This sign-in was begun elsewhere"),
    "signed_out": N_("You were signed out meanwhile"),
    "forbidden": N_("You can’t connect accounts here"),
}
_TEXTS: Final[Mapping[str, str]] = {
    "connected": N_("Shows can listen to it from now on: choose it in the set-up of a show, under Streams."),
    "choose": N_("%(platform)s gives access to these. Leave out what this workspace does not sell with."),
    "denied": N_(
        "The consent at %(platform)s was declined or closed. Without it no comment can be read. Connect again and "
        "agree, when you are ready."
    ),
    "no_accounts": N_(
        "You agreed, but %(platform)s gave access to no account that Dibs can use. Choose at least one Page or "
        "professional account in the dialog, and check that you may manage it."
    ),
    "other_account": N_(
        "You signed in at %(platform)s, but the account that was to be connected again is not among those that it "
        "gave access to. Nothing was changed. Sign in there as somebody who manages it, and choose it in the dialog."
    ),
    "refused": N_("%(platform)s did not accept the sign-in, so nothing was connected. Begin again with a new one."),
    "unavailable": N_("Nothing was connected. Wait a moment, then try again."),
    "not_set_up": N_("Whoever runs this server has to register it at %(platform)s first."),
    "unknown": N_(
        "Each sign-in at a platform is good once. If you came back with the browser’s arrows or loaded the page again, "
        "look at the list: the account may be connected. Otherwise begin again."
    ),
    "expired": N_("The dialog was open for more than ten minutes, so nothing was connected. Begin again."),
    "foreign": N_(
        "It was begun in another browser, or by another sign-in of this one. For your safety nothing was connected. "
        "Begin again here."
    ),
    "signed_out": N_("Nothing was connected, because nobody was signed in when you came back. Begin again now."),
    "forbidden": N_("Only admins and owners of the workspace connect accounts. Ask one of them."),
}
_REASONS: Final[Mapping[str, str]] = {
    "configuration": N_(
        "%(platform)s does not accept how this server is registered there: its app id, its secret, or the redirect "
        "address. Whoever runs this server has to put it right."
    ),
    "permission": N_("A permission or a role is missing. Ask for the role in the account, then connect again."),
    "login": N_("%(platform)s wants something from you first. Sign in there, do what it asks, then connect again."),
}


@attrs.frozen
class Standing:
    """How a connection stands: a badge, and a sentence or none."""

    badge: str
    tone: str
    words: str


def standing_of(one: Connection, platform: str) -> Standing:
    """A connection's health in words."""
    words = ""
    if one.health == "expiring" and one.days_left is not None:
        words = ngettext(
            "The access ends within %(num)s day. Connect again before.",
            "The access ends within %(num)s days. Connect again before.",
            one.days_left + 1,
        )
    elif one.health == "incomplete":
        words = _("You did not grant everything. What needs it will not work.")
    elif one.health == "reconnect":
        words = _("The access has ended: no comments come, no replies go out.")
    elif one.health == "disconnected":
        words = _("It stands here because shows listened to it.")
    return Standing(translate(_BADGES[one.health]), _TONES[one.health], words)


def outcome_title(outcome: str, platform: str) -> str:
    """What happened, in a few words."""
    return translate(_TITLES[outcome]) % {"platform": platform}


def outcome_text(outcome: str, platform: str, result: Result | None = None) -> str:
    """What happened, and what to do next."""
    chosen = _REASONS.get(result.reason) if result is not None and outcome == "refused" else None
    return translate(chosen or _TEXTS[outcome]) % {"platform": platform}
