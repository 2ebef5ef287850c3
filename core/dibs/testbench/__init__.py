"""The test bench: comments made up for a show, for developers only."""

from dibs.testbench.generate import generated, numbered

__all__ = ["generated", "numbered"]
