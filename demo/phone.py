"""The `phone` command: the simulator's own, with the demo as the network that is called when no URL is given."""

import gc
import os

from demo.recorded import recorded_demo
from demo.replays import replayed_demo
from demo.scripts import demo_scripts
from demo.world import open_demo


def main() -> None:
    """Entry point of the `phone` script. With IVR_BACKEND=cassette the demo stands on recordings alone."""
    gc.set_threshold(50_000, 20, 100)  # by default a tenth of a call's work is looking for garbage where there is none
    from simulator.cli.phone import make_phone

    if os.environ.get("IVR_BACKEND") == "cassette":
        scripts = demo_scripts(on_recordings=True)
        make_phone(recorded_demo(os.environ), demo_scripts=scripts)(prog_name="phone")
    else:
        make_phone(open_demo, replayed=replayed_demo, demo_scripts=demo_scripts())(prog_name="phone")
