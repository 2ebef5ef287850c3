"""What is printed of an order: the packing slip and the invoice."""

from dibs.orders.papers.making import PAPERS, WORDS, Paper, PaperData, Words, make_paper

__all__ = ["PAPERS", "WORDS", "Paper", "PaperData", "Words", "make_paper"]
