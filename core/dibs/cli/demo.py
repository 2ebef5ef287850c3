"""`dibs demo`: watch a recorded sale run, with nothing to set up."""

from __future__ import annotations

import math
import sys

import click

from dibs.cli.options import setting, settings_options


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("must be a number")
    return value


@click.command("demo")
@settings_options
@setting("--host", "host", "Address to listen on.", metavar="ADDRESS")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default: 8800 or the next free one).")
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=8.0,
    callback=_finite,
    metavar="NUMBER",
    help="How many times as fast as it happened (default 8); 0 is as fast as it goes.",
)
@click.option("--headless", is_flag=True, help="No server: replay the sale and print the outcome.")
@click.option("--simulate", is_flag=True, help="Instead of a recording: connect to simulated platforms and sell there.")
def demo_command(port: int | None, speed: float, headless: bool, *, simulate: bool) -> None:
    """Watch a recorded sale run, with nothing to set up.

    Prints the address of the live console and a sign-in link, then replays twenty minutes of a sale into a fresh
    show. Everything is kept in a folder of its own (`dibs-demo` here); deleting the folder removes all of it.

    With `--simulate` the whole product runs against a simulated Meta: an account is connected by its consent dialog,
    the broadcasts are found, comments come in from Facebook and Instagram, buyers are answered.
    """
    if simulate:
        sys.exit(_simulated(port, headless=headless))
    from dibs.replay.demo import demo_headless, demo_served  # noqa: PLC0415 - help needs none of it

    sys.exit(demo_headless(speed) if headless else demo_served(speed, port))


def _simulated(port: int | None, *, headless: bool) -> int:
    from dibs.cli.simulate import simulators  # noqa: PLC0415 - help needs none of it
    from dibs.simulation.demo import simulate  # noqa: PLC0415

    found = next(iter(simulators().values()), None)
    if found is None:
        raise click.ClickException("no plugin gives a simulated platform")
    return simulate(found, port, headless=headless)
