"""Locale packs: one TOML file of words for each language, beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import attrs

from dibs import FieldFault, InvalidInputError


@attrs.frozen(eq=False)
class Pack:
    """The words of one language.

    Attributes:
        locale: the name of the file, such as `zh-Hant`.
        title: the language's name.
        words: word lists that count where the pack is chosen, by role.
        guards: word lists that stop a claim in every show, chosen or not, because they mean nothing else elsewhere.
        plus_claims: `A1+1` is the custom here.
        bare_codes: a code alone is the custom here.
        number_asks: claim words whose number may mean something else (`cf1`).
    """

    locale: str
    title: str
    words: Mapping[str, tuple[str, ...]]
    guards: Mapping[str, tuple[str, ...]]
    plus_claims: bool = False
    bare_codes: bool = False
    number_asks: tuple[str, ...] = ()


@cache
def known_locales() -> tuple[str, ...]:
    """The names of all packs, sorted."""
    folder = resources.files(__package__) / "locales"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


@cache
def load_pack(locale: str) -> Pack:
    """Read one pack.

    Raises:
        InvalidInputError: no pack has this name.
    """
    if locale not in known_locales():
        names = ", ".join(known_locales())
        problem = f"is not a known locale; known are {names}"
        raise InvalidInputError(
            f"There is no locale pack '{locale}'. Known packs: {names}.", (FieldFault("locales", problem),)
        )
    file = resources.files(__package__) / "locales" / f"{locale}.toml"
    data = tomllib.loads(file.read_text("utf-8"))
    return Pack(
        locale=locale,
        title=data["title"],
        words={role: tuple(words) for role, words in data.get("words", {}).items()},
        guards={role: tuple(words) for role, words in data.get("guards", {}).items()},
        plus_claims=data.get("plus_claims", False),
        bare_codes=data.get("bare_codes", False),
        number_asks=tuple(data.get("number_asks", ())),
    )
