"""How long the console keeps the browser's main thread busy while a sale is replayed into it.

`python -m tests.e2e.frames` from the project's folder plays 20,000 comments at 200 a second into an open console and
prints the longest tasks of the page's main thread, taken from the browser's own trace. Options: `--comments`, `--rate`,
`--runs`, `--throttle` (slow the page's processor down), `--cut` (what counts as long, in milliseconds).
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import attrs
from playwright.async_api import Browser, async_playwright

from dibs.testing.postgres import running_server

from .browser import ARGS, Person, find_chromium
from .server import Api, LiveServer

ITEMS = 250
BUYERS = 1500
CHATTER = ["how much is shipping?", "so pretty", "hello from Cebu", "ang ganda", "is 12 sold?", "que bonito" * 6]


@attrs.frozen
class Run:
    """The tasks of the page's main thread in one run, in milliseconds, the longest first.

    `tasks` as a clock on the wall measures them, `worked` as the processor does: on a machine with other work a task
    is also held up by that, so the second is what the page is answerable for.
    """

    tasks: list[float]
    worked: list[float]

    def told(self, cut: float) -> dict[str, Any]:
        """The figures of the run."""
        return {
            "tasks": len(self.tasks),
            "longest_ms": [round(task, 1) for task in self.tasks[:3]],
            "longest_cpu_ms": [round(task, 1) for task in self.worked[:6]],
            "p99_9_cpu_ms": round(self.worked[len(self.worked) // 1000], 1),
            "over_the_cut": sum(1 for task in self.tasks if task >= cut),
            "over_the_cut_cpu": sum(1 for task in self.worked if task >= cut),
            "busy_cpu_s": round(sum(self.worked) / 1000, 1),
        }


def write_sale(folder: Path, comments: int, rate: float) -> tuple[Path, Path]:
    """A recording at an even pace and the items to it."""
    dice, start = random.Random(3), datetime(2026, 1, 1, tzinfo=UTC)
    recording, items = folder / "sale.jsonl", folder / "items.csv"
    with items.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["item_number", "title", "quantity", "price"])
        table.writerows([[101 + n, f"Item number {n}", 1 + n % 7, "12.50"] for n in range(ITEMS)])
    with recording.open("w") as file:
        for number in range(comments):
            buyer = dice.randrange(BUYERS)
            code = 101 + dice.randrange(ITEMS)
            draw = dice.random()
            text = f"sold {code}" if draw < 0.4 else f"pass {code}" if draw < 0.43 else dice.choice(CHATTER)
            at = start + timedelta(seconds=number / rate)
            row = {"id": f"c{number}", "message": text, "created_time": at.isoformat()}
            file.write(json.dumps(row | {"from": {"id": f"b{buyer}", "name": f"Buyer {buyer}"}}) + "\n")
    return recording, items


def main_thread_tasks(trace: dict[str, Any]) -> Run:
    """The tasks of the busiest renderer's main thread."""
    events = trace["traceEvents"]
    named = [event for event in events if event.get("name") == "thread_name"]
    mains = {(event["pid"], event["tid"]) for event in named if event["args"]["name"] == "CrRendererMain"}
    threads: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for event in events:
        place = (event.get("pid"), event.get("tid"))
        if event.get("name") == "ThreadControllerImpl::RunTask" and event.get("ph") == "X" and place in mains:
            threads.setdefault(place, []).append(event)
    tasks = max(threads.values(), key=lambda rows: sum(row["dur"] for row in rows))
    wall = sorted((row["dur"] / 1000 for row in tasks), reverse=True)
    return Run(wall, sorted((row.get("tdur", 0) / 1000 for row in tasks), reverse=True))


async def measure(browser: Browser, server: LiveServer, api: Api, plan: argparse.Namespace, folder: Path) -> Run:
    """Open the console of a new show, replay into it, and read the trace."""
    recording, items = write_sale(folder, plan.comments, plan.rate)
    show = await api.make_show("Measured", [], active=False)
    bea = await Person.new(browser, server.origin)
    await bea.open_console(show)
    session = await bea.context.new_cdp_session(bea.page)
    if plan.throttle > 1:
        await session.send("Emulation.setCPUThrottlingRate", {"rate": plan.throttle})
    path = folder / "trace.json"
    await browser.start_tracing(page=bea.page, path=path, categories=["toplevel"])
    await server.command("replay", str(recording), "--items", str(items), "--show", show, "--speed", "1", "--json")
    await bea.page.wait_for_timeout(1000)
    await browser.stop_tracing()
    seen = (await bea.figures())["comments"]
    assert seen == plan.comments, f"the page shows {seen} comments"
    await bea.context.close()
    return main_thread_tasks(json.loads(path.read_text("utf-8")))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.frames", description=__doc__)
    parser.add_argument("--comments", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--throttle", type=float, default=1)
    parser.add_argument("--cut", type=float, default=50)
    return parser.parse_args()


async def _runs(plan: argparse.Namespace, database_url: str, folder: Path) -> list[Run]:
    server = LiveServer(database_url, folder)
    await server.start()
    made = []
    async with aiohttp.ClientSession() as session, async_playwright() as playwright:
        api = Api(server.origin, session)
        await api.register()
        for _ in range(plan.runs):
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
            made.append(await measure(browser, server, api, plan, folder))
            await browser.close()
            print(json.dumps(made[-1].told(plan.cut)), flush=True)
    await server.stop()
    return made


def main() -> None:
    """Measure, print one line for each run, and fail if even the best one had a long task."""
    plan = _options()
    if find_chromium() is None:
        sys.exit("no Chromium found: install it, or name it in DIBS_CHROMIUM")
    with running_server() as postgres, tempfile.TemporaryDirectory() as folder:
        asyncio.run(postgres.make_template())
        runs = asyncio.run(_runs(plan, asyncio.run(postgres.clone()), Path(folder)))
    best = min(run.worked[0] for run in runs)
    print(f"longest task of the best run: {min(run.tasks[0] for run in runs):.1f} ms, {best:.1f} ms of it worked")
    sys.exit(best >= plan.cut)


if __name__ == "__main__":
    main()
