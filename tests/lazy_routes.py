"""Importing this lets routes compile their addresses when one is asked for.

Werkzeug writes and compiles two functions for each route, which is most of what an application costs to make. Hundreds
of tests make one, and hardly any of them asks for more than a few addresses.
"""

from typing import Any

from werkzeug.routing import Rule

_compile_builder = Rule._compile_builder


def _compile_when_asked(rule: Rule, append_unknown: bool = True) -> Any:
    made: list[Any] = []

    def build(self: Rule, *values: Any, **more: Any) -> Any:
        if not made:
            made.append(_compile_builder(rule, append_unknown))
        return made[0](self, *values, **more)

    return build


Rule._compile_builder = _compile_when_asked  # type: ignore[method-assign]
