"""`python -m ivr`: the `ivr` command on live services or recordings. It needs this package alone, and no fakes."""

import sys

from ivr import missing_packages
from ivr.printing import print_line


def main() -> None:
    """Say in one sentence what is not installed, or run the command."""
    if missing := missing_packages():
        print_line(f"ivr: {missing}", err=True)
        sys.exit(2)
    from ivr.cli import make_cli

    make_cli({})(prog_name="ivr")


if __name__ == "__main__":
    main()
