"""The `phone` command: the simulator's own, with the demo as the network that is called when no URL is given.

The demo's modules are imported when it is opened, so that `phone --help` and `phone --url` never load them.
"""

import gc
import os
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from simulator.network import Network, OpenNetwork
    from simulator.operator.clock import Clock

PACKED = Path(__file__).parent / "calls"
"""Where a wheel puts them; not there in a checkout."""


def main() -> None:
    """Entry point of the `phone` script. With IVR_BACKEND=cassette the demo stands on recordings alone."""
    gc.set_threshold(50_000, 20, 100)  # by default a tenth of a call's work is looking for garbage where there is none
    make_command(is_recorded=os.environ.get("IVR_BACKEND") == "cassette")(prog_name="phone")


def make_command(*, is_recorded: bool) -> "click.Group":
    """The simulator's command with the demo, and with what needs the fakes, too."""
    from okta_twilio_ivr.network import network
    from simulator.cli.phone import make_phone

    if is_recorded:
        phone = make_phone(_RecordedDemo(), demo_scripts=demo_scripts())
    else:
        phone = make_phone(_open_demo, replayed=_replayed_demo, demo_scripts=demo_scripts())
    phone.add_command(network)
    return phone


def demo_scripts() -> tuple[Path, ...]:
    """List the files, by name."""
    home = PACKED if PACKED.is_dir() else Path(__file__).parents[1] / "docs/calls"
    return tuple(sorted(home.glob("*.yaml")))


def _open_demo(clock: "Clock", *, seed: int = 0) -> "AbstractAsyncContextManager[Network]":
    from okta_twilio_ivr.world import open_demo

    return open_demo(clock, seed=seed, environ=os.environ)


def _replayed_demo() -> "OpenNetwork":
    from okta_twilio_ivr.replays import replayed_demo

    return replayed_demo(environ=os.environ)


class _RecordedDemo:
    """Reads the recordings once, however often it is opened."""

    def __init__(self) -> None:
        self._open: OpenNetwork | None = None

    def __call__(self, clock: "Clock", *, seed: int = 0) -> "AbstractAsyncContextManager[Network]":
        from okta_twilio_ivr.recorded import recorded_demo

        self._open = self._open or recorded_demo(os.environ)
        return self._open(clock, seed=seed)
