"""`phone --reload [PATH]`: checks what is to be watched. Watching itself: `simulator/phone/watching.py`."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli.options import Options
from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from simulator.phone.watching import Watch


def watch_for(options: Options, path: str) -> "Watch":
    """What to watch of the application; an empty path is none. Raises Refusal."""
    if options.url is None:
        raise Refusal("--reload goes with --url: the demo runs inside the phone and restarts with it")
    if path and not Path(path).exists():
        raise Refusal(f"--reload takes a file or folder of the application, there is no {path!r}; or leave PATH out")
    if path and find_spec("watchfiles") is None:
        raise Refusal("--reload with a PATH needs watchfiles: pip install 'okta-twilio-ivr[reload]'")
    from simulator.phone.watching import watch_of

    return watch_of(options.url, Path(path) if path else None)
