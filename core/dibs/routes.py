"""What the routes of a plugin may use; public like `dibs` itself, and apart from it because it needs Quart.

Mark each handler: `@needs("shows:read")` for a permission, `@signed_in` for everybody who is signed in, `@public` for
anybody. `principal()` then says who asks, and for which workspace. `@operation(...)` describes an API route for the
OpenAPI document. `export_tables()`, `open_show(show_id)`, `open_workspace()` and `export_made(...)` are for routes
that hand exports out.
`workspace_data()` is the database for the workspace of the request, `workspace_transaction(plugin)` the same with jobs,
all or nothing; `workspace_settings(plugin)` are the plugin's settings there. `page(...)` renders a template in the
frame of the pages, `see_other(...)` leads on from a form. `member_stream(topic)` answers with a live stream of a topic,
and `StreamQuery` is what such a route reads.
`allow_upload(path, most)` lets a route take a file that is larger than other bodies.
`event_position(topic)` is where a topic stands, for a page that goes on from its snapshot.

For customers: `@customer_only` marks a route for those who are signed in as one, `customer()` says who that is.
`customer_data()`, `customer_transaction(plugin)`, `customer_stream(topic, allowed)` and `customer_page(...)` are the
customers' kind of the same; `customer_attempt(kind)` counts what may be tried only so often.
"""

from dibs.accounts.principal import Principal
from dibs.api.auth import customer, customer_only, needs, principal, public, signed_in
from dibs.api.body import read_body, read_query
from dibs.api.customer_stream import customer_attempt, customer_stream
from dibs.api.operation import operation
from dibs.api.pages import customer_page, page, see_other
from dibs.api.plugin_data import (
    customer_data,
    customer_transaction,
    event_position,
    workspace_data,
    workspace_settings,
    workspace_transaction,
)
from dibs.api.stream import StreamQuery, member_stream
from dibs.api.uploads import allow_upload
from dibs.customer_access.model import CustomerPrincipal
from dibs.exports.request import export_made, export_tables, open_show, open_workspace

__all__ = [
    "CustomerPrincipal",
    "Principal",
    "StreamQuery",
    "allow_upload",
    "customer",
    "customer_attempt",
    "customer_data",
    "customer_only",
    "customer_page",
    "customer_stream",
    "customer_transaction",
    "event_position",
    "export_made",
    "export_tables",
    "member_stream",
    "needs",
    "open_show",
    "open_workspace",
    "operation",
    "page",
    "principal",
    "public",
    "read_body",
    "read_query",
    "see_other",
    "signed_in",
    "workspace_data",
    "workspace_settings",
    "workspace_transaction",
]
