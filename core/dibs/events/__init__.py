"""Committed facts on their way to the clients: the outbox is the truth, the bus is only a doorbell."""
