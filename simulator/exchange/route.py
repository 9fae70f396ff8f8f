"""Where a leg's first document comes from and whom it tells about itself; the same for dialled and dialling legs."""

from dataclasses import dataclass

from simulator.exchange.numbers import Number
from simulator.verbs.script import Goto, Inline, StatusCallback
from simulator.vocabulary import Method


@dataclass(frozen=True, slots=True)
class Route:
    """The first document (None: a dialled leg that is joined at once), the fallback, and the status callback."""

    first: Goto | Inline | None
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: StatusCallback | None = None


def route_of(number: Number) -> Route:
    """How a call to one of the exchange's numbers is answered."""
    callback = None
    if number.status_callback:
        callback = StatusCallback(number.status_callback, number.status_callback_method)
    return Route(Goto(number.voice_url, number.voice_method), number.fallback_url, number.fallback_method, callback)
