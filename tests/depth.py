"""How often a test repeats what it does at random: a few times in every run, many more in `tox -e deep`."""

import os

DEEP = os.environ.get("DIBS_HYPOTHESIS_PROFILE") == "deep"


def often(usual: int, deep: int) -> int:
    """The count that this run takes."""
    return deep if DEEP else usual
