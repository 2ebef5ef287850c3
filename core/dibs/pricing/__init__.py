"""Asking for prices: which plugin answers, what others make of it, and what is wrong with an answer."""
