"""What a plugin answers that has let go of somebody."""

from __future__ import annotations

from collections.abc import Sequence

import attrs


@attrs.frozen
class PersonTraces:
    """Where else, outside its own tables, a plugin has left something of an erased buyer. The core removes it.

    Attributes:
        topics: topics of the plugin's own whose stored events go, all of them; who listens is told to `reset`. Never
            `show:…` or `workspace:…`, which the core looks after by itself.
        entries: what entries of the audit log are about, as (entity, id): every text in them is blanked. That
            something was done, when and by whom, stays.
    """

    topics: Sequence[str] = ()
    entries: Sequence[tuple[str, str]] = ()
