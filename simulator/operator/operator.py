"""The operator: the only one who performs effects. It asks the application over a wire and tells the exchange.

Two ways to let time pass: `step` moves a hand-moved clock from one deadline to the next and is exact; `run` follows
a running clock and keeps every request in a task of its own, so that keys can be pressed while one is out.
"""

import asyncio
import heapq
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import get_args

from simulator.exchange.exchange import Effects, Exchange
from simulator.exchange.statuses import REMEDIES
from simulator.exchange.urls import without_user
from simulator.operator.beside import Beside, OutsideCall, OutsideLog, Raised
from simulator.operator.clock import Clock, ManualClock, WallClock
from simulator.operator.delivery import Attempts
from simulator.operator.journal import Journal
from simulator.operator.sessions import Sessions, SessionTurn, SessionWork
from simulator.operator.tasks import LoopTasks, Tasks
from simulator.operator.webhook import Sender, Session
from simulator.recordings import Recordings
from simulator.twiml.codes import CODES
from simulator.verbs.script import Outgoing
from simulator.vocabulary import (
    UNREMARKABLE,
    Ask,
    CallerId,
    Ended,
    Event,
    Fetched,
    Method,
    Recorded,
    Replied,
    Tell,
    Unreachable,
    Warned,
)
from simulator.wires.raised import Background
from simulator.wires.socket import Sockets
from simulator.wires.wire import Wire

DEFAULT_AUTH_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - public by design: signs when no token is given
Fetch = Callable[[str], bool]
_Answer = Replied | Unreachable | Fetched
_SESSION_WORK = get_args(SessionWork)
_UNDERWAY: ContextVar[Ask | Tell | None] = ContextVar("underway", default=None)
"""The request that whatever runs now belongs to: an application in this process works in the context of its webhook."""


def fetch_everything(url: str) -> bool:
    """Every sound is fetched, whatever its host."""
    del url
    return True


class Operator:
    """Performs the effects of one exchange.

    `may_fetch` says which sounds, and which music of rooms, may be asked for over the wire; `sockets` open the
    WebSockets of media streams and sessions; `background` is what an application in this process does behind its
    answers. `tasks` run several requests at once where time is moved by hand.
    """

    def __init__(
        self,
        exchange: Exchange,
        wire: Wire,
        clock: Clock,
        *,
        auth_token: str = DEFAULT_AUTH_TOKEN,
        may_fetch: Fetch = fetch_everything,
        sockets: Sockets | None = None,
        background: Background | None = None,
        tasks: Tasks | None = None,
    ) -> None:
        self.exchange = exchange
        self.clock = clock
        self.wire = wire
        self.journal = Journal()
        self.recordings = Recordings()
        self.outside: OutsideLog | None = None
        """Asked after every request what the application asked other services meanwhile; None: nobody can be asked."""
        self._sender = Sender(wire, auth_token, exchange.ids)
        self._may_fetch = may_fetch
        self._tasks = tasks or LoopTasks()
        self._background = background
        if background is not None:
            background.report = self.note_raised
        self._sockets = Sessions(
            sockets,
            auth_token,
            hear=self.receive,
            show=self._show,
            limits=lambda: exchange.policy.sockets,
            now=clock.now,
            owes=self._owes,
        )
        self._sessions: dict[str, Session] = {}
        self._out: list[Ask | Tell | SessionTurn] = []
        self._ahead: list[tuple[float, int, str, _Answer, list[str]]] = []
        self._answers = 0
        self._stirred = asyncio.Event()
        self._turned = asyncio.Event()
        self._underway = 0
        self._alarms: list[float] = []

    def intercept(self, through: Callable[[Wire], Wire]) -> None:
        """From now on reach the application through another wire, which is given the present one."""
        self.wire = through(self.wire)
        self._sender = replace(self._sender, wire=self.wire)

    # ------------------------------------------------------------ what people do

    def place(self, *, caller: str, called: str, caller_id: CallerId = UNREMARKABLE, sid: str | None = None) -> str:
        """Dial a number; returns the call's sid, which `sid` may choose. Raises UnknownNumberError."""
        now = self.clock.now()
        self._let_pass(now)
        sid, effects = self.exchange.place(caller=caller, called=called, now=now, caller_id=caller_id, sid=sid)
        self._sessions[sid] = Session()
        self._take(effects)
        return sid

    def place_outgoing(
        self,
        outgoing: Outgoing,
        *,
        fallback_url: str | None = None,
        fallback_method: Method = "POST",
        extra: dict[str, str] | None = None,
    ) -> str:
        """Have the exchange ring somebody, as the account's owner can; returns the call's sid."""
        now = self.clock.now()
        self._let_pass(now)
        sid, effects = self.exchange.place_outgoing(
            outgoing, now=now, fallback_url=fallback_url, fallback_method=fallback_method, extra=extra
        )
        self._sessions[sid] = Session()
        self._take(effects)
        return sid

    def request(self, work: Ask | Tell) -> None:
        """Send a request that no call makes, such as one about a text message; its reply is only in the journal."""
        self.journal.add(self.clock.now(), work.sid, work)
        self._out.append(work)
        self._stirred.set()

    def receive(self, sid: str, event: Event) -> None:
        """Something happened on a call: a key, a hang-up, an answer of the application."""
        now = self.clock.now()
        self._let_pass(now)
        self.journal.add(now, sid, event)
        self._take(self.exchange.receive(sid, event, now))

    def note(self, sid: str, item: Beside) -> None:
        """Something happened beside the exchange that the journal should have."""
        self.journal.add(self.clock.now(), sid, item)

    def note_outside(self, call: OutsideCall) -> None:
        """The application asked another service something, on behalf of the webhook in whose context this is called."""
        work = _UNDERWAY.get()
        request = work.request if isinstance(work, Ask) else None
        self.note("" if work is None else work.sid, replace(call, request=request))

    def note_raised(self, text: str) -> None:
        """The application raised an exception behind an answer, on behalf of the webhook in whose context this is."""
        work = _UNDERWAY.get()
        self.note("" if work is None else work.sid, Raised(text))

    def transcribe(self, recording: str, text: str | None) -> None:
        """The words of a recording are ready (None: could not be understood), also after its call's end.

        Raises WrongUseError when that recording awaits no transcription.
        """
        now = self.clock.now()
        self._let_pass(now)
        self._take(self.exchange.transcribe(recording, text, now))

    # ------------------------------------------------------------ time by hand

    @property
    def timer(self) -> float | None:
        """When the next thing happens by itself: a deadline of the exchange, or a late answer of the application."""
        return self._or_late_answer(self.exchange.timer)

    @property
    def next_wait(self) -> float | None:
        """As `timer`, but the limit of how long calls may last is left aside: nobody waits for that."""
        return self._or_late_answer(self.exchange.next_wait)

    def _or_late_answer(self, due: float | None) -> float | None:
        if not self._ahead:
            return due
        late = self._ahead[0][0]
        return late if due is None else min(due, late)

    async def settle(self, *, agents: bool = True) -> None:
        """Perform everything outstanding, until no answer of the application is owed. The clock stands still.

        `agents`: wait for those that owe an answer on a WebSocket, too.
        """
        while True:
            while self._out or self._tasks.are_running:
                if len(self._out) == 1 and not self._tasks.are_running:  # the usual case, cheaper
                    await self._perform(self._out.pop())
                else:
                    await self._settle_requests(None)
            if self._background is not None:
                await self._background.rest()
            if self._out:
                continue
            if not agents or not self._sockets.are_owed:
                return
            await self._sockets.news()

    async def settle_within(self, seconds: float | None) -> bool:
        """The same, but wait for at most so much real time; False when the application is not done after that.

        Requests that it has not answered stay out.
        """
        while await self._settle_requests(seconds):
            if not self._sockets.are_owed:
                return True
            if not await self._sockets.news(seconds):
                return False
        return False

    async def _settle_requests(self, seconds: float | None) -> bool:
        has_rested = False
        while True:
            started, self._out = self._out, []
            for work in started:
                self._tasks.start(self._perform(work))
            if not await self._tasks.wait(seconds):
                return False
            if self._background is not None and not (self._out or has_rested):
                self._tasks.start(self._background.rest())
                has_rested = True
            elif not self._out:
                return True

    @property
    def awaits_agents(self) -> bool:
        """Somebody owes an answer on a WebSocket."""
        return self._sockets.are_owed

    async def step(self, clock: ManualClock) -> bool:
        """Settle, let the next deadline happen, and settle again; False when there is none."""
        await self.settle()
        if not self.move_on(clock):
            return False
        await self.settle()
        return True

    def move_on(self, clock: ManualClock) -> bool:
        """Move the clock to the next deadline and let it happen; False when there is none.

        The requests that follow from it are outstanding then.
        """
        due = self.timer
        if due is None:
            return False
        clock.move_to(due)
        self._let_happen(due)
        return True

    def move_by(self, clock: ManualClock, seconds: float) -> None:
        """Let that much time pass at once; what is asked meanwhile is outstanding then."""
        end = clock.now() + seconds
        while (due := self.timer) is not None and due <= end:
            self.move_on(clock)
        clock.move_to(end)

    async def advance(self, clock: ManualClock, seconds: float) -> None:
        """Let exactly that much time pass, with everything that falls into it."""
        end = clock.now() + seconds
        await self.settle()
        while (due := self.timer) is not None and due <= end:
            await self.step(clock)
        clock.move_to(end)
        await self.settle()

    # ------------------------------------------------------------ time by itself

    async def run(self, clock: WallClock) -> None:
        """Follow a running clock until cancelled; requests still out are then given up. A mistake in one ends it."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._stirred.clear()
                self._let_pass(clock.now())
                for work in self._out:
                    tasks.create_task(self._perform(work))
                self._out.clear()
                self._turned.set()
                self._turned = asyncio.Event()
                await self._sleep(clock)

    @property
    def is_at_rest(self) -> bool:
        """No answer of the application is owed."""
        return not self._out and not self._underway

    async def turn(self, clock: WallClock, until: float | None = None) -> None:
        """Wait until `run` has seen that something happened, or until that moment on its clock (Unix seconds)."""
        seconds = None if until is None or clock.rate == 0 else max(0.0, (until - clock.now()) / clock.rate)
        alarm = float("inf") if until is None else until
        self._alarms.append(alarm)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turned.wait(), seconds)
        finally:
            self._alarms.remove(alarm)

    async def let_pass(self, clock: WallClock, seconds: float) -> None:
        """Move a clock that stands still while `run` follows it, from one deadline to the next, as `advance` does.

        The moments that others wait for by `turn` are deadlines, too: they act before time goes on.
        """
        end = clock.now() + seconds
        while True:
            while not self.is_at_rest:
                await self.turn(clock)
            due = end if self.timer is None else min(self.timer, end)
            clock.move_to(min((due, *self._alarms)))
            self.stir()
            await self.turn(clock)
            while any(alarm <= clock.now() for alarm in self._alarms):  # noqa: ASYNC110 - they act in this turn of the loop
                await asyncio.sleep(0)
            if clock.now() >= end and self.is_at_rest:
                return

    def stir(self) -> None:
        """Make `run` look at clock and work again, for example after the clock's rate was changed."""
        self._stirred.set()

    async def _sleep(self, clock: WallClock) -> None:
        due = self.timer
        seconds = None if due is None or clock.rate == 0 else max(0.0, (due - clock.now()) / clock.rate)
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            return

    # ------------------------------------------------------------ performing

    def _let_pass(self, now: float) -> None:
        """Every deadline up to now happens at its own moment, so that the journal has the moment right."""
        while (due := self.timer) is not None and due <= now:
            self._let_happen(due)

    def _let_happen(self, moment: float) -> None:
        """What is due at this moment: a deadline, else a late answer."""
        due = self.exchange.timer
        if due is not None and due <= moment:
            self._take(self.exchange.advance(due))
            return
        _, _, sid, answer, remarks = heapq.heappop(self._ahead)
        self._arrive(moment, sid, answer, remarks)

    def _take(self, effects: Effects) -> None:
        now = self.exchange.now
        for effect in effects:
            self.journal.add(now, effect.sid, effect)
            if isinstance(effect, Ask | Tell):
                self._out.append(effect)
            elif isinstance(effect, _SESSION_WORK):
                turn = self._sockets.take(effect)
                self._out += [] if turn is None else [turn]
            elif isinstance(effect, Ended):
                self._sessions.pop(effect.sid, None)
            elif isinstance(effect, Recorded):
                self.recordings.keep(effect)
        self._stirred.set()

    async def _perform(self, work: Ask | Tell | SessionTurn) -> None:
        if isinstance(work, SessionTurn):
            await self._sockets.perform(work)
            return
        before = _UNDERWAY.set(work)
        self._underway += 1
        try:
            if isinstance(work, Ask):
                attempts = Attempts()
                answer = await self._answer(work, attempts)
                await self._note_all_outside()
                self._receive_after(attempts.ahead, work.sid, answer, attempts.remarks)
            else:
                await self._deliver(work)
        finally:
            self._underway -= 1
            _UNDERWAY.reset(before)
            self._stirred.set()

    async def _deliver(self, work: Tell) -> None:
        told = await self._sender.tell(work)
        await self._note_all_outside()
        self.journal.add(self.clock.now(), work.sid, told)
        if told.code is not None:
            status = told.trips[-1].status if told.trips else None
            self._note(work.sid, told.code, told.reason, work.url, REMEDIES.get(status or 0))

    async def _note_all_outside(self) -> None:
        """With several webhooks out at once, a call made meanwhile counts for the one that is answered first."""
        if self.outside is not None:
            for call in await self.outside.calls_made():
                self.note_outside(call)

    def _receive_after(self, seconds: float, sid: str, answer: _Answer, remarks: list[str]) -> None:
        """The answer is there once that much time has passed on the clock."""
        if seconds <= 0:
            now = self.clock.now()
            self._let_pass(now)
            self._arrive(now, sid, answer, remarks)
            return
        self._answers += 1
        heapq.heappush(self._ahead, (self.clock.now() + seconds, self._answers, sid, answer, remarks))
        self._stirred.set()

    def _arrive(self, now: float, sid: str, answer: _Answer, remarks: list[str]) -> None:
        """The answer is there; what is remarked about it is in the journal right behind it."""
        self.journal.add(now, sid, answer)
        for remark in remarks:
            self.journal.add(now, sid, Warned(sid, 0, "policy", remark))
        self._take(self.exchange.receive(sid, answer, now))

    async def _answer(self, ask: Ask, attempts: Attempts) -> _Answer:
        session = self._session(ask.sid)
        recorded = self.recordings.at(ask.url) if ask.purpose == "media" else None
        if recorded is not None:  # Twilio's own file: no request leaves
            return Fetched(ask.request, ask.url, 200, "audio/x-wav", recorded.seconds)
        if ask.is_optional and not self._may_fetch(ask.url):
            return Fetched(ask.request, ask.url, None, None, None)
        if ask.purpose != "media":
            return await self._sender.ask(ask, session, self.clock.now(), attempts)
        return await self._sender.ask_for_sound(ask, session, attempts)

    def _note(self, sid: str, code: int, detail: str, url: str, remedy: str | None = None) -> None:
        """What the debugger shows although no call ever hears of it."""
        row = CODES[code]
        message, remedy = f"{row.meaning}: {detail}", remedy or row.remedy
        self._show(Warned(sid, code, row.level, message, url=without_user(url), remedy=remedy))

    def _show(self, warned: Warned) -> None:
        self.journal.add(self.clock.now(), warned.sid, warned)

    def _owes(self, sid: str) -> bool:
        call = self.exchange.call(sid)
        return call is not None and call.awaits_agent

    def _session(self, sid: str) -> Session:
        """The session of a leg; legs that the exchange rings get theirs with their first request."""
        session = self._sessions.get(sid)
        if session is None:
            session = Session()
            if self.exchange.call(sid) is not None:
                self._sessions[sid] = session
        return session
