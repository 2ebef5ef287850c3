"""Trying rules on comments: what each would do and why, as the claim lane would read it. Nothing is written."""

from dibs.rule_tester.model import MatchedItem, TriedAct, TriedComment, TriedItem
from dibs.rule_tester.stage import Stage, bare_stage, show_stage
from dibs.rule_tester.trying import try_comments

__all__ = [
    "MatchedItem",
    "Stage",
    "TriedAct",
    "TriedComment",
    "TriedItem",
    "bare_stage",
    "show_stage",
    "try_comments",
]
