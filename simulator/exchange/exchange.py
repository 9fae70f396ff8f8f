"""The exchange: owns numbers, calls and rooms, is told events and the time, and answers with effects. No I/O, no clock.

    exchange = Exchange(seed=1)
    exchange.own(Number("+12075551234", "https://example.com/voice"))
    sid, effects = exchange.place(caller="+17735551234", called="+12075551234", now=0.0)

Same calls in the same order with the same seed give equal effects. Time is Unix seconds and never runs backwards.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import replace
from heapq import heappop, heappush

from simulator.errors import TimeReversedError, UnknownNumberError, WrongUseError
from simulator.exchange.call import Call
from simulator.exchange.ids import Ids
from simulator.exchange.numbers import Locate, Number, Policy, Route, nowhere, route_of
from simulator.exchange.parameters import (
    API_VERSION,
    call_token,
    identity_parameters,
    is_signed,
    standard_parameters,
    stir_verstat,
)
from simulator.exchange.transcripts import Transcripts, transcription_parameters
from simulator.numbers import Stir
from simulator.rooms.conferences import Conferences
from simulator.rooms.queues import Queues
from simulator.verbs.script import Awaited, Outgoing
from simulator.verbs.signals import Signal
from simulator.vocabulary import (
    UNREMARKABLE,
    CallerId,
    Effect,
    Event,
    Method,
    Pressed,
    Rang,
    Tell,
    Transcribed,
)

Effects = list[Effect]
_KEYS = frozenset("0123456789*#")
TWILIO = "https://api.twilio.com"


class Exchange:
    """Numbers, live calls and the passing of time."""

    def __init__(
        self,
        *,
        seed: int = 0,
        policy: Policy | None = None,
        locate: Locate = nowhere,
        account: str | None = None,
        recordings_base: str = TWILIO,
    ) -> None:
        """`recordings_base`: scheme and host under which recordings can be fetched (see simulator/recordings.py)."""
        self.usual_stir: Stir | None = None
        """How calling numbers are vouched for where a call does not say it; None: as usual for the number."""
        self.ids = Ids(seed)
        self.policy = policy or Policy()
        self.account = account or self.ids.sid("AC")
        self.recordings_base = recordings_base
        self.conferences = Conferences(self.ids.sid)
        self.queues = Queues(self.ids.sid)
        self._locate = locate
        self._numbers: dict[str, Number] = {}
        self._calls: dict[str, Call] = {}
        self._timers: list[tuple[float, int, str]] = []
        self._timer_count = 0
        self._limits: OrderedDict[str, float] = OrderedDict()
        """When each live call ends at the latest; the soonest comes first, for all may last equally long."""
        self._posted: deque[tuple[str, Signal]] = deque()
        self._transcripts = Transcripts()
        self._requests = 0
        self._now = float("-inf")
        self._effects: Effects = []

    # ------------------------------------------------------------ numbers and calls

    def own(self, number: Number) -> None:
        """Configure a number (again): its webhooks, fallback and status callback."""
        self._numbers[number.number] = number

    def disown(self, number: str) -> None:
        """Calls to that number are no longer taken; those that are up go on."""
        self._numbers.pop(number, None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that can be called."""
        return tuple(self._numbers)

    def call(self, sid: str) -> Call | None:
        """The live call with this sid; None when it is over or never was."""
        return self._calls.get(sid)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The live calls, oldest first."""
        return tuple(self._calls.values())

    # ------------------------------------------------------------ what happens

    def place(
        self, *, caller: str, called: str, now: float, caller_id: CallerId = UNREMARKABLE, sid: str | None = None
    ) -> tuple[str, Effects]:
        """Someone dials one of the numbers; returns the new call's sid (`sid` if given) and what follows.

        Raises UnknownNumberError.
        """
        effects = self.advance(now)
        caller_id = replace(caller_id, stir=caller_id.stir or self.usual_stir)
        number = self._numbers.get(called)
        if number is None:
            raise UnknownNumberError(called, self._numbers)
        sid = sid or self.ids.sid("CA")
        params = standard_parameters(
            sid=sid,
            account=self.account,
            caller=caller,
            called=called,
            direction="inbound",
            locate=self._locate,
        )
        call = self._add(Call(sid, route_of(number), params | identity_parameters(caller_id), self))
        self.emit(Rang(sid, caller, called, caller_id))
        verstat = stir_verstat(caller_id.stir, caller, self._locate)
        call.start(call_token(caller, self.ids.token()) | verstat)
        self._settle(call)
        return sid, effects + self._take_effects()

    def place_outgoing(
        self,
        outgoing: Outgoing,
        *,
        now: float,
        fallback_url: str | None = None,
        fallback_method: Method = "POST",
        extra: dict[str, str] | None = None,
    ) -> tuple[str, Effects]:
        """The account's owner has the exchange ring somebody (REST API: create a call); returns the call's sid.

        The far end answers with Answered or Declined on that sid; only then is the first document asked for.
        """
        effects = self.advance(now)
        sid = self.ids.sid("CA")
        params = standard_parameters(
            sid=sid,
            account=self.account,
            caller=outgoing.caller,
            called=outgoing.called,
            direction="outbound-api",
            locate=self._locate,
        )
        attestation = "A" if is_signed(self._locate, outgoing.caller, outgoing.called) else ""
        route = Route(outgoing.first, fallback_url, fallback_method, outgoing.status_callback, attestation)
        call = self._add(Call(sid, route, params | (extra or {}), self))
        call.ring(outgoing)
        self._settle(call)
        return sid, effects + self._take_effects()

    def receive(self, sid: str, event: Event, now: float) -> Effects:
        """Something happened on a call; events for a call that is over have no effect."""
        if isinstance(event, Pressed) and event.key not in _KEYS:
            raise WrongUseError(f"there is no key {event.key!r} on a phone; keys are 0-9 * #")
        effects = self.advance(now)
        call = self._calls.get(sid)
        if call is None:
            return effects
        call.receive(event)
        self._settle(call)
        return effects + self._take_effects()

    def transcribe(self, recording: str, text: str | None, now: float) -> Effects:
        """The words of a recording are ready (None: could not be understood); its call may be over by now.

        Raises WrongUseError when that recording awaits no transcription: only a Record with `transcribe` does.
        """
        effects = self.advance(now)
        awaited, params = self._transcripts.take(recording)
        sid = self.draw_sid("TR")
        self.emit(Transcribed(awaited.sid, recording, sid, text))
        if awaited.callback is not None:
            call = self._calls.get(awaited.sid)
            status = "completed" if call is None else call.status
            params |= transcription_parameters(awaited, transcription=sid, text=text, status=status)
            address, _, overrides = awaited.callback.partition("#")
            self.emit(Tell(awaited.sid, "POST", address, params, overrides))
        return effects + self._take_effects()

    @property
    def timer(self) -> float | None:
        """When the next wait of any call is over, or the first call reaches its limit; None when there is no call."""
        wait, limit = self.next_wait, next(iter(self._limits.values()), None)
        return limit if wait is None or (limit is not None and limit <= wait) else wait

    @property
    def next_wait(self) -> float | None:
        """When the next wait of any call is over; None when nothing waits for time to pass."""
        while self._timers and self._is_stale(self._timers[0]):
            heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def advance(self, to: float) -> Effects:
        """Let time pass up to and including `to`; every wait ends at its own moment, in order."""
        while (due := self.timer) is not None and due <= to:
            self._set_time(due)
            self._settle(self._let_happen(due))
        self._set_time(to)
        return self._take_effects()

    # ------------------------------------------------------------ what a call needs (the protocol ExchangeServices)

    @property
    def now(self) -> float:
        """The latest time the exchange was told."""
        return self._now

    def emit(self, effect: Effect) -> None:
        """Collect an effect for whoever called the exchange."""
        self._effects.append(effect)

    def next_request(self) -> int:
        """The number of the next request to the application."""
        self._requests += 1
        return self._requests

    def wake(self, sid: str, at: float) -> None:
        """Have the `timed_out` of the leg with that sid called at that time unless it has stopped waiting by then."""
        self._timer_count += 1
        heappush(self._timers, (at, self._timer_count, sid))

    def restart_limit(self, sid: str) -> None:
        """Count how long that leg may last from now on."""
        self._limits[sid] = self._now + self.policy.longest_call
        self._limits.move_to_end(sid)

    def post(self, sid: str, signal: Signal) -> None:
        """Let a leg know, as soon as the one that speaks has come to rest."""
        self._posted.append((sid, signal))

    def draw_sid(self, prefix: str) -> str:
        """A new sid of that kind."""
        return self.ids.sid(prefix)

    def recording_url(self, recording: str) -> str:
        """Where the recording with that sid can be fetched from, as WAV or with an extension."""
        return f"{self.recordings_base.rstrip('/')}/{API_VERSION}/Accounts/{self.account}/Recordings/{recording}"

    def await_transcription(self, awaited: Awaited, params: Mapping[str, str]) -> None:
        """Keep what the callback needs when the words of a recording come."""
        self._transcripts.keep(awaited, params)

    def dial(self, parent: str, outgoing: Outgoing) -> str:
        """Ring somebody on a child leg of `parent`; returns the child's sid."""
        sid = self.ids.sid("CA")
        params = standard_parameters(
            sid=sid,
            account=self.account,
            caller=outgoing.caller,
            called=outgoing.called,
            direction="outbound-dial",
            locate=self._locate,
            parent=parent,
        )
        route = Route(outgoing.first, status_callback=outgoing.status_callback)
        self._add(Call(sid, route, params, self, parent=parent)).ring(outgoing)
        return sid

    # ------------------------------------------------------------ inside

    def _add(self, call: Call) -> Call:
        self._calls[call.sid] = call
        self.restart_limit(call.sid)
        return call

    def _let_happen(self, due: float) -> Call:
        """What is due at this moment: a call's limit before any wait; returns the call."""
        sid, limit = next(iter(self._limits.items()))
        if limit <= due:
            self._calls[sid].reached_limit()
        else:
            _, _, sid = heappop(self._timers)
            self._calls[sid].timed_out()
        return self._calls[sid]

    def _settle(self, call: Call) -> None:
        """Forget a call that is over, and pass on what the legs let each other know."""
        self._forget_if_over(call)
        while self._posted:
            sid, signal = self._posted.popleft()
            told = self._calls.get(sid)
            if told is not None:
                told.receive(signal)
                self._forget_if_over(told)

    def _forget_if_over(self, call: Call) -> None:
        if call.is_over:
            self._calls.pop(call.sid, None)
            self._limits.pop(call.sid, None)

    def _set_time(self, now: float) -> None:
        if now < self._now:
            raise TimeReversedError(now, self._now)
        self._now = now

    def _is_stale(self, timer: tuple[float, int, str]) -> bool:
        call = self._calls.get(timer[2])
        return call is None or call.deadline != timer[0]

    def _take_effects(self) -> Effects:
        effects, self._effects = self._effects, []
        return effects
