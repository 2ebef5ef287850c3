"""What the routes of a plugin may use; public like `dibs` itself, and apart from it because it needs Quart.

Mark each handler: `@needs("shows:read")` for a permission, `@signed_in` for everybody who is signed in, `@public` for
anybody. `principal()` then says who asks, and for which workspace.
"""

from dibs.accounts.principal import Principal
from dibs.api.auth import needs, principal, public, signed_in
from dibs.api.body import read_body, read_query
from dibs.api.operation import operation

__all__ = ["Principal", "needs", "operation", "principal", "public", "read_body", "read_query", "signed_in"]
