"""When an application that is being worked on has restarted, from what was seen of it. Watches and dials nothing.

Most servers let go of their port when they restart. Those whose reloader keeps it open (Flask's, uvicorn's) can only be
told by their files: after a change they get some time to notice it themselves, and then have to answer.
"""

from dataclasses import dataclass, replace
from typing import Literal

NOTICE = 1.5
"""Seconds after the last change in which a reloader that looks at its files every second has begun to restart."""


@dataclass(frozen=True, slots=True)
class News:
    """Something a person should know. `is_ready`: the application can be called anew."""

    kind: Literal["gone", "changed", "back"]
    words: str
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class Restarts:
    """What is known of the application at `where` (host and port). Moments are seconds of one steady clock."""

    where: str
    is_up: bool = True
    changed: str = ""
    """The file that has changed last, if nothing was dialled since."""
    changed_at: float = 0.0

    def saw(self, *, is_up: bool, at: float) -> "tuple[Restarts, News | None]":
        """Somebody has tried to connect: whether it went, and what follows."""
        if not is_up:
            gone = News("gone", f"nobody answers at {self.where}: waiting for the application")
            return replace(self, is_up=False), gone if self.is_up else None
        if not self.is_up:
            why = f"{self.changed} has changed, and " if self.changed else ""
            return replace(self, is_up=True, changed=""), News("back", f"{why}the application is back", is_ready=True)
        if self.changed and at - self.changed_at >= NOTICE:
            return replace(self, changed=""), News("back", f"{self.changed} has changed", is_ready=True)
        return self, None

    def saw_change(self, name: str, *, at: float) -> "tuple[Restarts, News | None]":
        """A file of the application has changed."""
        told = News("changed", f"{name} has changed: waiting for the application")
        return replace(self, changed=name, changed_at=at), None if self.changed == name else told

    @property
    def is_waiting(self) -> bool:
        """The application is gone, or has not had the time to restart yet."""
        return not self.is_up or bool(self.changed)
