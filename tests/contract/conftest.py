"""The workspace that the tests of the API's description try things on."""

from ..security.conftest import World, app, sign_up, world

__all__ = ["World", "app", "sign_up", "world"]
