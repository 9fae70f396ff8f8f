"""Queues: who waits in which, since when, and which legs wait for somebody to come. State only.

Source: Twilio docs, TwiML Enqueue, Queue resource. A queue stays when it is empty, as Twilio's do; members never do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

DEFAULT_MAX_SIZE = 1000


@dataclass(slots=True, eq=False)
class Member:
    """A leg in a queue. `taken_by` is the leg that has taken it out, which counts before either of them is told."""

    call: str
    since: float
    taken_by: str | None = None


@dataclass(slots=True, eq=False)
class Queue:
    """First come, first served."""

    sid: str
    name: str
    max_size: int = DEFAULT_MAX_SIZE
    members: list[Member] = field(default_factory=list)
    dialers: list[str] = field(default_factory=list)
    """Legs that dialled the queue and wait for somebody to come, in the order they did."""

    @property
    def is_full(self) -> bool:
        return len(self.members) >= self.max_size

    def join(self, call: str, now: float) -> Member:
        """Stand at the end."""
        member = Member(call, now)
        self.members.append(member)
        return member

    def take(self, dialer: str) -> Member | None:
        """The one who has waited longest, out of the queue; None when nobody waits."""
        if not self.members:
            return None
        member = self.members.pop(0)
        member.taken_by = dialer
        return member

    def leave(self, member: Member) -> None:
        """Out of the queue, unless taken out already."""
        if member in self.members:
            self.members.remove(member)

    def position(self, member: Member) -> int:
        """Counted from 1; 0 for somebody who is not in it any more."""
        return self.members.index(member) + 1 if member in self.members else 0

    def average_wait(self, now: float) -> float:
        """How long those who are in it have been waiting, on average."""
        if not self.members:
            return 0.0
        return sum(now - member.since for member in self.members) / len(self.members)


class Queues:
    """Every queue there has been, by name; `new_sid` draws a sid with a prefix."""

    def __init__(self, new_sid: Callable[[str], str]) -> None:
        self._new_sid = new_sid
        self._by_name: dict[str, Queue] = {}

    @property
    def all(self) -> tuple[Queue, ...]:
        """In the order they were created."""
        return tuple(self._by_name.values())

    def find(self, name: str) -> Queue | None:
        """The queue of this name or with this sid."""
        if not name.startswith("QU") or name in self._by_name:
            return self._by_name.get(name)
        return next((queue for queue in self._by_name.values() if queue.sid == name), None)

    def open(self, name: str, max_size: int = DEFAULT_MAX_SIZE) -> Queue:
        """The queue of this name, created on demand; `max_size` concerns a new one only."""
        found = self.find(name)
        if found is None:
            found = self._by_name[name] = Queue(self._new_sid("QU"), name, max_size)
        return found

    def delete(self, queue: Queue) -> bool:
        """Forget an empty queue; False when somebody is in it or waits for it (REST API: delete a queue)."""
        if queue.members or queue.dialers:
            return False
        self._by_name.pop(queue.name, None)
        return True
