"""Measuring Dibs: what the benchmark prints, as functions."""
