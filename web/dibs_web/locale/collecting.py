"""Finding the texts in the sources, and bringing the catalogues up to date with them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from dibs_web.i18n import PAGES, SCRIPTS
from dibs_web.locale.flattening import flatten

# What the core says to people stands where it is raised: the text of an error, the problem of a field.
_ERRORS = (
    "ConflictError", "NotFoundError", "ForbiddenError", "UnauthenticatedError", "BadCredentialsError",
    "UnavailableError", "DuplicateError", "InvalidInputError", "ValueError", "WrongSignInError", "OutOfStockError",
    "PriceMissingError", "PriceRefusedError", "CreditExceededError", "SessionClosedError",
)  # fmt: skip
_Keywords = dict[str, tuple[int, ...] | None]
_PYTHON: _Keywords = {
    "_": None, "N_": None, "gettext": None, "translate": None, "ngettext": (1, 2), "Attention": (1, 2),
    "FieldFault": (2,),
    **dict.fromkeys(_ERRORS),
}  # fmt: skip
# Of these every text counts, which takes a turn for each place: what a plugin says of itself and of its settings.
_PLACES = (
    ("NavigationEntry", 3),
    ("PluginInfo", 2),
    ("PluginInfo", 3),
    ("ExportKind", 2),
    *(("setting_words", nth) for nth in range(1, 7)),
)
_TEMPLATES: _Keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
_SCRIPTS: _Keywords = {"_": None, "ngettext": (1, 2)}
_METHODS = {".py": ("python", _PYTHON), ".html": ("jinja2.ext:babel_extract", _TEMPLATES)}
_OWN = Path(__file__).parent
_SKIPPED = {"vendor", "migrations", "__pycache__", "bench", "cli", "replay", "testing"}


@attrs.frozen
class Domain:
    """The texts of one package: where its sources are, and where its catalogues."""

    sources: Sequence[Path]
    folder: Path

    def catalogue(self, kind: str) -> Catalog:
        """All texts of the sources, without translations."""
        found = Catalog(project="dibs", charset="utf-8", fuzzy=False)
        for root in self.sources:
            for path in sorted(root.rglob("*")):
                if not _SKIPPED & set(path.relative_to(root).parts):
                    for text, comments in _texts(path, kind):
                        place = f"{root.name}/{path.relative_to(root).as_posix()}"
                        found.add(text, locations=[(place, 0)], auto_comments=comments)
        return found

    def update(self, language: str) -> bytes:
        """Bring both catalogues of a language up to date; what they hold afterwards."""
        written = b""
        for kind in (PAGES, SCRIPTS):
            fresh = self.updated(language, kind)
            if len(fresh):
                path = self.folder / language / kind
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(as_bytes(fresh))
                written += path.read_bytes()
        return written

    def updated(self, language: str, kind: str) -> Catalog:
        """The catalogue of a language with every text of the sources, and none besides."""
        path, template = self.folder / language / kind, self.catalogue(kind)
        fresh = Catalog(
            locale=language, project="dibs", charset="utf-8", fuzzy=False, header_comment="# Translations of Dibs."
        )
        known = _read(path, language)
        # A later Babel may know more forms of a language than the translations have; scripts count in one way for all.
        forms = known or _read(_OWN / language / PAGES, language)
        if forms is not None:
            fresh.mime_headers = [("Plural-Forms", forms.plural_forms)]
        for message in template:
            if message.id:
                fresh[message.id] = _with_translation(message, known)
        return fresh

    def missing(self, language: str) -> list[str]:
        """The texts that have no translation in a language."""
        catalogues = (self.updated(language, kind) for kind in (PAGES, SCRIPTS))
        return [_key(message) for catalogue in catalogues for message in catalogue if message.id and not _done(message)]


def _with_translation(message: Message, known: Catalog | None) -> Message:
    old = known.get(message.id) if known is not None else None
    if old is not None and old.pluralizable == message.pluralizable:
        message.string = old.string
    return message


def _texts(path: Path, kind: str) -> Iterator[tuple[str | tuple[str, ...], list[str]]]:
    methods = {".js": ("javascript", _SCRIPTS)} if kind == SCRIPTS else _METHODS
    if path.suffix not in methods:
        return
    method, keywords = methods[path.suffix]
    source = path.read_text("utf-8")
    file = io.BytesIO((flatten(source) if kind == SCRIPTS else source).encode())
    options = {"newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
    places: list[_Keywords] = [{name: (nth,)} for name, nth in _PLACES if f"{name}(" in source and path.suffix == ".py"]
    for words in (keywords, *places):
        file.seek(0)
        for _, message, comments, _ in extract(method, file, words, ("Translators:",), options):
            yield message, comments


def _read(path: Path, language: str) -> Catalog | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _done(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(texts)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def as_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as a file, without what changes at every run."""
    out = io.BytesIO()
    write_po(out, catalogue, width=118, sort_output=True, omit_header=False, include_lineno=False)
    dates = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator', b'"Report-Msgid')
    return b"\n".join(line for line in out.getvalue().split(b"\n") if not line.startswith(dates))
