"""The operator: the only one who performs effects. It asks the application over a wire and tells the exchange.

Two ways to let time pass: `step` moves a hand-moved clock from one deadline to the next and is exact; `run` follows
a running clock and keeps every request in a task of its own, so that keys can be pressed while one is out.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import get_args

from simulator.exchange.exchange import Effects, Exchange
from simulator.exchange.urls import without_user
from simulator.operator.beside import Beside, OutsideCall, OutsideLog
from simulator.operator.clock import Clock, ManualClock, WallClock
from simulator.operator.delivery import Travels
from simulator.operator.journal import Journal
from simulator.operator.streams import StreamLines, StreamWork
from simulator.operator.webhook import Sender, Session
from simulator.recordings import Recordings
from simulator.twiml.codes import CODES
from simulator.verbs.script import Outgoing
from simulator.vocabulary import Ask, Ended, Event, Fetched, Method, Recorded, Replied, Tell, Unreachable, Warned
from simulator.wires.socket import Sockets
from simulator.wires.wire import Wire

DEFAULT_AUTH_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - public by design: signs when no token is given
Fetch = Callable[[str], bool]
Together = Callable[..., Awaitable[object]]
_Answer = Replied | Unreachable | Fetched
_WORK = (Ask, Tell, *get_args(StreamWork))
_UNDERWAY: ContextVar[Ask | Tell | None] = ContextVar("underway", default=None)
"""The request that whatever runs now belongs to: an application in this process works in the context of its webhook."""


def fetch_everything(url: str) -> bool:
    """Every sound is fetched, whatever its host."""
    del url
    return True


class Operator:
    """Performs the effects of one exchange.

    `may_fetch` says which sounds may be asked for over the wire; `sockets` open the WebSockets of media streams.
    `together` performs several requests at once where time is moved by hand; not everybody has an event loop.
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
        together: Together = asyncio.gather,
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
        self._together = together
        self._streams = StreamLines(sockets, auth_token, self.receive)
        self._sessions: dict[str, Session] = {}
        self._out: list[Ask | Tell | StreamWork] = []
        self._ahead: list[tuple[float, int, str, _Answer]] = []
        self._answers = 0
        self._stirred = asyncio.Event()

    def intercept(self, through: Callable[[Wire], Wire]) -> None:
        """From now on reach the application through another wire, which is given the present one."""
        self.wire = through(self.wire)
        self._sender = replace(self._sender, wire=self.wire)

    # ------------------------------------------------------------ what people do

    def place(self, *, caller: str, called: str, extra: dict[str, str] | None = None) -> str:
        """Dial a number; returns the call's sid. Raises UnknownNumberError."""
        now = self.clock.now()
        self._let_pass(now)
        sid, effects = self.exchange.place(caller=caller, called=called, now=now, extra=extra)
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
        due = self.exchange.timer
        if not self._ahead:
            return due
        late = self._ahead[0][0]
        return late if due is None else min(due, late)

    async def settle(self) -> None:
        """Perform everything outstanding, until nobody waits for the application but for time. Time stands still."""
        while self._out:
            batch, self._out = self._out, []
            if len(batch) == 1:
                await self._perform(batch[0])
            else:
                await self._together(*map(self._perform, batch))

    async def step(self, clock: ManualClock) -> bool:
        """Settle, then move the clock to the next deadline and let it happen; False when there is none."""
        await self.settle()
        due = self.timer
        if due is None:
            return False
        clock.move_to(due)
        self._let_happen(due)
        await self.settle()
        return True

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
                await self._sleep(clock)

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
        _, _, sid, answer = heapq.heappop(self._ahead)
        self.journal.add(moment, sid, answer)
        self._take(self.exchange.receive(sid, answer, moment))

    def _take(self, effects: Effects) -> None:
        now = self.exchange.now
        for effect in effects:
            self.journal.add(now, effect.sid, effect)
            if isinstance(effect, _WORK):
                self._out.append(effect)
            elif isinstance(effect, Ended):
                self._sessions.pop(effect.sid, None)
            elif isinstance(effect, Recorded):
                self.recordings.keep(effect)
        self._stirred.set()

    async def _perform(self, work: Ask | Tell | StreamWork) -> None:
        if isinstance(work, StreamWork):
            await self._streams.perform(work)
            return
        before = _UNDERWAY.set(work)
        try:
            if isinstance(work, Ask):
                travels = Travels()
                answer = await self._answer(work, travels)
                await self._note_all_outside()
                self._receive_after(travels.ahead, work.sid, answer)
            else:
                await self._deliver(work)
        finally:
            _UNDERWAY.reset(before)

    async def _deliver(self, work: Tell) -> None:
        told = await self._sender.tell(work)
        await self._note_all_outside()
        self.journal.add(self.clock.now(), work.sid, told)
        if told.code is not None:
            self._note(work.sid, told.code, told.reason, work.url)

    async def _note_all_outside(self) -> None:
        """With several webhooks out at once, a call made meanwhile counts for the one that is answered first."""
        if self.outside is not None:
            for call in await self.outside.calls_made():
                self.note_outside(call)

    def _receive_after(self, seconds: float, sid: str, answer: _Answer) -> None:
        """The answer is there once that much time has passed on the clock."""
        if seconds <= 0:
            self.receive(sid, answer)
            return
        self._answers += 1
        heapq.heappush(self._ahead, (self.clock.now() + seconds, self._answers, sid, answer))
        self._stirred.set()

    async def _answer(self, ask: Ask, travels: Travels) -> _Answer:
        session = self._session(ask.sid)
        if ask.purpose != "media":
            return await self._sender.ask(ask, session, self.clock.now(), travels)
        recorded = self.recordings.at(ask.url)
        if recorded is not None:  # Twilio's own file: no request leaves
            return Fetched(ask.request, ask.url, 200, "audio/x-wav", recorded.seconds)
        if not self._may_fetch(ask.url):
            return Fetched(ask.request, ask.url, None, None, None)
        return await self._sender.ask_for_sound(ask, session, travels)

    def _note(self, sid: str, code: int, detail: str, url: str) -> None:
        """What the debugger shows although no call ever hears of it."""
        row = CODES[code]
        warned = Warned(sid, code, row.level, f"{row.meaning}: {detail}", url=without_user(url), remedy=row.remedy)
        self.journal.add(self.clock.now(), sid, warned)

    def _session(self, sid: str) -> Session:
        """The session of a leg; legs that the exchange rings get theirs with their first request."""
        session = self._sessions.get(sid)
        if session is None:
            session = Session()
            if self.exchange.call(sid) is not None:
                self._sessions[sid] = session
        return session
