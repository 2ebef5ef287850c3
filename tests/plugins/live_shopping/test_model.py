"""Any interleaving of two shows and three sessions on one batch adds up, and never oversells.

The real thing is driven, and a model of a few lines says what each act must come to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dibs.app import create_app
from dibs.settings import Settings
from dibs.testing.postgres import TestServer

from ...core.api.conftest import Person
from .conftest import LIVE, Shop

STOCK = 6
PIECES = st.sampled_from(["1", "2", "0.5", "4"])
SESSIONS, SHOWS = st.integers(0, 2), st.integers(0, 1)
INTENTS = st.sampled_from(["to_purchase", "interested", "sample_request"])
