"""What operators did: who, what, when, before and after; written in the transaction of the change, never changed."""

from dibs.audit_log.actor import Actor
from dibs.audit_log.record import record, record_row

__all__ = ["Actor", "record", "record_row"]
