"""One leg as the verbs' scripts see it (the protocol Leg): what it knows, says, asks for and tells.

Running documents, waiting and ending are in call.py.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from simulator.exchange.numbers import Policy, Route
from simulator.exchange.progress import Progress
from simulator.exchange.reply import judge
from simulator.exchange.urls import resolve, without_user
from simulator.overrides import OverrideError, read_overrides
from simulator.rooms.conferences import Conferences
from simulator.rooms.queues import Queues
from simulator.twiml.codes import CODES
from simulator.verbs.script import Awaited, Document, Fail, Goto, Outgoing
from simulator.verbs.signals import Dropped, LegAnswered, Signal
from simulator.verbs.stream.streams import Streams
from simulator.vocabulary import (
    Ask,
    Connected,
    Effect,
    Ending,
    Method,
    Purpose,
    Replied,
    Status,
    Tell,
    Unreachable,
    Warned,
)


class ExchangeServices(Protocol):
    """What a call needs of the exchange it lives in."""

    policy: Policy
    conferences: Conferences
    queues: Queues

    @property
    def now(self) -> float: ...

    def emit(self, effect: Effect) -> None: ...

    def next_request(self) -> int: ...

    def wake(self, sid: str, at: float) -> None:
        """Call that leg's `timed_out` at that time unless it has stopped waiting for it by then."""

    def restart_limit(self, sid: str) -> None:
        """Count how long that leg may last from now on."""

    def post(self, sid: str, signal: Signal) -> None:
        """Let another leg know, as soon as this one has come to rest."""

    def dial(self, parent: str, outgoing: Outgoing) -> str:
        """Ring somebody on a child leg of the leg with that sid; returns the child's sid."""

    def draw_sid(self, prefix: str) -> str:
        """A new sid of that kind."""

    def recording_url(self, recording: str) -> str:
        """Where the recording with that sid can be fetched from."""

    def await_transcription(self, awaited: Awaited, params: Mapping[str, str]) -> None:
        """Keep what the callback needs when the words of a recording come; `params` are the leg's."""


class ScriptedLeg:
    """The half of a call that scripts act on."""

    __slots__ = (
        "_encoded",
        "_exchange",
        "_params",
        "_progress",
        "_streams",
        "_url",
        "began",
        "connected_at",
        "ending",
        "is_ending",
        "parent",
        "sid",
        "status",
    )

    def __init__(
        self, sid: str, route: Route, params: dict[str, str], exchange: ExchangeServices, *, parent: str | None = None
    ) -> None:
        self.sid = sid
        self.parent = parent
        self.status: Status = "ringing"
        self.ending: Ending = "completed"
        self.is_ending = False
        self.began = exchange.now
        self.connected_at: float | None = None
        self._params = params
        self._exchange = exchange
        self._progress = Progress(sid, route.status_callback, params, route.attestation)
        self._url: str | None = None
        self._streams: Streams | None = None
        self._encoded: tuple[str, ...] = ()

    @property
    def now(self) -> float:
        return self._exchange.now

    @property
    def caller(self) -> str:
        return self._params["From"]

    @property
    def called(self) -> str:
        return self._params["To"]

    @property
    def account(self) -> str:
        return self._params["AccountSid"]

    @property
    def is_child(self) -> bool:
        return self.parent is not None

    @property
    def is_answered(self) -> bool:
        return self.connected_at is not None

    @property
    def is_outbound(self) -> bool:
        return self._params["Direction"] != "inbound"

    @property
    def is_lenient(self) -> bool:
        return self._exchange.policy.is_lenient

    def emit(self, effect: Effect) -> None:
        self._exchange.emit(effect)

    def warn(self, code: int, detail: str, line: int | None, url: str | None = None, remedy: str | None = None) -> None:
        row = CODES[code]
        message = f"{row.meaning}: {detail}"
        self.emit(Warned(self.sid, code, row.level, message, line, url or self._url, remedy or row.remedy))

    def remark(self, message: str, line: int | None, remedy: str = "") -> None:
        self.emit(Warned(self.sid, 0, "policy", message, line, self._url, remedy))

    def ask_for_sound(self, url: str) -> int | None:
        absolute = self.resolve(url)
        if absolute is None:
            return None
        request = self._exchange.next_request()
        address, _, overrides = absolute.partition("#")
        self.emit(Ask(self.sid, request, "GET", address, {}, "media", overrides=overrides, is_optional=True))
        return request

    def resolve(self, reference: str) -> str | None:
        url = resolve(self._url, reference)
        if url is not None and not reference.isascii() and reference not in self._encoded:
            self._encoded = (*self._encoded, reference)
            self.remark(f"{url}: letters outside ASCII are percent-encoded", None, "write the URL percent-encoded")
        return url

    def connect(self, sip_headers: Mapping[str, str] | None = None) -> None:
        if self.connected_at is None:
            self.connected_at = self.now
            self.status = "in-progress"
            self._exchange.restart_limit(self.sid)
            self.emit(Connected(self.sid))
            self._tell(self._progress.reached("answered", self.now))
            if self.parent is not None:
                self._exchange.post(self.parent, LegAnswered(self.sid, sip_headers or {}))

    def learn(self, params: Mapping[str, str]) -> None:
        self._params.update(params)

    def dial(self, outgoing: Outgoing) -> str:
        return self._exchange.dial(self.sid, outgoing)

    def drop(self, sid: str) -> None:
        self._exchange.post(sid, Dropped())

    def draw_sid(self, prefix: str) -> str:
        return self._exchange.draw_sid(prefix)

    def recording_url(self, recording: str) -> str:
        return self._exchange.recording_url(recording)

    def tell(self, goto: Goto, *, own_set: bool = False) -> bool:
        url = self.resolve(goto.url or "")
        if url is None:
            return False
        params = goto.params if own_set else {**self._params, **goto.params, "CallStatus": self.status}
        address, _, overrides = url.partition("#")
        self.emit(Tell(self.sid, goto.method, address, params, overrides))
        return True

    def await_transcription(self, awaited: Awaited) -> None:
        self._exchange.await_transcription(awaited, self._params)

    def farewell(self, goto: Goto) -> None:
        url = self.resolve(goto.url or "")
        if url is not None:
            status = "completed" if self.is_ending else self.status
            params = {**self._params, **goto.params, "CallStatus": status}
            address, _, overrides = url.partition("#")
            self.emit(Tell(self.sid, goto.method, address, params, overrides))

    @property
    def url(self) -> str | None:
        return self._url

    def turn_to(self, url: str | None) -> None:
        self._url = url

    def ask(self, goto: Goto, *, is_optional: bool = False) -> int:
        assert goto.url is not None
        ask = replace(self._request(goto.url, goto.method, goto.params), is_optional=is_optional)
        self.emit(ask)
        return ask.request

    def read(self, answer: Replied | Unreachable) -> Document | Fail:
        return judge(answer, self._exchange.policy)

    @property
    def most_documents(self) -> int:
        return self._exchange.policy.documents_without_progress

    @property
    def streams(self) -> Streams:
        if self._streams is None:
            self._streams = Streams(self, lambda at: self._exchange.wake(self.sid, at))
        return self._streams

    @property
    def conferences(self) -> Conferences:
        return self._exchange.conferences

    @property
    def queues(self) -> Queues:
        return self._exchange.queues

    def post(self, sid: str, signal: Signal) -> None:
        self._exchange.post(sid, signal)

    @property
    def is_over(self) -> bool:
        return self.status not in ("ringing", "in-progress")

    def _request(self, url: str, method: Method, extra: Mapping[str, str], purpose: Purpose = "document") -> Ask:
        """What to ask the application for: everything standard, and `extra`."""
        params = {**self._params, **extra, "CallStatus": self.status}
        request = self._exchange.next_request()
        address, _, overrides = url.partition("#")
        if overrides:
            self._warn_of_overrides(overrides, address)
        return Ask(self.sid, request, method, address, params, purpose, tuple(extra), overrides)

    def _warn_of_overrides(self, overrides: str, url: str) -> None:
        """Say what of a fragment will have no effect; one that is refused altogether fails when it is asked."""
        with suppress(OverrideError):
            for pair in read_overrides(overrides).ignored:
                message = f"the connection override {pair!r} has no effect: key or value is not one of Twilio's"
                self.emit(Warned(self.sid, 0, "policy", message, url=without_user(url), remedy="correct the fragment"))

    def _tell(self, tells: list[Tell]) -> None:
        for tell in tells:
            self.emit(tell)
