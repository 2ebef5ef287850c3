"""The entries of the audit log in words: what was done, and what was before and is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import orjson

from dibs.audit_log.reading import AuditEntry
from dibs_web.filters import as_datetime, as_money
from dibs_web.i18n import N_, _, translate
from dibs_web.rule_fields import FIELDS as RULE_FIELDS

ACTIONS: Final[Mapping[str, str]] = {
    "account.created": N_("made the account"),
    "account.disabled": N_("closed the account of"),
    "account.edited": N_("changed their account"),
    "account.email_changed": N_("changed their e-mail address"),
    "account.operator_granted": N_("made an operator of this instance of"),
    "account.operator_revoked": N_("is no operator of this instance any more:"),
    "account.passkey_added": N_("added a passkey"),
    "account.passkey_removed": N_("removed a passkey"),
    "account.passkey_renamed": N_("renamed a passkey"),
    "account.password_changed": N_("changed their password"),
    "account.password_set": N_("set a password"),
    "account.recovery_code_used": N_("signed in with a recovery code"),
    "account.recovery_codes_renewed": N_("made new recovery codes"),
    "account.second_factor_reset": N_("reset the second step of"),
    "account.sign_in_ended": N_("ended a sign-in"),
    "account.signed_out_everywhere": N_("signed out everywhere"),
    "account.totp_added": N_("added an authenticator app"),
    "account.totp_removed": N_("removed the authenticator app"),
    "action.undone": N_("took an action back"),
    "batch.edited": N_("changed the batch"),
    "batch.moved": N_("changed the stock of"),
    "batch.received": N_("received the batch"),
    "buyer.blocked": N_("blocked the buyer"),
    "buyer.erased": N_("erased the buyer"),
    "buyer.merged": N_("joined two buyers into one:"),
    "buyer.noted": N_("wrote a note about the buyer"),
    "buyer.tagged": N_("tagged the buyer"),
    "buyer.unblocked": N_("unblocked the buyer"),
    "buyer.unmerged": N_("parted the buyer again:"),
    "claim.accepted": N_("accepted the claim"),
    "claim.awarded": N_("awarded"),
    "claim.declined": N_("declined the claim"),
    "claim.moved": N_("moved the claim"),
    "claim.quantity_changed": N_("changed the quantity of the claim"),
    "claim.released": N_("released the claim"),
    "comments.blanked": N_("removed texts and names of old comments of"),
    "connection.broken": N_("lost the access to"),
    "connection.checked": N_("checked the connection to"),
    "connection.connected": N_("connected"),
    "connection.disconnected": N_("disconnected"),
    "connection.reconnected": N_("connected again"),
    "credit.adjustment_added": N_("adjusted the balance of"),
    "credit.limit_set": N_("set the credit limit of"),
    "credit.overridden": N_("went over the credit limit of"),
    "credit.payment_added": N_("noted a payment of"),
    "customer.added": N_("added the customer"),
    "customer.edited": N_("changed the customer"),
    "customer.linked": N_("linked a buyer to the customer"),
    "customer.unlinked": N_("unlinked a buyer from the customer"),
    "customer.access_given": N_("made a way in for the customer"),
    "customer.access_ended": N_("ended the access of the customer"),
    "customer.signed_in": N_("signed in as the customer"),
    "export.made": N_("exported"),
    "flag.cleared": N_("set the plugin back to its default:"),
    "flag.rolled_out": N_("set the plugin for all workspaces:"),
    "flag.switched": N_("switched the plugin"),
    "item.added": N_("added the item"),
    "item.deleted": N_("deleted the item"),
    "item.edited": N_("changed the item"),
    "item.pinned": N_("put on now"),
    "item.reordered": N_("reordered the items"),
    "margin.changed": N_("set a margin"),
    "margin.removed": N_("removed a margin"),
    "member.added": N_("took in the member"),
    "member.invitation_revoked": N_("took an invitation back"),
    "member.sign_in_link_made": N_("made a sign-in link for"),
    "member.invited": N_("invited somebody"),
    "member.joined": N_("joined"),
    "member.left": N_("left"),
    "member.removed": N_("removed the member"),
    "member.role_changed": N_("changed the role of"),
    "order.cancelled": N_("cancelled the order"),
    "order.created": N_("made the order"),
    "order.paid": N_("noted the payment of the order"),
    "order.shared": N_("shared the order by a link"),
    "order.unshared": N_("took the links back to the order"),
    "plugin.revived": N_("switched on again, after failures, the plugin"),
    "practice.started": N_("started a practice run"),
    "practice.stopped": N_("stopped the practice run"),
    "product.added": N_("added the product"),
    "product.edited": N_("changed the product"),
    "product.imported": N_("imported a list into the catalogue"),
    "purchase_order.discarded": N_("discarded the purchase order"),
    "purchase_order.received": N_("received the purchase order"),
    "purchase_order.uploaded": N_("sent in the purchase order"),
    "settings.changed": N_("changed the settings"),
    "show.created": N_("made the show"),
    "show.deleted": N_("deleted the show"),
    "show.duplicated": N_("duplicated the show"),
    "show.edited": N_("changed the show"),
    "show.ended": N_("ended the show"),
    "show.paused": N_("paused the show"),
    "show.resumed": N_("resumed the show"),
    "show.started": N_("started the show"),
    "stream.added": N_("had the show listen to"),
    "stream.chosen": N_("chose the broadcast"),
    "stream.removed": N_("no longer has the show listen to"),
    "stream.retried": N_("tried again to listen to"),
    "workspace.created": N_("made the workspace"),
    "workspace.renamed": N_("renamed the workspace"),
}
GROUPS: Final[Mapping[str, str]] = {
    "account": N_("Accounts"),
    "action": N_("Undo"),
    "batch": N_("Batches"),
    "buyer": N_("Buyers"),
    "claim": N_("Claims"),
    "comments": N_("Comments"),
    "connection": N_("Connections"),
    "customer": N_("Customers"),
    "export": N_("Exports"),
    "flag": N_("Switching of plugins"),
    "item": N_("Items"),
    "margin": N_("Margins"),
    "member": N_("Members"),
    "order": N_("Orders"),
    "plugin": N_("Plugins"),
    "practice": N_("Practice runs"),
    "product": N_("Catalogue"),
    "purchase_order": N_("Purchase orders"),
    "settings": N_("Settings"),
    "show": N_("Shows"),
    "stream": N_("Streams"),
    "workspace": N_("Workspace"),
}
FIELDS: Final[Mapping[str, str]] = {
    "asked_by": N_("Asked by"),
    "blocked_reason": N_("Reason"),
    "category": N_("Category"),
    "claim_words": N_("Words that claim"),
    "contact": N_("Contact"),
    "credit_limit": N_("Credit limit"),
    "currency": N_("Currency"),
    "customer": N_("Customer"),
    "enabled": N_("Switched on"),
    "handle": N_("Name"),
    "identities": N_("Identities"),
    "item_number": N_("Number"),
    "item_numbers": N_("Numbers"),
    "language": N_("Language"),
    "locales": N_("Languages of the viewers"),
    "margin": N_("Margin in per cent"),
    "max_per_buyer": N_("Most units for one buyer"),
    "max_quantity": N_("Most units in one comment"),
    "missing": N_("Missing permissions"),
    "name": N_("Name"),
    "note": N_("Note"),
    "number": N_("Number"),
    "origin": N_("From"),
    "total": N_("Total"),
    "credit_reason": N_("Reason"),
    "links": N_("Links"),
    "expires_at": N_("Valid until"),
    "pass_words": N_("Words that give back"),
    "platform": N_("Platform"),
    "polling_seconds": N_("Seconds between two looks"),
    "price": N_("Price"),
    "quantity": N_("Quantity"),
    "reason": N_("Reason"),
    "received_on": N_("Received on"),
    "repeat": N_("A second claim for the same item"),
    "retention_days": N_("Days comments are kept"),
    "role": N_("Role"),
    "rollout": N_("Percentage of workspaces"),
    "rules": N_("Words and rules"),
    "scheduled_at": N_("Planned start"),
    "deleted_comments": N_("A comment that is deleted afterwards"),
    "edited_comments": N_("A comment that is changed afterwards"),
    "several": N_("Several claims in one comment"),
    "status": N_("Status"),
    "tags": N_("Tags"),
    "time_zone": N_("Time zone"),
    "title": N_("Title"),
    "total_quantity": N_("Units"),
    "unit": N_("Unit"),
    "unit_cost": N_("Unit cost"),
}
_CLAIMS: Final = {
    "winner": N_("won"), "waitlist": N_("waits"), "unmatched": N_("no such item"), "review": N_("needs a look"),
    "released": N_("released"), "passed": N_("passed"), "declined": N_("declined"),
}  # fmt: skip
_SHOWS: Final = {
    "draft": N_("not started"), "active": N_("live"), "paused": N_("paused"), "ended": N_("ended"),
}  # fmt: skip
STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": _CLAIMS | _SHOWS | {"open": N_("open"), "low": N_("nearly gone"), "sold_out": N_("sold out")},
    "role": {"owner": N_("owner"), "admin": N_("admin"), "operator": N_("operator"), "viewer": N_("viewer")},
    "repeat": dict(next(field for field in RULE_FIELDS if field.name == "repeat").choices),
}
_LONG = 200


@attrs.frozen
class Difference:
    """One field that changed; what was not there is None."""

    field: str
    before: str | None
    after: str | None


def action_words(action: str) -> str:
    """What was done; an action that is not known here is shown as it is."""
    return translate(ACTIONS.get(action, action.replace(".", ": ").replace("_", " ")))


def label_of(entry: AuditEntry, titles: Mapping[str, str]) -> str | None:
    """The name of what it was done to; `titles` are those of the plugins. The workspace goes without saying."""
    if entry.entity == "workspace" and entry.action == "settings.changed":
        return None
    return titles.get(entry.entity_id or "", entry.label) if entry.entity in ("flag", "plugin") else entry.label


def group_words(group: str) -> str:
    """A kind of actions."""
    return translate(GROUPS.get(group, group.capitalize()))


def differences(entry: AuditEntry) -> list[Difference]:
    """What was and what is, field by field. Ids tell a reader nothing; the API has them."""
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in dict.fromkeys((*before, *after)) if not name.endswith("_id")]
    return [Difference(_field(name), _value(before, name), _value(after, name)) for name in names]


def grouped(actions: Sequence[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Actions by kind, for a choice: the beginning that all of a kind share, its words, and each with its own."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        kinds.setdefault(action.partition(".")[0], []).append((action, action_words(action)))
    return [(f"{kind}.", group_words(kind), entries) for kind, entries in sorted(kinds.items())]


def _field(name: str) -> str:
    last = name.removeprefix("rules.")
    return translate(FIELDS.get(last, last.replace("_", " ").capitalize()))


def _value(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{_field(inner)}: {_value(value, inner) or '–'}" for inner in value) or _("none")
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        text = ", ".join(str(one) for one in value) or _("none")
    elif name in ("scheduled_at", "expires_at") and isinstance(value, str):
        text = as_datetime(value).striptags()
    elif name in ("price", "total") and isinstance(value, str):
        text = as_money(value)
    elif isinstance(value, str) and value in (known := STATES.get(name.removeprefix("rules."), {})):
        text = translate(known[value])
    else:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
