"""The `phone` command: the simulator's own, with the demo as the network that is called when no URL is given."""

from demo.replays import replayed_demo
from demo.world import open_demo


def main() -> None:
    """Entry point of the `phone` script."""
    from simulator.cli.phone import make_phone

    make_phone(open_demo, replayed=replayed_demo)(prog_name="phone")
