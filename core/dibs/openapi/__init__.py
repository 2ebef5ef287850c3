"""The description of the HTTP API, made from the classes that check its input and the routes that there are."""

from dibs.openapi.document import make_document
from dibs.openapi.markdown import make_reference

__all__ = ["make_document", "make_reference"]
