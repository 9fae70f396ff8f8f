"""A call script as data: who calls whom, and the steps in order. Nothing here reads files or makes calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.vocabulary import UNREMARKABLE, CallerId


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: its place (`3`, or `3.1` inside of it), its line, its name, the step as written."""

    place: str
    line: int
    name: str
    shown: str
    step: Any  # the dataclass of its row in the table of steps
    inner: tuple["Placed", ...] = ()
    """The steps of another person that stand in this one."""

    @property
    def number(self) -> int:
        """Of the script's own step that this is, or stands in; from 1."""
        return int(self.place.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Script:
    """One call. `caller` and `called` are None where the script leaves them to the network.

    `variables` are the names it declares or uses, so that a mistyped one on the command line can be told.
    """

    name: str
    file: str
    caller: str | None
    called: str | None
    steps: tuple[Placed, ...]
    variables: frozenset[str] = frozenset()
    caller_id: CallerId = UNREMARKABLE
    """What the network says about the calling number."""
    troubles: tuple[tuple[str, int | None], ...] = ()
    """What is broken before the call begins, and for how many webhooks; None: until it is mended."""


def all_steps(steps: Sequence[Placed]) -> Iterator[Placed]:
    """These steps and those inside of them."""
    for placed in steps:
        yield placed
        yield from all_steps(placed.inner)
