"""The streams of a show in words: how each stands, what is wrong, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dibs_web.i18n import N_, translate

_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "idle": (N_("Ready: it begins with the show"), ""),
    "waiting": (N_("Waits for the broadcast"), "warn"),
    "choose": (N_("Which broadcast?"), "bad"),
    "listening": (N_("Listens"), "good"),
    "quiet": (N_("Nobody comments"), "warn"),
    "trouble": (N_("Trouble"), "bad"),
    "ended": (N_("The broadcast has ended"), ""),
}
_HELP: Final[Mapping[str, str]] = {
    "token": N_("Connect the account again; the show then goes on where it was."),
    "removed": N_("The access was taken back at the platform. Connect the account again."),
    "login": N_("Sign in at the platform and do what it asks there, then connect the account again."),
    "permission": N_("Connect the account again and allow everything that is asked for."),
    "disconnected": N_("Connect the account again; the show then goes on where it was."),
    "gone": N_("Look whether the broadcast still runs, or choose another one. It is tried again each minute."),
    "request": N_("It is tried again each minute. If it goes on, remove the stream and add it anew."),
    "configuration": N_("Whoever runs this server has to put its settings for the platform right."),
    "unsupported": N_("Paste the address of the broadcast, or hand comments in over the API."),
    "try_again": N_("Nothing has to be done: it is tried again by itself."),
    "silent": N_("Nothing has to be done: it was started anew."),
    "crash": N_("It is tried again by itself. If it goes on, tell whoever runs this server."),
    "plugin_off": N_("Switch the plugin on under Plugins."),
    "taken": N_("End the other show, or say in the set-up that both may hear it."),
}
_OTHERWISE: Final = N_("Try again. If it goes on, remove the stream and add it anew.")


def state_words(state: str) -> str:
    """How a stream stands."""
    return translate(_STATES.get(state, (state, ""))[0])


def state_tone(state: str) -> str:
    """How that looks: good, warn, bad or nothing."""
    return _STATES.get(state, ("", ""))[1]


def help_words(reason: str) -> str:
    """What helps against a trouble."""
    return translate(_HELP.get(reason, _OTHERWISE))
