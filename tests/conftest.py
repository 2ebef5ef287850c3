"""Shared fixtures; the ones that outside authors use too stand in `dibs.testing.fixtures`."""

pytest_plugins = ["dibs.testing.fixtures"]
