"""Runs coroutines without an event loop: whatever they await has blocked already, as Locust's greenlets do."""

from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def straight_through(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that never waits. RuntimeError when it does: there is nobody to wake it."""
    try:
        work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    work.close()
    raise RuntimeError("this coroutine waits for an event loop, and here is none")
