"""One webhook with all its deliveries, and what was done for it: whoever repeats one must not repeat the deed."""

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

DELIVERY: ContextVar["Delivery | None"] = ContextVar("DELIVERY", default=None)
"""The webhook that whatever runs now belongs to."""

Twice = Callable[[str, str], None]


@dataclass(slots=True)
class Delivery:
    """`twice` is told the call and the deed when something was done a second time.

    A webhook that a killed process had begun, or that failed, may be begun again: nobody knows how far it came.
    """

    sid: str
    twice: Twice
    is_disturbed: bool = False
    is_begun_again: bool = False
    done: Counter[str] = field(default_factory=Counter)

    def count(self, deed: str) -> None:
        self.done[deed] += 1
        if self.done[deed] > 1 and not self.is_begun_again:
            self.twice(self.sid, deed)
