"""One call: it asks for documents, has them run verb by verb, waits, and ends. Does no I/O.

The exchange tells it what happened and when a wait is over; everything it wants done goes out as effects.
"""

from collections.abc import Mapping
from typing import assert_never

from simulator.durations import seconds_to_say
from simulator.exchange.leg import ExchangeServices, ScriptedLeg
from simulator.exchange.numbers import Route
from simulator.exchange.player import Player, Waits
from simulator.exchange.reply import judge
from simulator.exchange.ringing import joined, ringing
from simulator.exchange.urls import resolve, without_user
from simulator.foreign import whole
from simulator.url_characters import malformed
from simulator.verbs.dial.sip import ANSWERED, GIVEN_UP, UNAVAILABLE
from simulator.verbs.document import UnreadableError, prompt_document, read_document
from simulator.verbs.script import (
    HANG_UP,
    JOIN,
    TIMED_OUT,
    Document,
    Fail,
    Flow,
    Goto,
    HangUp,
    Incoming,
    Inline,
    Join,
    Outgoing,
    Stop,
    TurnAway,
    Unanswered,
)
from simulator.verbs.signals import (
    CallerGone,
    CallerQueued,
    CallerReady,
    ConferenceEnded,
    ConferenceStarted,
    Dropped,
    LegAnswered,
    LegEnded,
    LegReady,
    Released,
    Signal,
    StreamOver,
    Taken,
)
from simulator.vocabulary import (
    Answered,
    Ask,
    Declined,
    Ended,
    Ending,
    Event,
    Fetched,
    HungUp,
    Ignored,
    Method,
    Pressed,
    Prompt,
    Purpose,
    RelayOverdue,
    RelaySaid,
    Replied,
    Spoke,
    Status,
    StreamEnded,
    StreamOpened,
    StreamSaid,
    Talked,
    Unreachable,
    Updated,
    Warned,
)

_BY_PEOPLE = (Pressed, Spoke, Talked, Answered, Declined)
_ANNOUNCEMENT = "We are sorry, an application error has occurred. Goodbye."


class Call(ScriptedLeg):
    """A leg: a call that somebody placed to one of the exchange's numbers, or one that the exchange rings itself."""

    __slots__ = ("_asked", "_at_end", "_counted_at", "_deadline", "_documents", "_player", "_route")

    def __init__(
        self, sid: str, route: Route, params: dict[str, str], exchange: ExchangeServices, *, parent: str | None = None
    ) -> None:
        super().__init__(sid, route, params, exchange, parent=parent)
        self._route = route
        self._player = Player()
        self._at_end: Flow = HANG_UP if parent is None else JOIN
        self._deadline: float | None = None
        self._asked: Ask | None = None
        self._documents, self._counted_at = 0, self.now

    # ------------------------------------------------------------ what the exchange tells it

    @property
    def deadline(self) -> float | None:
        """When `timed_out` is due, if the call waits for time to pass."""
        if self._streams is None or (tick := self._streams.due) is None:
            return self._deadline
        return tick if self._deadline is None else min(tick, self._deadline)

    @property
    def awaits_caller(self) -> bool:
        """Nothing plays and nothing is asked: only the caller, whoever they talk to, or silence moves the call on."""
        wait = self._player.wait
        is_idle = self._streams is None or not (self._streams.is_playing or self._streams.is_opening)
        return wait is not None and wait.for_caller and is_idle

    @property
    def awaits_agent(self) -> bool:
        """The application owes an answer on the WebSocket of a session."""
        wait = self._player.wait
        return wait is not None and wait.for_agent

    @property
    def awaits_application(self) -> bool:
        """A document, a sound or a WebSocket has been asked for and has not come yet."""
        if self._streams is not None and self._streams.is_opening:
            return True
        wait = self._player.wait
        if wait is None or self._asked is not None:
            return self._asked is not None
        return wait.for_application or Fetched in wait.kinds or Replied in wait.kinds

    def start(self, first_only: Mapping[str, str]) -> None:
        """The call has reached one of the exchange's numbers: ask for the first document.

        `first_only` are parameters that no later request has, as two requests of one captured call show (M).
        """
        self._params.update(first_only)
        self._follow(self._route.first)
        for name in first_only:
            del self._params[name]

    def ring(self, outgoing: Outgoing) -> None:
        """Ring the far end."""
        self._tell(self._progress.reached("initiated", self.now))
        self._tell(self._progress.reached("ringing", self.now))
        self._go_on(self._player.perform(ringing(self, outgoing, parent=self.parent)))

    def receive(self, event: Event | Signal) -> None:
        """Take what happened outside, or what another leg lets know."""
        wait = self._player.wait
        if self._streams is not None and isinstance(event, Pressed | Spoke):
            self._streams.hear(event)
        match event:
            case HungUp():  # before the answer: no-answer is our choice, Twilio documents none (confidence L)
                self._end("no-answer" if self.connected_at is None else "completed", "hangup", UNAVAILABLE)
            case Dropped() if self.parent is None:
                return  # it stands on its own by now
            case Dropped():
                self._end(event.unanswered_as if self.connected_at is None else "completed", "dropped")
            case Updated():
                self._update(event)
            case StreamEnded(is_over_limit=True):
                self._policy_end("socket-limit", event.reason)
            case Replied() | Unreachable() if self._asked and event.request == self._asked.request:
                self._take_answer(self._asked, event)
            case StreamOpened() | StreamEnded() if self._streams is not None and self._streams.has(event.stream):
                self._streams.receive(event)
            case _ if wait is not None and type(event) in wait.kinds:
                if isinstance(event, _BY_PEOPLE):
                    self._documents = 0
                self._resume(event)
            case Pressed():
                self.emit(Ignored(self.sid, f"key {event.key}"))
            case Spoke():
                self.emit(Ignored(self.sid, "speech"))
            case Talked():
                self.emit(Ignored(self.sid, "talking"))
            case Replied() | Unreachable() | Fetched() | Answered() | Declined():
                return  # the call no longer waits for it
            case StreamOpened() | StreamSaid() | StreamEnded():
                if self._streams is not None:
                    self._streams.receive(event)
            case StreamOver() | RelaySaid() | RelayOverdue():
                return  # it was beside the call, or has been stopped
            case LegAnswered() | LegReady() | LegEnded() | CallerReady() | CallerGone():
                return  # news of a leg that this one has given up
            case ConferenceStarted() | ConferenceEnded() | CallerQueued() | Taken() | Released():
                return  # news of a room that this leg has left
            case _:
                assert_never(event)

    def timed_out(self) -> None:
        """The time the call was waiting for has come, or one of its streams wants to go on."""
        if self._streams is not None:
            self._streams.tick()
            if self._deadline is None or self._deadline > self.now:
                return
        self._resume(TIMED_OUT)

    def reached_limit(self) -> None:
        """The call has lasted as long as a call may: it ends, whatever it is waiting for."""
        self._policy_end("time-limit", "the call has lasted as long as Twilio lets calls last")

    # ------------------------------------------------------------ asking and being answered

    def _ask(self, url: str, method: Method, extra: Mapping[str, str], purpose: Purpose = "document") -> None:
        self._asked = self._request(url, method, extra, purpose)
        self.emit(self._asked)

    def _take_answer(self, ask: Ask, answer: Replied | Unreachable) -> None:
        self._asked = None
        self._warn_of_redirects(ask, answer)
        page = judge(answer, self._exchange.policy)
        if isinstance(page, Fail):
            self._fail(page, ask)
            return
        assert isinstance(answer, Replied)
        self._url = answer.url
        self._run(page)

    def _warn_of_redirects(self, ask: Ask, answer: Replied | Unreachable) -> None:
        if ask.method == "POST" and answer.trips and answer.trips[-1].method == "GET":
            url = without_user(ask.url)
            message = f"{url} was redirected by GET: what the POST alone carried is lost on the way"
            self.emit(Warned(self.sid, 0, "policy", message, url=url, remedy="configure the final URL"))

    # ------------------------------------------------------------ running documents

    def _run(self, document: Document) -> None:
        for finding in document.findings:
            self.warn(finding.code, finding.detail, finding.line)
        self._go_on(self._player.play(document, self))

    def _resume(self, incoming: Incoming) -> None:
        self._deadline = None
        self._go_on(self._player.resume(incoming, self))

    def _go_on(self, flow: Flow | Waits) -> None:
        if not isinstance(flow, Waits):
            self._follow(flow)
            return
        wait = self._player.wait
        assert wait is not None
        self._deadline = None
        if wait.seconds is not None:
            self._deadline = self.now + wait.seconds
            self._exchange.wake(self.sid, self._deadline)

    def _follow(self, flow: Flow) -> None:
        match flow:
            case None:
                self._follow(self._at_end)
            case Goto():
                self._go_to(flow)
            case Inline():
                self._run_inline(flow.twiml)
            case HangUp():
                self.connect()
                self._end("completed", self.ending)
            case TurnAway():
                self._turn_away(is_busy=flow.is_busy)
            case Unanswered():
                self._end(flow.status, "unanswered", flow.sip_code)
            case Join():
                self._join()
            case Fail():
                self._fail(flow, None)
            case Stop():
                self._policy_end(flow.ending, flow.reason, flow.line)
            case _:
                assert_never(flow)

    def _go_to(self, goto: Goto) -> None:
        url = self.resolve(goto.url or "")
        if url is None:
            has_no_base = self._url is None and bool(goto.url) and "://" not in (goto.url or "")
            self._fail(Fail(15004 if has_no_base else 11100, malformed(goto.url or ""), goto.line), None)
            return
        if not self._makes_progress():
            self._policy_end("loop", f"{self._documents} documents in a row without time passing: a redirect loop")
            return
        self._ask(url, goto.method, goto.params)

    def _run_inline(self, twiml: str) -> None:
        self._url = None
        try:
            document = read_document(whole(twiml).encode())
        except UnreadableError as error:
            self._fail(Fail(error.code, error.detail, error.line), None)
            return
        self._run(document)

    def _join(self) -> None:
        """Nothing is left to run on a dialled leg: it waits until the leg that dialled it takes or drops it."""
        assert self.parent is not None
        self._exchange.post(self.parent, LegReady(self.sid))
        self._go_on(self._player.perform(joined()))

    def _turn_away(self, *, is_busy: bool) -> None:
        if self.connected_at is None:
            self._end("busy" if is_busy else "no-answer", "rejected")
            return
        message = "<Reject> came after the call was answered: it ends as if hung up"
        self.emit(Warned(self.sid, 0, "policy", message, url=self._url, remedy="use Hangup, or Reject first"))
        self._end("completed", "rejected")

    def _update(self, update: Updated) -> None:
        """The REST API interrupts whatever is going on; a Gather in progress is given up without its action."""
        self.is_ending = update.status is not None
        self._player.stop()
        self._asked, self._deadline = None, None
        if self.parent is not None and self.connected_at is not None and update.status is None:
            self._break_away(self.parent, self.connected_at)
        if update.status is not None:
            self._end("completed" if self.connected_at is not None else "canceled", "updated")
        elif update.twiml is not None:
            self._follow(Inline(update.twiml))
        else:
            self._follow(Goto(update.url, update.method))

    def _break_away(self, parent: str, connected_at: float) -> None:
        """A dialled leg with a document of its own is a call of its own: for the leg that dialled it, it is gone."""
        seconds = round(self.now - connected_at, 3)
        self._exchange.post(parent, LegEnded(self.sid, "completed", seconds, connected=True, sip_code=ANSWERED))
        self.parent, self._at_end = None, HANG_UP

    # ------------------------------------------------------------ failing and ending

    def _fail(self, failure: Fail, ask: Ask | None) -> None:
        """A fatal error: turn to the fallback URL once, then to the recorded announcement."""
        url = failure.url or (ask.url if ask else self._url)
        url = url and without_user(url)
        self.warn(failure.code, failure.detail, failure.line, url, failure.remedy)
        fallback = None if ask and ask.purpose == "fallback" else self._fallback()
        if fallback is not None:
            extra = {**(ask.params if ask else {}), "ErrorCode": str(failure.code), "ErrorUrl": url or ""}
            self._ask(fallback, self._route.fallback_method, extra, purpose="fallback")
        elif self.parent is not None:
            self._end("completed", "application-error")  # a whisper that fails drops its leg, unheard
        else:
            self._announce_error()

    def _fallback(self) -> str | None:
        """Where to turn to now; None when there is nowhere, or when it only ever leads back here."""
        url = self._route.fallback_url
        if url is None:
            return None
        makes_progress = self._makes_progress()
        usable = resolve(None, url)
        if usable is None:
            self.warn(11100, f"the fallback URL {malformed(url)}", None)
        return usable if makes_progress else None

    def _makes_progress(self) -> bool:
        """Count one more document; false when too many came in a row while no time passed and nobody did anything."""
        if self.now > self._counted_at:
            self._documents, self._counted_at = 0, self.now
        self._documents += 1
        return self._documents <= self._exchange.policy.documents_without_progress

    def _announce_error(self) -> None:
        self.ending = "application-error"
        self.connect()
        prompt = Prompt("announcement", seconds_to_say(_ANNOUNCEMENT), text=_ANNOUNCEMENT)
        self._run(prompt_document(prompt))

    def _policy_end(self, ending: Ending, reason: str, line: int | None = None) -> None:
        self.emit(Warned(self.sid, 0, "policy", reason, line, self._url))
        self._end("completed" if self.connected_at is not None else "failed", ending)

    def _end(self, status: Status, ending: Ending, unanswered_code: int = GIVEN_UP) -> None:
        self.is_ending = True
        self.status, self.ending = status, ending  # before the script is closed, which may want to know
        self._player.stop()
        if self._streams is not None:
            self._streams.stop_all()
        self._asked, self._deadline = None, None
        seconds = 0.0 if self.connected_at is None else round(self.now - self.connected_at, 3)
        self.emit(Ended(self.sid, status, ending, seconds))
        is_answered = self.connected_at is not None
        sip_code = ANSWERED if is_answered else unanswered_code
        self._tell(self._progress.ended(status, seconds, self.now, sip_code if self.is_outbound else None))
        if self.parent is not None:
            self._exchange.post(self.parent, LegEnded(self.sid, status, seconds, is_answered, sip_code))
