"""Checking what a seller sets, before a show runs with it."""

from __future__ import annotations

import attrs

from dibs import FieldFault, InvalidInputError, ShowRules, structure
from dibs_keywords.lexicon import phrase_tokens
from dibs_keywords.packs import known_locales
from dibs_keywords.settings import KeywordsSettings


def load_settings(rules: ShowRules) -> KeywordsSettings:
    """This plugin's settings in `rules`.

    Raises:
        InvalidInputError: with a fault for each faulty field.
    """
    values = rules.plugins.get("keywords")
    return structure(dict(values), KeywordsSettings, "The settings of `keywords`") if values else KeywordsSettings()


def check_rules(rules: ShowRules) -> None:
    """Refuse rules that this parser could not obey, naming every fault.

    Raises:
        InvalidInputError: an unknown locale, a word without a letter or digit, a word that claims and passes, a
            faulty setting.
    """
    faults = [*_locale_faults(rules), *_word_faults("claim_words", rules.claim_words)]
    faults += _word_faults("pass_words", rules.pass_words)
    claims = {phrase_tokens(word) for word in rules.claim_words}
    faults += [
        FieldFault(f"pass_words[{at}]", "is a claim word as well")
        for at, word in enumerate(rules.pass_words)
        if phrase_tokens(word) and phrase_tokens(word) in claims
    ]
    try:
        load_settings(rules)
    except InvalidInputError as error:
        faults += [attrs.evolve(fault, path=f"plugins.keywords.{fault.path}") for fault in error.faults]
    if faults:
        raise InvalidInputError("The rules of the show have faults.", faults)


def _locale_faults(rules: ShowRules) -> list[FieldFault]:
    known = known_locales()
    return [
        FieldFault(f"locales[{at}]", f"is not a known locale; known are {', '.join(known)}")
        for at, locale in enumerate(rules.locales)
        if locale not in known
    ]


def _word_faults(field: str, words: tuple[str, ...]) -> list[FieldFault]:
    return [
        FieldFault(f"{field}[{at}]", "has no letter to recognise it by")
        for at, word in enumerate(words)
        if not phrase_tokens(word)
    ]
