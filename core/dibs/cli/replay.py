"""`dibs replay`: run a recording of a sale through the claim lane."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from dibs.cli.options import settings_options


def _finite(_: click.Context, __: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("must be a number")
    return value


@click.command("replay")
@settings_options
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--items", required=True, type=click.Path(path_type=Path), help="CSV of the items that are offered.")
@click.option("--show", "show_id", type=click.UUID, metavar="ID", help="Replay into this show of the workspace.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=0.0,
    callback=_finite,
    metavar="NUMBER",
    help="1 is real time, 8 eight times as fast, 0 as fast as it goes (default).",
)
@click.option("--claim-word", multiple=True, metavar="WORD", help="Instead of `sold`; may be given again.")
@click.option("--pass-word", multiple=True, metavar="WORD", help="Instead of `pass`; may be given again.")
@click.option("--locale", multiple=True, metavar="LOCALE", help="Locale packs (default en); may be given again.")
@click.option("--several", is_flag=True, help="Every act in a comment counts, not only the first.")
@click.option(
    "--repeat",
    multiple=True,
    type=click.Choice(["ignore", "add", "set"]),
    help="What another claim of the same buyer on the same item does (default ignore).",
)
@click.option("--workspace", metavar="WORKSPACE", help="Id or name of the workspace (default: the first one).")
@click.option("--compare", is_flag=True, help="Decide under two sets of rules and show whose claims differ.")
@click.option(
    "--against", metavar="RULES", help='With --compare: what set B changes, as in "locale=en,fil several=yes".'
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay_command(
    recording: Path,
    items: Path,
    show_id: UUID | None,
    speed: float,
    claim_word: tuple[str, ...],
    pass_word: tuple[str, ...],
    locale: tuple[str, ...],
    several: bool,
    repeat: tuple[str, ...],
    workspace: str | None,
    compare: bool,
    against: str | None,
    as_json: bool,
) -> None:
    """Run a recording of a sale through the claim lane.

    The same arguments find the same show again: a second run adds nothing, and one that was cut off goes on.

    With --compare nothing is written. An option given once holds for both sets of rules; given twice, first for
    set A and then for set B; several values go with a comma (--locale en --locale en,fil).
    """
    from dibs.replay.command import compare_once, replay_once  # noqa: PLC0415 - help needs none of it
    from dibs.replay.plan import read_plan  # noqa: PLC0415
    from dibs.replay.sets import own_rules, two_sets  # noqa: PLC0415

    lists = {"claim-word": claim_word, "pass-word": pass_word, "locale": locale}
    if not compare:
        if against is not None:
            raise click.UsageError("--against goes with --compare.")
        rules: dict[str, Any] = own_rules(lists, several, repeat)
        plan = read_plan(recording, items, rules, show_id)
        sys.exit(replay_once(plan, speed, workspace, as_json=as_json))
    if show_id is not None or workspace is not None:
        raise click.UsageError("--compare writes nothing; it goes with neither --show nor --workspace.")
    first, second = two_sets(lists, several, repeat, against)
    sys.exit(compare_once(read_plan(recording, items, {}), first, second, as_json=as_json))
