"""The two sets of rules of a comparison, from what was typed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import click

from dibs.errors import InvalidInputError
from dibs.replay.plan import words

_LISTS = {"claim-word": "claim_words", "pass-word": "pass_words", "locale": "locales"}
_REPEATS = ("ignore", "add", "set")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def own_rules(lists: Mapping[str, Sequence[str]], several: bool, repeat: Sequence[str]) -> dict[str, Any]:
    """The rules that were asked for, by the names of `ShowRules`. `lists` is keyed by option name."""
    rules: dict[str, Any] = {_LISTS[name]: words(given, f"--{name}") for name, given in lists.items() if given}
    if several:
        rules["several"] = True
    if len(repeat) > 1:
        raise click.UsageError("Give --repeat once; two values go with --compare only.")
    return rules | ({"repeat": repeat[0]} if repeat else {})


def two_sets(
    lists: Mapping[str, Sequence[str]], several: bool, repeat: Sequence[str], against: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sets.

    With `against` the options are set A, and B is A with what `against` changes. Without it an option that is given
    twice is for A and for B, one that is given once is for both.

    Raises:
        InvalidInputError: a value can't be used.
        click.UsageError: nothing differs between the two.
    """
    if against is not None:
        first = own_rules(lists, several, repeat)
        second = first | _changes(against)
    else:
        first, second = (_nth(lists, several, repeat, place) for place in (0, 1))
    if first == second:
        raise click.UsageError(
            "--compare needs two sets of rules: give an option twice, such as --locale en --locale fil, "
            'or say what differs, such as --against "locale=en,fil several=yes".'
        )
    return first, second


def _nth(lists: Mapping[str, Sequence[str]], several: bool, repeat: Sequence[str], place: int) -> dict[str, Any]:
    chosen = {name: _one(name, given, place).split(",") for name, given in lists.items() if given}
    return own_rules(chosen, several, [_one("repeat", repeat, place)] if repeat else [])


def _one(name: str, given: Sequence[str], place: int) -> str:
    if len(given) > 2:
        raise click.UsageError(f"With --compare give --{name} once or twice; several values go with a comma: en,fil.")
    return given[min(place, len(given) - 1)]


def _changes(against: str) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    try:
        parts = shlex.split(against)
    except ValueError as error:
        raise InvalidInputError(f"--against can't be read: {str(error).lower()}.") from None
    for part in parts:
        name, _, value = part.partition("=")
        changed |= _change(name.strip().removeprefix("--"), value)
    return changed


def _change(name: str, value: str) -> dict[str, Any]:
    if name in _LISTS:
        return {_LISTS[name]: words(value.split(","), f"{name} in --against")}
    if name == "several" and value.lower() in _TRUTH:
        return {"several": _TRUTH[value.lower()]}
    if name == "repeat" and value in _REPEATS:
        return {"repeat": value}
    raise InvalidInputError(
        f"--against does not understand {name}={value}; it knows claim-word=, pass-word= and locale= with values "
        "separated by commas, several=yes or no, and repeat=ignore, add or set."
    )
