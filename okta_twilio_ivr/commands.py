"""The console scripts. Ctrl-C ends each of them with exit code 130 and no traceback, also while it is still loading.

Nothing else is imported here, so that as little as possible happens before.
"""

import os
import signal
import sys
from importlib import import_module

INTERRUPTED, WRONG_USE = 130, 2


def phone() -> None:
    """Entry point of the `phone` script."""
    _run("okta_twilio_ivr.phone")


def ivr() -> None:
    """Entry point of the `ivr` script."""
    _run("okta_twilio_ivr.ivr", needs_line=True)


def fakes() -> None:
    """Entry point of the `fakes` script."""
    _run("fakes.cli")


def _run(module: str, *, needs_line: bool = False) -> None:
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # a shell's background jobs ignore it, and so do we
        signal.signal(signal.SIGINT, _leave)
    if needs_line and (missing := import_module("ivr").missing_packages()):
        print(f"ivr: {missing}", file=sys.stderr)  # noqa: T201 - nothing foreign, and nothing is loaded yet
        sys.exit(WRONG_USE)
    main = import_module(module).main
    signal.signal(signal.SIGINT, usual)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _leave(*_: object) -> None:
    """At once: an exception could be lost in whatever is being imported, and there is nothing to be put away."""
    os._exit(INTERRUPTED)
