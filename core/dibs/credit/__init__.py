"""Asking how much more a customer may owe."""
