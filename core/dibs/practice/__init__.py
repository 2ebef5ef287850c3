"""Practice: a simulated audience that comments on a practice show, through the whole lane."""

from dibs.practice.model import MAX_MINUTES, MAX_PER_MINUTE, MINUTES, PER_MINUTE, PracticeState
from dibs.practice.service import Practice

__all__ = ["MAX_MINUTES", "MAX_PER_MINUTE", "MINUTES", "PER_MINUTE", "Practice", "PracticeState"]
