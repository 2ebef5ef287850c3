"""Trading in one transaction: what plugins may do with stock, prices, credit, orders and events."""
