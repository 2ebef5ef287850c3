"""Answers about practice runs."""

from dibs.practice.model import PracticeState

__all__ = ["PracticeState"]
