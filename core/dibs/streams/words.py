"""What is wrong with a stream, and what helps: for the API, in English; pages translate by the reason."""

from __future__ import annotations

from typing import Final

RECONNECT: Final = frozenset({"token", "removed", "login", "permission", "disconnected"})
"""Reasons that end when the account is connected again."""

PASSING: Final = frozenset({"gone", "request"})
"""Refusals that nobody may have to mend: platforms give them for things that are back a minute later."""

_HELP: Final = {
    "token": "Connect the account again; the show then goes on where it was.",
    "removed": "The access was taken back at the platform. Connect the account again.",
    "login": "Sign in at the platform and do what it asks there, then connect the account again.",
    "permission": "Connect the account again and allow everything that is asked for.",
    "disconnected": "Connect the account again; the show then goes on where it was.",
    "gone": "Look whether the broadcast still runs, or choose another one. It is tried again each minute.",
    "request": "It is tried again each minute. If it goes on, remove the stream and add it anew.",
    "configuration": "Whoever runs this server has to put its settings for the platform right.",
    "unsupported": "Paste the address of the broadcast, or hand comments in over the API.",
    "try_again": "Nothing has to be done: it is tried again by itself.",
    "silent": "Nothing has to be done: it was started anew.",
    "crash": "It is tried again by itself. If it goes on, tell whoever runs this server.",
    "plugin_off": "Switch the plugin on under Plugins.",
    "taken": "End the other show, or say in the set-up that both may hear it.",
}
_OTHERWISE: Final = "Try again. If it goes on, remove the stream and add it anew."


def what_to_do(reason: str) -> str:
    """What helps, in a sentence."""
    return _HELP.get(reason, _OTHERWISE)
