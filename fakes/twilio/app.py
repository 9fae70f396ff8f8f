"""The fake account as a Quart application: nothing but the skin around its handler."""

from collections.abc import Awaitable, Callable

from fakes.skin import Skin
from fakes.twilio.handler import TwilioHandler
from fakes.twilio.state import Twilio


def create_app(twilio: Twilio, *, sleep: Callable[[float], Awaitable[None]] | None = None) -> Skin:
    """Every request goes to the account. `sleep` is what makes a `slow_by` fault take time; without it none passes."""
    return Skin("fakes.twilio", TwilioHandler(twilio.account), sleep)
