"""Help for tests of Dibs and of plugins: `pytest_plugins = ["dibs.testing.fixtures"]` in a conftest."""
