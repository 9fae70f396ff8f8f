"""How much an application may send on its WebSockets before a call is ended for it: a choice of this simulator.

Twilio documents no such limit. Without one, an application that answers every message with a message keeps virtual time
from passing, and one that sends without pause fills the memory.
"""

from collections.abc import Callable

from simulator.values import frozen


@frozen
class SocketLimits:
    """What all WebSockets of one call may send at one moment of virtual time.

    The defaults are above what Twilio buffers: ten minutes of sound (31931) in frames of 20 ms are 30,000 messages of
    10 MB. What was used comes back as virtual time passes, evenly, all of it after `refill` seconds.
    """

    messages: int = 50_000
    bytes: int = 12 * 1024 * 1024
    refill: float = 200.0
    rounds: int = 1000
    """So many answers to answers in a row without any time passing are called a loop, as redirects are."""
    patience: float = 2.0
    """Real seconds that virtual time waits for the answer to a ping, once; then it goes on without."""
    answer: float = 15.0
    """Real seconds that an agent has to answer a prompt or key; virtual time does not pass meanwhile."""


class Allowance:
    """What is left of the limits of one call; `now` is the call's time."""

    def __init__(self, limits: SocketLimits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._since = now()
        self._messages = 0.0
        self._bytes = 0.0
        self._rounds = 0

    def spend(self, size: int) -> str | None:
        """Count a message of so many bytes; say what was too much, None when it is within the limits."""
        self._regain()
        self._messages += 1
        self._bytes += size
        limits = self._limits
        if self._rounds > limits.rounds:
            return f"more than {limits.rounds:,} answers to answers without any time passing"
        for what, used, most in (
            ("messages", self._messages, limits.messages),
            ("bytes", self._bytes, limits.bytes),
        ):
            if used > most:
                return f"more than {most:,} {what} with hardly any time passing"
        return None

    def count_round(self) -> None:
        """Count that something has been sent and read; what comes next may be the answer."""
        self._regain()
        self._rounds += 1

    def _regain(self) -> None:
        now = self._now()
        share, self._since = (now - self._since) / self._limits.refill, now
        if share > 0:
            self._rounds = 0
            self._messages = max(0.0, self._messages - share * self._limits.messages)
            self._bytes = max(0.0, self._bytes - share * self._limits.bytes)
