"""SQLAlchemy Core tables, one module per noun. The migrations make them; a test holds both equal."""

from dibs.tables.accounts import (
    auth_challenges,
    invitations,
    members,
    passkeys,
    recovery_codes,
    refresh_tokens,
    sign_in_links,
    stream_tickets,
    users,
    web_sessions,
    workspaces,
)
from dibs.tables.claims import buyers, claims, comments
from dibs.tables.customer_access import customer_links, customer_sessions
from dibs.tables.events import inbox, outbox, topics
from dibs.tables.flags import flag_overrides, flags, plugin_health, rate_limits
from dibs.tables.metadata import metadata
from dibs.tables.operators import audit_log, idempotency_keys
from dibs.tables.orders import order_counters, order_lines, order_links, orders
from dibs.tables.platforms import (
    connections,
    erasure_work,
    erasures,
    oauth_results,
    oauth_states,
    relay_positions,
    stream_leases,
    webhook_inbox,
)
from dibs.tables.practice import practice_runs
from dibs.tables.runs import runs
from dibs.tables.shows import items, show_leases, shows, streams
from dibs.tables.stock import batches, customers, products, stock_holds, stock_movements

__all__ = [
    "audit_log",
    "auth_challenges",
    "batches",
    "buyers",
    "claims",
    "comments",
    "connections",
    "customer_links",
    "customer_sessions",
    "customers",
    "erasure_work",
    "erasures",
    "flag_overrides",
    "flags",
    "idempotency_keys",
    "inbox",
    "invitations",
    "items",
    "members",
    "metadata",
    "oauth_results",
    "oauth_states",
    "order_counters",
    "order_lines",
    "order_links",
    "orders",
    "outbox",
    "passkeys",
    "plugin_health",
    "practice_runs",
    "products",
    "rate_limits",
    "recovery_codes",
    "refresh_tokens",
    "relay_positions",
    "runs",
    "show_leases",
    "shows",
    "sign_in_links",
    "stock_holds",
    "stock_movements",
    "stream_leases",
    "stream_tickets",
    "streams",
    "topics",
    "users",
    "web_sessions",
    "webhook_inbox",
    "workspaces",
]
