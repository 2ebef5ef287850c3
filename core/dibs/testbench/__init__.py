"""The test bench: comments made up for a show, and what a platform would send, for developers only."""

from dibs.testbench.generate import generated, numbered
from dibs.testbench.instagram import Decoded, decode

__all__ = ["Decoded", "decode", "generated", "numbered"]
