"""Catalogues: what is collected, how it is read, and how plugins bring their own."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import dibs_keywords
from dibs_web.i18n import LANGUAGES, PAGES, SCRIPTS, SOURCE, Catalogues
from dibs_web.locale.__main__ import own_domain
from dibs_web.locale.collecting import Domain, as_bytes
from dibs_web.locale.flattening import flatten
from dibs_web.rule_fields import LOCALES

from .conftest import Site

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a text of each kind."""
    folder = tmp_path / "dibs_flowers"
    (folder / "templates").mkdir(parents=True)
    (folder / "words.py").write_text('TITLE = N_("Roses")\nraise NotFoundError("No such rose.")\n', "utf-8")
    page = '{{ _("Hello %(name)s", name=x) }}{% trans n=n %}{{ n }} rose{% pluralize %}{{ n }} roses{% endtrans %}'
    (folder / "templates" / "page.html").write_text(page, "utf-8")
    script = 'const x = html`<b>${_("Water {rose}", { rose })}</b>`; ngettext("{n} leaf", "{n} leaves", n);'
    (folder / "page.js").write_text(script, "utf-8")
    return folder


def _translate(domain: Domain, kind: str, texts: dict[str, str | tuple[str, str]]) -> None:
    made = Catalog(locale="es")
    for message in domain.catalogue(kind):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = texts[key]  # with as many forms as this Babel knows of the language
            forms = text if isinstance(text, str) else (text[0], *[text[1]] * (made.num_plurals - 1))
            made.add(message.id, forms, locations=message.locations)
    path = domain.folder / "es" / kind
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(made))


def test_texts_of_python_templates_and_scripts_are_collected(package: Path) -> None:
    domain = Domain((package,), package / "locale")
    pages = {str(message.id) for message in domain.catalogue(PAGES) if message.id}
    assert {"Roses", "No such rose.", "Hello %(name)s"} <= pages
    assert any("roses" in text for text in pages)
    scripts = [message.id for message in domain.catalogue(SCRIPTS) if message.id]
    assert scripts == ["Water {rose}", ("{n} leaf", "{n} leaves")]


def test_scripts_are_read_through_their_template_literals() -> None:
    source = r"""
    const quote = /["'`]/g; // an ` alone
    const a = html`<b title=${_("One")} onClick=${() => { go({ x: `in ${_("Two", { n })} side` }); }}>\`${"`"}</b>`;
    const half = total / 2 + rest / _("Three");
    """
    flat = flatten(source)
    assert [text for text in ("One", "Two", "Three") if f'_("{text}"' in flat] == ["One", "Two", "Three"]
    assert "`" not in flat.replace("// an ` alone", "").replace('"`"', "")
    assert "side" not in flat
    assert flat.count("\n") == source.count("\n")


def test_an_update_keeps_translations_drops_what_is_gone_and_names_what_is_missing(package: Path) -> None:
    domain = Domain((package,), package / "locale")
    domain.update("es")
    assert "Roses" in domain.missing("es")
    path = package / "locale" / "es" / PAGES
    path.write_text(
        path.read_text("utf-8").replace('msgid "Roses"\nmsgstr ""', 'msgid "Roses"\nmsgstr "Rosas"'), "utf-8"
    )
    (package / "templates" / "page.html").unlink()
    domain.update("es")
    text = path.read_text("utf-8")
    assert 'msgstr "Rosas"' in text
    assert "Hello" not in text
    assert domain.missing("es") == ["No such rose.", "Water {rose}", "{n} leaf"]
    assert domain.update("es") == domain.update("es")


async def test_a_plugin_brings_its_own_texts(package: Path, site: Site) -> None:
    domain = Domain((package,), package / "locale")
    (package / "templates" / "page.html").unlink()
    _translate(domain, PAGES, {"Roses": "Rosas", "No such rose.": "No hay tal rosa."})
    _translate(domain, SCRIPTS, {"Water {rose}": "Riega {rose}", "{n} leaf": ("{n} hoja", "{n} hojas")})
    catalogues = Catalogues({"flowers": domain.folder})
    assert catalogues.of("flowers", "es").gettext("Roses") == "Rosas"
    assert [c.gettext("No such rose.") for c in catalogues.find("es")][-1] == "No hay tal rosa."
    script = catalogues.script("es")
    assert '"{n} leaf": ["{n} hoja", "{n} hojas"' in script
    assert '"Water {rose}": "Riega {rose}"' in script
    assert '"No such rose.": "No hay tal rosa."' in script
    assert catalogues.script_address("es") != Catalogues().script_address("es")


def test_the_pages_own_texts_can_be_collected() -> None:
    domain = own_domain()
    pages = {message.id for message in domain.catalogue(PAGES)}
    assert {"Dashboard", "Words that claim", "There is no such show."} <= pages
    assert "Copied." in {message.id for message in domain.catalogue(SCRIPTS)}


def _complete(domain: Domain, language: str) -> None:
    assert domain.missing(language) == []
    for kind in (PAGES, SCRIPTS):
        for message in domain.updated(language, kind):
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            done = [message.string] if isinstance(message.string, str) else list(message.string)
            wanted = set(_PLACEHOLDER.findall(ids[-1]))
            assert all(set(_PLACEHOLDER.findall(text)) <= wanted for text in done), message.id
            assert set(_PLACEHOLDER.findall(done[-1])) == wanted, message.id


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE])
def test_every_catalogue_is_complete_with_the_same_placeholders(language: str) -> None:
    domain = own_domain()
    assert (domain.folder / language).is_dir()
    _complete(domain, language)


def test_the_languages_of_viewers_are_those_that_can_be_read() -> None:
    assert set(LOCALES) == set(dibs_keywords.known_locales())


@pytest.mark.parametrize("name", ["export", "first_come", "keywords"])
def test_the_plugins_speak_every_language_too(name: str) -> None:
    package = Path(__file__).parents[2] / "plugins" / name / f"dibs_{name}"
    domain = Domain((package,), package / "locale")
    assert "PLUGIN" in (package / "__init__.py").read_text("utf-8")
    assert len(domain.catalogue(PAGES)) >= 2, "title and summary at least"
    for language in set(LANGUAGES) - {SOURCE}:
        _complete(domain, language)
