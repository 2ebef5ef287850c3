"""The streams of shows: who reads each of them, and how they fare."""
