"""Plugins written to disk for a test, with the metadata that an installer would write."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HEAD = """
from dibs import PluginInfo, Reading, hookimpl
PLUGIN = PluginInfo("{name}", "{name}", "For a test."{info})
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Write a distribution with a plugin: `install("name", source)`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(
        name: str,
        source: str = "",
        *,
        info: str = "",
        distribution: str = "",
        module: str = "",
    ) -> None:
        distribution, module = distribution or f"dibs-{name}", module or f"test_plugin_{name}"
        body = HEAD.format(name=name, info=info) + textwrap.dedent(source)
        (tmp_path / f"{module}.py").write_text(body)
        meta = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        meta.mkdir()
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        (meta / "entry_points.txt").write_text(f"[dibs.test]\n{name} = {module}\n")

    yield write
    for module in set(sys.modules) - before:
        if module.startswith("test_plugin_"):
            del sys.modules[module]
