"""Orders: made in one transaction from carts and won claims, paid, cancelled, shown."""
