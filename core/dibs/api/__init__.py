"""The HTTP side of the core: JSON in, JSON out, one envelope for errors."""
