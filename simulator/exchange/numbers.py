"""What an owner configures: the numbers of this exchange, and its own choices where Twilio's way is unknown."""

from collections.abc import Callable
from dataclasses import field

from simulator.limits import SocketLimits
from simulator.values import frozen
from simulator.verbs.script import Goto, Inline, StatusCallback
from simulator.vocabulary import Method


@frozen
class Number:
    """A phone number and where Twilio sends its webhooks (the fields of an IncomingPhoneNumber)."""

    number: str
    voice_url: str
    voice_method: Method = "POST"
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: str | None = None
    status_callback_method: Method = "POST"


@frozen
class Policy:
    """Where Twilio is silent or would go on for hours, the simulator's own choice."""

    is_lenient: bool = False
    """Skip unknown verbs and unplayable sounds instead of ending the call."""
    documents_without_progress: int = 100
    """So many documents in a row without time passing for the caller are called a loop."""
    longest_call: float = 4 * 3600
    """Seconds after which a call is ended; Twilio's default limit."""
    longest_wait: float = 15.0
    """Seconds the application may take to answer a request (Twilio docs: webhooks; connection overrides)."""
    sockets: SocketLimits = field(default_factory=SocketLimits)
    """What the application may send on WebSockets before the call is ended."""


@frozen
class Place:
    """Where a number is registered, as the webhook parameters say it; unknown parts are empty."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


Locate = Callable[[str], Place]
NOWHERE = Place()


def nowhere(number: str) -> Place:
    """Knows no place; the default of an exchange without geography."""
    del number
    return NOWHERE


@frozen
class Route:
    """The first document (None: a dialled leg that is joined at once), the fallback, and the status callback.

    `attestation`: the SHAKEN/STIR level that the call is signed with on its way out, if it is.
    """

    first: Goto | Inline | None
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: StatusCallback | None = None
    attestation: str = ""


def route_of(number: Number) -> Route:
    """How a call to one of the exchange's numbers is answered."""
    callback = None
    if number.status_callback:
        callback = StatusCallback(number.status_callback, number.status_callback_method)
    return Route(Goto(number.voice_url, number.voice_method), number.fallback_url, number.fallback_method, callback)
