"""What an operator wants to see first: what is live, what comes next, what waits for somebody, how it went."""

from dibs.overview.service import ListedShow, LiveShow, Overview, Result, UpcomingShow, Waiting

__all__ = ["ListedShow", "LiveShow", "Overview", "Result", "UpcomingShow", "Waiting"]
