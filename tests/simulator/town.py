"""Several callers and one application that is a table of documents; time starts at zero and moves only here."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number, Policy
from simulator.verbs.script import Outgoing
from simulator.vocabulary import (
    Answered,
    Ask,
    Effect,
    Ended,
    Event,
    Fetched,
    Heard,
    HungUp,
    Pressed,
    Replied,
    Tell,
    Unreachable,
    Warned,
)

T = TypeVar("T", bound=Effect)
Reply = str | Replied | Unreachable | None
Documents = Mapping[str, str | Callable[[Ask], Reply]]
SITE = "http://app.example"


class Town:
    """A document may be a function of the request; None means that the application is still thinking."""

    def __init__(self, documents: Documents, *, policy: Policy | None = None) -> None:
        self.exchange = Exchange(policy=policy)
        self.documents = dict(documents)
        self.now = 0.0
        self.effects: list[Effect] = []
        self.asks: list[Ask] = []
        self._callers = 0

    # ------------------------------------------------------------ what happens

    def call(self, path: str) -> str:
        """Somebody calls a number whose webhook is at this path; returns the call's sid."""
        self._callers += 1
        number = f"+1207555{self._callers:04}"
        self.exchange.own(Number(number, SITE + path))
        sid, effects = self.exchange.place(caller=f"+1773555{self._callers:04}", called=number, now=self.now)
        self._take(effects)
        return sid

    def ring(self, outgoing: Outgoing) -> str:
        """The account's owner has somebody rung, who answers at once."""
        sid, effects = self.exchange.place_outgoing(outgoing, now=self.now)
        self._take(effects)
        self.feed(sid, Answered())
        return sid

    def feed(self, sid: str, event: Event) -> None:
        self._take(self.exchange.receive(sid, event, self.now))

    def press(self, sid: str, keys: str) -> None:
        for key in keys:
            self.feed(sid, Pressed(key))

    def hang_up(self, *sids: str) -> None:
        for sid in sids:
            self.feed(sid, HungUp())

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.exchange.timer) is not None and due <= end:
            self.now = max(due, self.now)
            self._take(self.exchange.advance(self.now))
        self.now = end
        self._take(self.exchange.advance(end))

    # ------------------------------------------------------------ what was seen

    def of(self, kind: type[T], sid: str | None = None) -> list[T]:
        return [effect for effect in self.effects if isinstance(effect, kind) and sid in (None, effect.sid)]

    def heard(self, sid: str) -> list[str]:
        return [heard.text for heard in self.of(Heard, sid) if heard.text]

    def asked(self, path: str) -> list[Ask]:
        """Requests for this path, in order."""
        return [ask for ask in self.asks if urlsplit(ask.url).path == path]

    def told(self, path: str) -> list[Tell]:
        return [tell for tell in self.of(Tell) if urlsplit(tell.url).path == path]

    @property
    def codes(self) -> list[int]:
        return [warned.code for warned in self.of(Warned)]

    def end_of(self, sid: str) -> Ended | None:
        return next(iter(self.of(Ended, sid)), None)

    @property
    def leftovers(self) -> list[object]:
        """What is left in the exchange: calls, conferences, members and dialers of queues, and what is due."""
        exchange = self.exchange
        queues = [someone for queue in exchange.queues.all for someone in (*queue.members, *queue.dialers)]
        due = [] if exchange.timer is None else [exchange.timer]
        return [*exchange.calls, *exchange.conferences.going_on, *queues, *due]

    # ------------------------------------------------------------ the application

    def _take(self, effects: list[Effect]) -> None:
        waiting = list(effects)
        self.effects += effects
        while waiting:
            effect = waiting.pop(0)
            if isinstance(effect, Ask):
                self.asks.append(effect)
                answer = self._answer(effect)
                if answer is not None:
                    more = self.exchange.receive(effect.sid, answer, self.now)
                    self.effects += more
                    waiting += more

    def _answer(self, ask: Ask) -> Event | None:
        if ask.purpose == "media":
            return Fetched(ask.request, ask.url, 200, "audio/mpeg", 2.0)
        document = self.documents.get(urlsplit(ask.url).path)
        reply = document(ask) if callable(document) else document
        if document is None:
            return Replied(ask.request, 404, "text/plain", b"not here", ask.url)
        if isinstance(reply, str):
            return Replied(ask.request, 200, "text/xml", f"<Response>{reply}</Response>".encode(), ask.url)
        return reply
