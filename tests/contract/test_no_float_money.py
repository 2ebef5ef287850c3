"""Money and quantities are never floats: no float type, literal or conversion stands where they are worked with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "dibs"
PACKAGES = ("catalogue", "credit", "orders", "pricing", "stock", "trading")
MODULES = ("money.py", "models/credit.py", "models/orders.py", "models/pricing.py", "hooks/refining.py")
PLUGINS = tuple(ROOT / "plugins" / name for name in ("pricing", "credit", "purchase_orders"))
FOLDERS = (*(CORE / name for name in PACKAGES), *PLUGINS)
# Those work with paths, with how alike two names are, or divide what a file says before it is money.
ASIDE = ("making.py", "matching.py", "amounts.py")
FOUND = (path for folder in FOLDERS for path in folder.rglob("*.py") if path.name not in ASIDE)
FILES = sorted([*(CORE / name for name in MODULES), *FOUND])
# Live sessions count seconds as well as money: there no name of money may be a float.
WHOLE = (CORE, ROOT / "web", ROOT / "plugins")
WORDS = ("price", "cost", "amount", "money", "quantity")


def floats(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a float could come from; `/` of whole numbers makes one too. How many seconds something takes is none."""
    seconds = set(time_limits(tree))
    for node in ast.walk(tree):
        if node in seconds:
            continue
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, repr(node.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield node.lineno, "/"
        elif isinstance(node, ast.Attribute) and node.attr in ("REAL", "FLOAT", "Float", "Double"):
            yield node.lineno, node.attr


def time_limits(tree: ast.AST) -> Iterator[ast.AST]:
    """The values of `X_SECONDS = 600.0` and `f(seconds=600.0)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names = ast.unparse(node).partition("=")[0]
            if "SECONDS" in names and node.value is not None:
                yield node.value
        elif isinstance(node, ast.keyword) and node.arg == "seconds":
            yield node.value


def float_columns(source: str) -> Iterator[str]:
    """Fields, arguments and assignments with a name of money whose annotation is a float."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            if any(word in name.lower() for word in WORDS) and "float" in ast.unparse(node.annotation):
                yield name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_stands_near_money(path: Path) -> None:
    assert list(floats(ast.parse(path.read_text()))) == []


def test_no_price_anywhere_is_a_float() -> None:
    files = (path for folder in WHOLE for path in folder.rglob("*.py"))
    found = {str(path): names for path in files if (names := list(float_columns(path.read_text())))}
    assert found == {}


def test_the_check_sees_floats() -> None:
    assert [what for _, what in floats(ast.parse("x = 0.1\ny: float = float('2')\nz = 1 / 3"))] != []
    assert [what for _, what in floats(ast.parse("_SECONDS = 6.0\nf(seconds=6.0, price=2.5)"))] == ["2.5"]
    assert list(float_columns("def f(unit_cost: float) -> None: ...")) == ["unit_cost"]
