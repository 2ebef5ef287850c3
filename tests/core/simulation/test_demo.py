"""The whole product against simulated platforms, by one command, and once more in the same folder."""

from __future__ import annotations

import os
from pathlib import Path

from ...e2e import forking


def test_it_sells_on_both_platforms_and_does_so_again(database_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "DIBS_DATA_DIR": str(tmp_path)}
    for _ in range(2):
        done = forking.run("dibs", "demo", "--simulate", "--headless", env=environment, cwd=tmp_path, timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "buyers are answered" in done.stdout
        for platform in ("facebook", "instagram"):
            row = next(line for line in done.stdout.splitlines() if platform in line and "│" in line)
            assert int(row.split("│")[3]) >= 1, done.stdout
