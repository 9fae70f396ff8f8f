"""The `phone` command: the simulator's own, with the demo as the network that is called when no URL is given."""

import os

from demo.recorded import recorded_demo
from demo.replays import replayed_demo
from demo.world import open_demo


def main() -> None:
    """Entry point of the `phone` script. With IVR_BACKEND=cassette the demo stands on recordings alone."""
    from simulator.cli.phone import make_phone

    if os.environ.get("IVR_BACKEND") == "cassette":
        make_phone(recorded_demo(os.environ))(prog_name="phone")
    else:
        make_phone(open_demo, replayed=replayed_demo)(prog_name="phone")
