"""A call whose application is the test itself: it dials, answers the exchange's requests and reads the effects."""

from typing import TypeVar

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Locate, Number, Policy, nowhere
from simulator.vocabulary import (
    Ask,
    Effect,
    Ended,
    Event,
    Fetched,
    Heard,
    HungUp,
    Method,
    Pressed,
    Replied,
    Ring,
    Speaking,
    Spoke,
    Talked,
    Tell,
    Unreachable,
    Warned,
)

T = TypeVar("T", bound=Effect)
CALLER, CALLED = "+17735551234", "+12075551234"
URL = "http://app.example/voice"


class FedCall:
    """One call on an exchange of its own; time starts at zero and moves only here."""

    def __init__(
        self,
        *,
        url: str = URL,
        method: Method = "POST",
        fallback: str | None = None,
        status_callback: str | None = None,
        policy: Policy | None = None,
        locate: Locate = nowhere,
        seed: int = 0,
    ) -> None:
        self.exchange = Exchange(seed=seed, policy=policy, locate=locate)
        self.exchange.own(Number(CALLED, url, method, fallback, status_callback=status_callback))
        self.now = 0.0
        self.effects: list[Effect] = []
        self.sid, effects = self.exchange.place(caller=CALLER, called=CALLED, now=0.0)
        self.take(effects)

    # ------------------------------------------------------------ what happens

    def feed(self, event: Event, sid: str | None = None) -> None:
        """`sid`: the leg it happens on, when it is not the caller's."""
        self.take(self.exchange.receive(sid or self.sid, event, self.now))

    def take(self, effects: list[Effect]) -> None:
        self.effects.extend(effects)

    def reply(
        self, body: str | bytes, *, status: int = 200, kind: str | None = "text/xml", latency: float = 0.0
    ) -> None:
        """Answer the newest request; the body of a document may leave out `<Response>`."""
        if isinstance(body, str):
            wrapped = body if kind != "text/xml" or "<Response" in body else f"<Response>{body}</Response>"
            body = wrapped.encode()
        self.feed(Replied(self.asked.request, status, kind, body, self.asked.url, latency), self.asked.sid)

    def fail(self, code: int) -> None:
        self.feed(Unreachable(self.asked.request, code, "no way through"))

    def serve_sound(self, *, status: int = 200, kind: str = "audio/mpeg", seconds: float | None = 2.0) -> None:
        self.feed(Fetched(self.asked.request, self.asked.url, status, kind, seconds))

    def press(self, keys: str) -> None:
        for key in keys:
            self.feed(Pressed(key))

    def speak(self, words: str, confidence: float = 0.9) -> None:
        self.feed(Spoke(words, confidence))

    def talk(self, seconds: float) -> None:
        """Talk for so long, then fall silent; time passes."""
        self.feed(Talked(seconds))
        self.wait(seconds)

    def hang_up(self) -> None:
        self.feed(HungUp())

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.take(self.exchange.advance(self.now))

    def listen(self) -> None:
        """Let the prompt that is being played end by itself."""
        self.wait(self.of(Speaking)[-1].prompt.seconds)

    # ------------------------------------------------------------ what was seen

    def of(self, kind: type[T]) -> list[T]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def asked(self) -> Ask:
        """The newest request to the application."""
        return self.of(Ask)[-1]

    @property
    def requests(self) -> int:
        return len(self.of(Ask))

    @property
    def heard(self) -> list[str]:
        """Words that reached the ear, prompt by prompt."""
        return [heard.text for heard in self.of(Heard) if heard.text]

    @property
    def codes(self) -> list[int]:
        return [warned.code for warned in self.of(Warned)]

    @property
    def ended(self) -> Ended:
        """How the caller's own leg ended."""
        return self.end_of(self.sid)

    def end_of(self, sid: str) -> Ended:
        (ended,) = [effect for effect in self.of(Ended) if effect.sid == sid]
        return ended

    @property
    def is_over(self) -> bool:
        return any(ended.sid == self.sid for ended in self.of(Ended))

    @property
    def rung(self) -> list[str]:
        """Sids of the legs that were rung, in order."""
        return [ring.sid for ring in self.of(Ring)]

    @property
    def told(self) -> list[Tell]:
        return self.of(Tell)


def call(document: str, **options: object) -> FedCall:
    """A call whose first webhook has been answered with this document."""
    fed = FedCall(**options)  # type: ignore[arg-type]  # passed on as they are
    fed.reply(document)
    return fed
