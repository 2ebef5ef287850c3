"""The application and the people of the API's own tests."""

from ..api.conftest import app, sign_up

__all__ = ["app", "sign_up"]
