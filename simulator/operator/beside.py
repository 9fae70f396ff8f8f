"""What happens beside the exchange and is kept in the journal all the same: calls to other services, and the mobile.

No call ever hears of it. Whoever sees it happen (a fake in this process, a control plane, the terminal phone, a script)
tells the operator.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from simulator.values import frozen

By = Literal["text", "call", "app"]
"""How a code came: as a text, said in a call, shown by an authenticator app."""


@frozen
class OutsideCall:
    """A request that the application made to another service, as that service saw it; `party` is the service's name.

    `path` has its query, secrets already masked; `note` is the outcome in a word, such as an error code. `latency` is
    what the service made the application wait. `request` is the number of the `Ask` that was out meanwhile, None when
    none was.
    """

    party: str
    method: str
    path: str
    status: int
    latency: float = 0.0
    note: str = ""
    request: int | None = None


@frozen
class TextArrived:
    """A text message was seen on a mobile; `code` is the one-time code in it. Times are Unix seconds; None: unknown."""

    to: str
    body: str
    code: str | None
    sent_at: float
    expires_at: float | None = None
    by: By = "text"


@frozen
class PromptArrived:
    """An Okta Verify prompt was seen on a mobile; `choices` are the numbers it offers. Times are Unix seconds."""

    to: str
    prompt: str
    message: str
    created: float
    expires_at: float
    choices: tuple[int, ...] = ()


@frozen
class PromptAnswered:
    """The prompt was answered on the mobile; `choice` is the number tapped."""

    to: str
    prompt: str
    approve: bool
    choice: int | None = None


@frozen
class TroubleBegan:
    """Something was broken on purpose, for all calls: `meaning` says what, `party` whose trouble it is.

    `times`: for so many webhooks; None: until it is mended.
    """

    name: str
    meaning: str
    party: str = ""
    times: int | None = None


@frozen
class TroubleEnded:
    """What was broken on purpose works again. `is_used_up`: by itself, after the last of its webhooks."""

    name: str
    meaning: str
    party: str = ""
    is_used_up: bool = False


@frozen
class Raised:
    """The application in this process raised an exception when its answer had left; `text` is the traceback."""

    text: str


Beside = Raised | OutsideCall | TextArrived | PromptArrived | PromptAnswered | TroubleBegan | TroubleEnded


class OutsideLog(Protocol):
    """Where it can be read what the application asked other services, when they are in another process."""

    async def calls_made(self) -> Sequence[OutsideCall]:
        """Those made since it was asked last, oldest first. Never raises: the call goes on without them."""
