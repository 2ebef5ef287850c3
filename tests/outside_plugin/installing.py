"""Installing strangers' projects into a folder, and running Python that finds them there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
_COMPILED = shutil.ignore_patterns("__pycache__")
CLI = "from dibs.cli import main; main()"


def install(names: Iterable[str], target: Path, sources: Path) -> None:
    """Install projects beside this file with pip, each from a copy of its folder."""
    copies = [shutil.copytree(HERE / name, sources / name, ignore=_COMPILED) for name in names]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    more = ["--no-index", "--disable-pip-version-check", "--target", str(target), *map(str, copies)]
    subprocess.run([*pip, *more], check=True, capture_output=True, text=True, timeout=120)


def environment(site: Path, **more: str) -> dict[str, str]:
    """The environment of a process that finds what is installed there."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(site), *sys.path])} | more


def run(site: Path, code: str, *args: str, url: str = "") -> str:
    """What Python prints, with the folder on its path as an installed package is."""
    env = environment(site, **({"DATABASE_URL": url} if url else {}))
    done = subprocess.run([sys.executable, "-c", code, *args], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
