"""Webhooks: who is told what, signed, in batches, until the receiver says 200."""
