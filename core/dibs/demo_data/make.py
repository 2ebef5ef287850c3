"""Writes the demo's recording and item list, the same bytes every time.

Run as `python -m dibs.demo_data.make [FOLDER]`.
"""

from __future__ import annotations

import csv
import io
import sys
import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from dibs.demo_data.dice import Dice
from dibs.demo_data.play import Line, Play

_DUPLICATES, _HIDDEN, _DELAYED, _VERY_LATE = 42, 14, 26, 6


def make_recording() -> bytes:
    """JSON Lines of Graph API comments as an adapter receives them: not quite in order, not quite once."""
    plan = _load("plan.toml")
    play = Play(plan, _load("phrases.toml"))
    lines = play.write()
    show = plan["show"]
    records = _records(lines, show, play.dice)
    delivered = _deliver(records, play.dice)
    return b"".join(orjson.dumps(record) + b"\n" for record in delivered)


def make_items() -> bytes:
    """The item list as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["item_number", "title", "quantity", "variant", "price"])
    for item in _load("plan.toml")["items"]:
        for variant, quantity in item["rows"]:
            writer.writerow([item["code"], item["title"], quantity, variant, item["price"]])
    return out.getvalue().encode()


def main(arguments: Sequence[str]) -> None:
    """Write `sale.jsonl` and `items.csv` into a folder, by default the package's own."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    (folder / "sale.jsonl").write_bytes(make_recording())
    (folder / "items.csv").write_bytes(make_items())


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("dibs.demo_data") / name).read_text(encoding="utf-8"))


def _records(lines: Sequence[Line], show: dict[str, Any], dice: Dice) -> list[dict[str, Any]]:
    starts: datetime = show["starts"]
    number = 1_220_000_000_000_000
    records = []
    for line in lines:
        number += dice.whole(1, 4_000)
        record: dict[str, Any] = {
            "id": f"{show['post_id']}_{number}",
            "message": line.text,
            "created_time": (starts + timedelta(seconds=line.second)).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        }
        if line.writer is not None:
            record["from"] = {"id": line.writer.user_id, "name": line.writer.name}
            if line.writer.user_id == show["seller_id"]:
                record["from_seller"] = True
        records.append(record)
    viewers = [record for record in records if "from_seller" not in record]
    for record in dice.some(viewers, _HIDDEN):
        del record["from"]
    return records


def _deliver(records: Sequence[dict[str, Any]], dice: Dice) -> list[dict[str, Any]]:
    """What arrives: most at once, some a little later, a few at the very end, some twice."""
    places = list(range(len(records)))
    arrival = [(float(place), 0, place) for place in places]
    for place in dice.some(places, _DELAYED):
        arrival[place] = (place + dice.whole(5, 40) + 0.5, 0, place)
    for place in dice.some(places[: len(places) // 2], _VERY_LATE):
        arrival[place] = (len(places) + dice.share(), 0, place)
    for place in dice.some(places, _DUPLICATES):
        arrival.append((arrival[place][0] + dice.whole(1, 60) + 0.5, 1, place))
    return [records[place] for _, _, place in sorted(arrival)]


if __name__ == "__main__":
    main(sys.argv[1:])
