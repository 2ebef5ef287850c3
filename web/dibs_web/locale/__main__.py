"""`python -m dibs_web.locale [--check] [PACKAGE_FOLDER ...]`: bring the catalogues up to date with the sources.

Without a folder: those of the pages, with what the core says to people. With folders of plugin packages: theirs, in
`locale` below each. `--check` changes nothing and ends with 1 if a text has no translation.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import dibs
import dibs_web
from dibs_web.i18n import LANGUAGES, SOURCE
from dibs_web.locale.collecting import Domain


def own_domain() -> Domain:
    """The texts of the pages and of the core."""
    web, core = (Path(str(module.__file__)).parent for module in (dibs_web, dibs))
    return Domain((web, core), web / "locale")


def main() -> int:
    """Bring up to date, or check."""
    parser = argparse.ArgumentParser(prog="python -m dibs_web.locale", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="PACKAGE_FOLDER")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    domains = [Domain((folder,), folder / "locale") for folder in given.folders] or [own_domain()]
    languages = [language for language in LANGUAGES if language != SOURCE]
    left = 0
    for domain in domains:
        for language in languages:
            if not given.check:
                domain.update(language)
            missing = domain.missing(language)
            left += len(missing)
            print(f"{domain.folder}/{language}: {len(missing)} without a translation")
            for text in missing if given.check else ():
                print(f"  {text}")
    return 1 if given.check and left else 0


if __name__ == "__main__":
    sys.exit(main())
