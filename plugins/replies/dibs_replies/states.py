"""What has become of a message, in words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping

RETRYABLE = ("refused", "unreachable", "closed", "unknown", "held")
UNDELIVERED = ("refused", "unreachable", "closed", "unknown")
STATES = ("waiting", "sending", "sent", "held", *UNDELIVERED, "skipped")


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


STATE_WORDS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "sending": N_("Being sent"),
    "sent": N_("Sent"),
    "held": N_("For you to send"),
    "refused": N_("Refused"),
    "unreachable": N_("Not reachable"),
    "closed": N_("Too late"),
    "unknown": N_("Not known"),
    "skipped": N_("Not needed"),
}
OUTCOME_WORDS: Mapping[str, str] = {
    "won": N_("Won"),
    "waitlist": N_("Waits"),
    "promoted": N_("Moved up"),
    "unmatched": N_("Unknown item"),
    "declined": N_("Gets nothing"),
}
WAY_WORDS: Mapping[str, str] = {"public": N_("In public"), "private": N_("In private")}

# Why, and the next step.
REASON_WORDS: Mapping[str, tuple[str, str]] = {
    "token": (N_("The account has to be connected again."), N_("Connect it again, then send again.")),
    "login": (N_("The account waits for its owner at the platform."), N_("Sign in there, then send again.")),
    "removed": (N_("The app was removed from the account."), N_("Connect it again, then send again.")),
    "permission": (N_("A permission is missing."), N_("Connect the account with all permissions, then send again.")),
    "gone": (N_("The comment was deleted."), N_("Nothing to do.")),
    "window": (N_("The platform takes answers only for a while, and that is over."), N_("Write to the buyer by hand.")),
    "done": (N_("The comment had an answer already."), N_("Nothing to do.")),
    "unreachable": (N_("This person takes no messages from you."), N_("Answer the comment in public by hand.")),
    "blocked": (
        N_("The platform stopped answers of this account for some hours."),
        N_("Write more varied texts, wait, then send again."),
    ),
    "text": (N_("The platform refused this text."), N_("Change the texts in the settings, then send again.")),
    "configuration": (N_("The app at the platform is set up wrongly."), N_("Tell whoever runs this server.")),
    "unsupported": (N_("The platform has no such answers."), N_("Nothing to do.")),
    "request": (N_("The platform refused it."), N_("Send again, or write to the buyer by hand.")),
    "used": (
        N_("The one private answer to this comment was used up."),
        N_("Answer the comment in public, or write to the buyer by hand."),
    ),
    "no_connection": (N_("No connected account belongs to this comment."), N_("Copy the text and send it by hand.")),
    "no_comment": (N_("The comment has no id at the platform."), N_("Copy the text and send it by hand.")),
    "by_hand": (N_("Automatic answers were off."), N_("Send it, or copy the text.")),
    "interrupted": (
        N_("The server stopped in the middle: it may have arrived."),
        N_("Look at the comment; if nothing is there, send again."),
    ),
    "no_answer": (
        N_("The platform did not answer: it may have arrived."),
        N_("Look at the comment; if nothing is there, send again."),
    ),
    "limit": (N_("The platform wants fewer messages."), N_("It goes out by itself.")),
    "again": (N_("It did not work yet."), N_("It is tried again by itself.")),
    "stuck": (N_("Nothing works on it any more: answering was switched off meanwhile."), N_("Send it again.")),
    "newer": (N_("A newer message took its place."), N_("Nothing to do.")),
    "released": (N_("The claim was given back before."), N_("Nothing to do.")),
    "told": (N_("Somebody sent it by hand."), N_("Nothing to do.")),
}
