"""The reader's language: which it is, and every text of the pages in it.

English is the source. The catalogues are `.po` files, read as they are: nothing has to be compiled before an
installation works. A plugin brings its own in the folder `locale` of its package.
"""

from __future__ import annotations

import gettext as gnu
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import attrs
from babel import negotiate_locale
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from quart import current_app, g, has_request_context, request

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "es": "Español"}
SOURCE: Final = "en"
COOKIE: Final = "dibs_language"
KEY: Final = "dibs.catalogues"
PAGES, SCRIPTS = "pages.po", "scripts.po"
_OWN = Path(__file__).parent / "locale"


@cache
def read_catalogue(path: Path, language: str) -> gnu.NullTranslations:
    """The texts of one `.po` file; none if there is no such file."""
    if not path.is_file():
        return gnu.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


@attrs.define(eq=False)
class Catalogues:
    """The texts of the pages and of the plugins; `folders` are the plugins' own by plugin name."""

    folders: Mapping[str, Path] = attrs.field(factory=dict)
    _scripts: dict[str, str] = attrs.field(factory=dict, init=False)

    def find(self, language: str) -> list[gnu.NullTranslations]:
        """What to look in, one after the other: the pages' own texts, then those of each plugin."""
        own = read_catalogue(_OWN / language / PAGES, language)
        return [own, *(self.of(name, language) for name in self.folders)]

    def of(self, plugin: str, language: str) -> gnu.NullTranslations:
        """The texts of one plugin."""
        folder = self.folders.get(plugin)
        return gnu.NullTranslations() if folder is None else read_catalogue(folder / language / PAGES, language)

    def script(self, language: str) -> str:
        """A script that hands the texts of the scripts over to `lib/i18n.js`."""
        if language not in self._scripts:
            folders = [folder / language for folder in (*self.folders.values(), _OWN)]
            self._scripts[language] = _as_script(language, folders)
        return self._scripts[language]

    def script_address(self, language: str) -> str:
        """Where that script is; the address changes with its content."""
        return f"/i18n/{hashlib.sha256(self.script(language).encode()).hexdigest()[:16]}/{language}.js"


def _as_script(language: str, folders: Sequence[Path]) -> str:
    """The texts of scripts, and what the core and the plugins say in an error that a script passes on."""
    messages: dict[str, str | list[str]] = {}
    plural = "n != 1"
    for path in [folder / name for folder in folders for name in (PAGES, SCRIPTS)]:
        if path.is_file():
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
            plural = catalogue.plural_expr
            messages |= _table(message for message in catalogue if path.name == SCRIPTS or _is_error(message))
    table = json.dumps(messages, ensure_ascii=True, sort_keys=True)
    return f'globalThis.dibsMessages={{language:"{language}",plural:(n)=>Number({plural}),messages:{table}}};\n'


def _table(messages: Iterable[Message]) -> dict[str, str | list[str]]:
    done = [message for message in messages if message.id and message.string and all(message.string)]
    return {
        message.id if isinstance(message.id, str) else str(message.id[0]): message.string
        if isinstance(message.string, str)
        else list(message.string or ())
        for message in done
    }


def _is_error(message: Message) -> bool:
    return any(place.endswith(".py") and not place.startswith("dibs_web/") for place, _ in message.locations)


def catalogues() -> Catalogues:
    """The catalogues of this application."""
    found = current_app.extensions.get(KEY)
    return found if isinstance(found, Catalogues) else Catalogues()


def language() -> str:
    """The language of this request: what the reader chose, else what the browser prefers, else English."""
    if not has_request_context():
        return SOURCE
    known = g.get("dibs_language")
    return known if isinstance(known, str) else choose_language(None)


def choose_language(wanted: str | None) -> str:
    """Settle the language of this request; `wanted` is the setting of the signed-in user."""
    preferred = [value.replace("-", "_") for value in request.accept_languages.values()]
    kept = [wanted, request.cookies.get(COOKIE)]
    found = next((value for value in kept if value in LANGUAGES), None)
    g.dibs_language = found or negotiate_locale(preferred, list(LANGUAGES)) or SOURCE
    return str(g.dibs_language)


def translate(text: str) -> str:
    """The text in the reader's language, with its placeholders as they are."""
    if not text or language() == SOURCE:
        return text
    for catalogue in catalogues().find(language()):
        found = catalogue.gettext(text)
        if found != text:
            return found
    return text


def translate_plural(one: str, many: str, number: int) -> str:
    """The form for this number in the reader's language, with its placeholders as they are."""
    plain = one if number == 1 else many
    if language() == SOURCE:
        return plain
    for catalogue in catalogues().find(language()):
        found = catalogue.ngettext(one, many, number)
        if found != plain:
            return found
    return plain


def dgettext(plugin: str, text: str) -> str:
    """A plugin's text, such as its title, in the reader's language."""
    return text if language() == SOURCE else catalogues().of(plugin, language()).gettext(text)


def gettext(text: str, **values: object) -> str:
    """The text in the reader's language, filled in: `gettext("Hello %(name)s", name=...)`."""
    found = translate(text)
    return found % values if values else found


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The form for this number, filled in; `%(num)s` is the number."""
    return translate_plural(one, many, number) % {"num": number, **values}


def mark(text: str) -> str:
    """Mark a text that stands in a constant, to be translated where it is shown."""
    return text


_ = gettext
N_ = mark
