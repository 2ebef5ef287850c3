"""`dibs serve` in processes of their own, on one database, with the adapters pointed at a simulated Meta."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from ...e2e.server import LiveServer


@attrs.define(eq=False)
class Reader(LiveServer):
    """A server that reads streams; it may be killed."""

    config: Path = attrs.field(kw_only=True)

    @property
    def env(self) -> dict[str, str]:
        """With the settings of the adapters."""
        return super().env | {"DIBS_CONFIG": str(self.config)}

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid


def write_config(path: Path, plugins: Mapping[str, Mapping[str, Any]]) -> Path:
    """A configuration file with the settings of plugins."""
    lines = []
    for name, values in plugins.items():
        hosts = values["hosts"]
        lines.append(f"[plugins.{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if key != "hosts"]
        lines.append(f"[plugins.{name}.hosts]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in hosts.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
