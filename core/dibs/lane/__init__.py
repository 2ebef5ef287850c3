"""The claim lane: the one way by which comments and operators' actions change a show.

A process that owns a show keeps its `Board` in memory, decides a batch on it with pure functions, and writes the
outcome with one statement that is refused if anybody else has written in between.
"""
