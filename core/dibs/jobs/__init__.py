"""Work that is done later: taken in with a transaction, run by whichever process has time."""

from dibs.jobs.service import Jobs

__all__ = ["Jobs"]
