"""Which calls the application has failed: the caller hears Twilio's announcement, or a called party is dropped."""

from collections.abc import Iterable

from simulator.operator.journal import Entry
from simulator.vocabulary import Ended, Speaking

FAILED = "application-error"


def failed_calls(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Their sids, in the order they failed; a caller who hangs up before the announcement is over has heard it."""
    return tuple(dict.fromkeys(entry.sid for entry in entries if _is_failure(entry.item)))


def _is_failure(item: object) -> bool:
    if isinstance(item, Speaking):
        return item.prompt.verb == "announcement"
    return isinstance(item, Ended) and item.ending == FAILED
