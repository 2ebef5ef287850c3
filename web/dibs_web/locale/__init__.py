"""The catalogues of the pages: `<language>/pages.po` for what the server says, `<language>/scripts.po` for the scripts.

`python -m dibs_web.locale` reads the sources and brings the catalogues up to date; see `docs/translating.md`.
"""
