"""How many calls and messages an account remembers, so that a long load test does not fill our memory.

Twilio keeps its records for months, however many; what is forgotten here is a 404, as after a deletion.
"""

from collections.abc import Callable
from typing import TypeVar

Record = TypeVar("Record")

MOST = 5000
"""Records of a kind; what is still going on is never forgotten."""


def keep(records: dict[str, Record], sid: str, record: Record, is_over: Callable[[Record], bool]) -> None:
    """Put a record into its table. Beyond the limit the oldest go, half of so many at once, as far as they are over."""
    is_new = sid not in records
    records[sid] = record
    if is_new and len(records) > MOST and len(records) % (MOST // 2) == 0:
        for old in list(records)[: MOST // 2]:
            if is_over(records[old]):
                del records[old]
