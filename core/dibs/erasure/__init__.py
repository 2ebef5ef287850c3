"""Forgetting people: on a platform's behalf, or because an operator says so."""

from dibs.erasure.beginning import Erasing
from dibs.erasure.keeper import EraseKeeper
from dibs.erasure.plugins import PluginTraces
from dibs.erasure.requests import Erasures, ErasureStatus

__all__ = ["EraseKeeper", "Erasing", "ErasureStatus", "Erasures", "PluginTraces"]
