"""What an owner configures: the numbers of this exchange, and its own choices where Twilio's way is unknown."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.vocabulary import Method


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number and where Twilio sends its webhooks (the fields of an IncomingPhoneNumber)."""

    number: str
    voice_url: str
    voice_method: Method = "POST"
    fallback_url: str | None = None
    fallback_method: Method = "POST"
    status_callback: str | None = None
    status_callback_method: Method = "POST"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
