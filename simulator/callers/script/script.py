"""A call script as data: who calls whom, and the steps in order. Nothing here reads files or makes calls."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: its number (from 1), its line in the file, its name, and the step as written."""

    number: int
    line: int
    name: str
    shown: str
    step: Any  # the dataclass of its row in the table of steps


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
