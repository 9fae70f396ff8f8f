"""What a test wants to hear: words, a regular expression or a function, and where it is in a prompt. Hears nothing."""

import re
from collections.abc import Callable

from simulator.callers.handset import composed, folded
from simulator.callers.script.misses import quoted

Wanted = str | re.Pattern[str] | Callable[[str], bool]
"""Words (case and white space do not count), a regular expression to search for, or what says whether it is this."""


def finder(wanted: Wanted) -> Callable[[str, int], int | None]:
    """Given a prompt's words and where to start, says where what is wanted ends."""

    def words(text: str, start: int) -> int | None:
        assert isinstance(wanted, str)
        found = folded(text).find(folded(wanted), start)
        return None if found < 0 else found + len(folded(wanted))

    def pattern(text: str, start: int) -> int | None:
        assert isinstance(wanted, re.Pattern)
        found = wanted.search(composed(" ".join(text.split())), start)
        return None if found is None else found.end()

    def predicate(text: str, start: int) -> int | None:
        assert callable(wanted)
        return len(text) if (start == 0 or start < len(text)) and wanted(text) else None

    return words if isinstance(wanted, str) else pattern if isinstance(wanted, re.Pattern) else predicate


def shown(wanted: Wanted) -> str:
    """As a failure names it."""
    if isinstance(wanted, str):
        return quoted(wanted)
    return f"/{wanted.pattern}/" if isinstance(wanted, re.Pattern) else getattr(wanted, "__name__", repr(wanted))
