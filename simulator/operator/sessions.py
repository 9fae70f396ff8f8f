"""Sessions on the application's WebSockets: opened, fed, listened to, closed. What travels on them is in *_messages.py.

Media Streams and ConversationRelay share everything here: signature and handshake, patience, limits, how they end.
Where an agent owes an answer, virtual time stands still until it has come, or `SocketLimits.answer` real seconds have
passed.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.limits import Allowance, SocketLimits
from simulator.operator.media_messages import MediaMessages
from simulator.operator.relay_messages import RelayMessages
from simulator.twiml.codes import CODES
from simulator.vocabulary import (
    Event,
    RelayOverdue,
    RelaySent,
    RelayStarted,
    RelayStopped,
    StreamEnded,
    StreamFed,
    StreamOpened,
    StreamStarted,
    StreamStopped,
    Warned,
)
from simulator.wires.socket import Closed, LimitedSocket, LimitReached, Sockets
from simulator.wires.wire import WireError

Started = StreamStarted | RelayStarted
Stopped = StreamStopped | RelayStopped
SessionWork = Started | StreamFed | RelaySent | Stopped
Hear = Callable[[str, Event], None]


class SessionTurn(NamedTuple):
    """What is due on one session is to be performed."""

    stream: str


@dataclass(slots=True)
class _Session:
    """One session: what is due on it, and its socket once that is open. `owed_since`: by the stopwatch of sockets."""

    started: Started
    messages: MediaMessages | RelayMessages
    allowance: Allowance
    due: deque[SessionWork] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    socket: LimitedSocket | None = None
    reading: asyncio.Task[None] | None = None
    owed_since: float | None = None
    overdue: asyncio.TimerHandle | None = None
    is_stopped: bool = False
    has_lost_messages: bool = False
    is_waited_for: bool = True


class Sessions:
    """Performs what concerns sessions.

    `hear` takes what the application does on them, `show` what nobody but the reader of the journal needs to know.
    `limits` and `now` say what a call's application may send, and the call's time; `owes` whether the application of
    that call owes an answer.
    """

    def __init__(
        self,
        sockets: Sockets | None,
        auth_token: str,
        *,
        hear: Hear,
        show: Callable[[Warned], None],
        limits: Callable[[], SocketLimits],
        now: Callable[[], float],
        owes: Callable[[str], bool],
    ) -> None:
        self._sockets = sockets
        self._auth_token = auth_token
        self._hear, self._show, self._limits, self._now, self._owes = hear, show, limits, now, owes
        self._sessions: dict[str, _Session] = {}
        self._owing: dict[str, _Session] = {}
        self._news = asyncio.Event()

    def take(self, work: SessionWork) -> SessionTurn | None:
        """Note what is to be done; returns the turn in which it will be, None when that is due already."""
        if isinstance(work, Started):
            messages = MediaMessages(work) if isinstance(work, StreamStarted) else RelayMessages(work)
            self._sessions[work.stream] = _Session(work, messages, self._allowance(work.sid))
        session = self._sessions.get(work.stream)
        if session is None:  # the application has closed it meanwhile
            return None
        if isinstance(work, Stopped):
            session.is_stopped = True
            self._settle_debt(session)
        elif isinstance(work, RelaySent) and work.is_owed:
            self._owe(session)
        session.due.append(work)
        return SessionTurn(work.stream) if len(session.due) == 1 else None

    async def perform(self, turn: SessionTurn) -> None:
        """Do everything that is due on the session; returns when the application has read it, or does not answer."""
        session = self._sessions.get(turn.stream)
        if session is None:
            return
        async with session.turn:
            while session.due:
                await self._do(session, session.due.popleft())
            if session.socket is not None and not session.is_stopped:
                await self._rest(session, session.socket)

    # ------------------------------------------------------------ answers that are owed

    @property
    def are_owed(self) -> bool:
        """The agent of some session owes an answer."""
        return bool(self._owing)

    async def news(self, seconds: float | None = None) -> bool:
        """Wait until anything happens on a session, or for so many real seconds; returns whether something did."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._news.wait()
        return False

    def _owe(self, session: _Session) -> None:
        if session.overdue is not None:
            session.overdue.cancel()
        seconds = self._limits().answer
        session.owed_since = self._stopwatch()
        session.overdue = asyncio.get_running_loop().call_later(seconds, self._give_up, session, seconds)
        self._owing[session.started.stream] = session

    def _give_up(self, session: _Session, seconds: float) -> None:
        self._settle_debt(session)
        self._hear(session.started.sid, RelayOverdue(session.started.stream, seconds))

    def _settle_debt(self, session: _Session) -> None:
        if session.overdue is not None:
            session.overdue.cancel()
        session.owed_since = session.overdue = None
        self._owing.pop(session.started.stream, None)
        self._news.set()

    def _stopwatch(self) -> float:
        return 0.0 if self._sockets is None else self._sockets.stopwatch()

    # ------------------------------------------------------------ performing

    def _allowance(self, sid: str) -> Allowance:
        """All sessions of a call share one."""
        shared = (each.allowance for each in self._sessions.values() if each.started.sid == sid)
        return next(shared, None) or Allowance(self._limits(), self._now)

    async def _do(self, session: _Session, work: SessionWork) -> None:
        match work:
            case StreamStarted() | RelayStarted():
                await self._open(session, work)
            case StreamFed():
                assert isinstance(session.messages, MediaMessages)
                self._send(session, session.messages.of(work))
            case RelaySent():
                self._send(session, (work.text,))
            case StreamStopped():
                await self._stop(session, 1000, "")
            case RelayStopped():
                await self._stop(session, work.code, work.reason)

    async def _open(self, session: _Session, started: Started) -> None:
        if self._sockets is None:
            self._end(session, StreamEnded(started.stream, reason="this network opens no WebSockets"))
            return
        url = started.url.replace("wss:", "ws:", 1) if started.is_plain else started.url
        try:
            opened = await self._sockets.connect(url, session.messages.headers(self._auth_token))
        except WireError as error:
            self._end(session, StreamEnded(started.stream, error.code, error.reason))
            return
        session.socket = socket = LimitedSocket(opened, session.allowance, self._limits().patience)
        if session.is_stopped:  # the call ended meanwhile
            return
        self._send(session, session.messages.opening())
        self._hear(started.sid, StreamOpened(started.stream))
        session.reading = asyncio.create_task(self._read(session, socket))

    async def _stop(self, session: _Session, code: int, reason: str) -> None:
        del self._sessions[session.started.stream]
        if session.socket is None:
            return
        if session.reading is not None:
            self._send(session, session.messages.closing())
            await session.socket.rest()
            session.reading.cancel()
            await asyncio.wait({session.reading})
        await session.socket.close(code, reason)

    def _send(self, session: _Session, texts: Iterable[str]) -> None:
        if session.socket is None:
            return
        for text in texts:
            if not session.socket.send(text) and not session.has_lost_messages:
                session.has_lost_messages = True
                self._warn_of_loss(session.started)

    def _warn_of_loss(self, started: Started) -> None:
        if isinstance(started, RelayStarted):
            message = "messages of the session were discarded: the application does not read them"
            self._show(Warned(started.sid, 0, "policy", message, url=started.url, remedy=_READ))
            return
        row = CODES[31930]
        message = f"{row.meaning}: the application does not read it"
        self._show(Warned(started.sid, 31930, row.level, message, url=started.url, remedy=row.remedy))

    async def _rest(self, session: _Session, socket: LimitedSocket) -> None:
        if await socket.rest() or session.is_stopped or not session.is_waited_for:
            return
        session.is_waited_for = False
        seconds = self._limits().patience
        message = f"the application has not answered a ping for {seconds:g} s: the call's time goes on without it"
        self._show(Warned(session.started.sid, 0, "policy", message, url=session.started.url, remedy=_READ))

    async def _read(self, session: _Session, socket: LimitedSocket) -> None:
        stream = session.started.stream
        ended = StreamEnded(stream)
        try:
            async for text in socket.messages():
                if not session.is_stopped:
                    self._take_in(session, text)
        except LimitReached as limit:
            reason = f"the application sent {limit.reason} on a WebSocket"
            ended = StreamEnded(stream, reason=reason, is_over_limit=True)
        except Closed as closed:
            ended = StreamEnded(stream, closed.code, closed.reason)
        if not session.is_stopped:
            self._end(session, ended)

    def _take_in(self, session: _Session, text: str | bytes) -> None:
        sid = session.started.sid
        if isinstance(session.messages, MediaMessages):
            self._hear(sid, session.messages.said(text))
            return
        since = session.owed_since
        latency = 0.0 if since is None else self._stopwatch() - since
        self._hear(sid, session.messages.said(text, latency))
        if since is not None and not self._owes(sid):
            self._settle_debt(session)

    def _end(self, session: _Session, ended: StreamEnded) -> None:
        """A session that is over its limit is still open: its call is ended, which stops it as all others."""
        if not ended.is_over_limit:
            self._sessions.pop(ended.stream, None)
        self._settle_debt(session)
        self._hear(session.started.sid, ended)


_READ = "let a WebSocket library read all the time"
