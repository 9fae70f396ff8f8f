"""One call leg: it runs documents verb by verb, waits, asks for the next document, and ends. Does no I/O.

The exchange tells it what happened and when a wait is over; everything it wants done goes out as effects.
"""

from collections.abc import Generator, Mapping
from functools import lru_cache
from typing import Protocol, assert_never
from urllib.parse import urldefrag, urljoin, urlsplit

from simulator.exchange.numbers import Number, Policy
from simulator.exchange.parameters import end_parameters
from simulator.exchange.reply import judge
from simulator.speech import seconds_to_say
from simulator.twiml.codes import CODES
from simulator.verbs.document import Document, Step, prompt_document
from simulator.verbs.script import (
    HANG_UP,
    TIMED_OUT,
    Fail,
    Flow,
    Goto,
    HangUp,
    Incoming,
    Kinds,
    Script,
    Stop,
    TurnAway,
)
from simulator.vocabulary import (
    Ask,
    Connected,
    Effect,
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
    Replied,
    Spoke,
    Status,
    Tell,
    Unreachable,
    Warned,
)

_ANNOUNCEMENT = "We are sorry, an application error has occurred. Goodbye."


class Surroundings(Protocol):
    """What a call needs of the exchange it lives in."""

    policy: Policy

    @property
    def now(self) -> float: ...

    def emit(self, effect: Effect) -> None: ...

    def next_request(self) -> int: ...

    def wake(self, call: "Call", at: float) -> None:
        """Call `timed_out` at that time unless the call has stopped waiting for it by then."""


class Call:
    """A leg of a call to one of the exchange's numbers."""

    __slots__ = (
        "_asked",
        "_deadline",
        "_documents",
        "_exchange",
        "_is_caller_next",
        "_kinds",
        "_next_step",
        "_params",
        "_script",
        "_steps",
        "_url",
        "began",
        "connected_at",
        "ending",
        "number",
        "sid",
        "status",
    )

    def __init__(self, sid: str, number: Number, params: dict[str, str], exchange: Surroundings) -> None:
        self.sid = sid
        self.number = number
        self.status: Status = "ringing"
        self.ending: Ending = "completed"
        self.began = exchange.now
        self.connected_at: float | None = None
        self._params = params
        self._exchange = exchange
        self._steps: tuple[Step, ...] = ()
        self._next_step = 0
        self._script: Script | None = None
        self._kinds: Kinds = ()
        self._is_caller_next = False
        self._deadline: float | None = None
        self._url: str | None = None
        self._asked: Ask | None = None
        self._documents = 0

    # ------------------------------------------------------------ what scripts see of it (the protocol Leg)

    @property
    def now(self) -> float:
        return self._exchange.now

    @property
    def is_lenient(self) -> bool:
        return self._exchange.policy.is_lenient

    def emit(self, effect: Effect) -> None:
        self._exchange.emit(effect)

    def warn(self, code: int, detail: str, line: int | None, url: str | None = None) -> None:
        row = CODES[code]
        message = f"{row.meaning}: {detail}"
        self.emit(Warned(self.sid, code, row.level, message, line, url or self._url, row.remedy))

    def ask_for_sound(self, url: str) -> int:
        request = self._exchange.next_request()
        self.emit(Ask(self.sid, request, "GET", _resolve(self._url, url) or url, {}, "media"))
        return request

    # ------------------------------------------------------------ what the exchange tells it

    @property
    def deadline(self) -> float | None:
        """When `timed_out` is due, if the call waits for time to pass."""
        return self._deadline

    @property
    def is_over(self) -> bool:
        return self.status not in ("ringing", "in-progress")

    @property
    def awaits_caller(self) -> bool:
        """Nothing plays and nothing is asked: only the caller, or their silence, moves the call on."""
        return self._is_caller_next and self._deadline is not None

    @property
    def awaits_application(self) -> bool:
        """A document or a sound has been asked for and has not come yet."""
        return self._asked is not None or Fetched in self._kinds

    def start(self) -> None:
        """Ask the number's own webhook for the first document."""
        self._ask(self.number.voice_url, self.number.voice_method, {})

    def receive(self, event: Event) -> None:
        """Take what happened outside."""
        match event:
            case HungUp():  # before the answer: no-answer is our choice, Twilio documents none (confidence L)
                self._end("no-answer" if self.connected_at is None else "completed", "hangup")
            case Replied() | Unreachable() if self._asked and event.request == self._asked.request:
                self._take_answer(self._asked, event)
            case _ if type(event) in self._kinds:
                self._documents = 0
                self._resume(event)
            case Pressed():
                self.emit(Ignored(self.sid, f"key {event.key}"))
            case Spoke():
                self.emit(Ignored(self.sid, "speech"))
            case Replied() | Unreachable() | Fetched():
                return  # the answer to a request the call no longer waits for
            case _:
                assert_never(event)

    def timed_out(self) -> None:
        """The time the call was waiting for has come."""
        self._documents = 0
        if self.now >= self._latest_end():
            self._policy_end("time-limit", "the call has lasted as long as Twilio lets calls last")
            return
        self._resume(TIMED_OUT)

    # ------------------------------------------------------------ asking and being answered

    def _ask(self, url: str, method: Method, extra: Mapping[str, str], purpose: Purpose = "document") -> None:
        params = {**self._params, **extra, "CallStatus": self.status}
        request = self._exchange.next_request()
        self._asked = Ask(self.sid, request, method, urldefrag(url).url, params, purpose, tuple(extra))
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
        for finding in page.findings:
            self.warn(finding.code, finding.detail, finding.line)
        self._run(page)

    def _warn_of_redirects(self, ask: Ask, answer: Replied | Unreachable) -> None:
        if len(answer.trips) > 1 and answer.trips[-1].url != answer.trips[0].url and ask.method == "POST":
            message = f"{ask.url} was redirected: the parameters of the POST are lost on the way"
            self.emit(Warned(self.sid, 0, "policy", message, url=ask.url, remedy="configure the final URL"))

    # ------------------------------------------------------------ running scripts

    def _run(self, document: Document) -> None:
        self._steps = document.steps
        self._next_step = 0
        self._run_steps()

    def _run_steps(self) -> None:
        """Run verbs until one of them waits or sends the call elsewhere; without any left the call is hung up."""
        while self._next_step < len(self._steps):
            step = self._steps[self._next_step]
            self._next_step += 1
            if step.answers:
                self._connect()
            started = step.run(self)
            flow = self._send(started, None) if isinstance(started, Generator) else started
            if isinstance(flow, _Waiting):
                return
            if flow is not None:
                self._follow(flow)
                return
        self._follow(HANG_UP)

    def _resume(self, incoming: Incoming) -> None:
        assert self._script is not None
        self._deadline, self._kinds = None, ()
        flow = self._send(self._script, incoming)
        if isinstance(flow, _Waiting):
            return
        if flow is None:
            self._run_steps()
        else:
            self._follow(flow)

    def _send(self, script: Script, incoming: Incoming | None) -> "Flow | _Waiting":
        self._script = script
        try:
            wait = next(script) if incoming is None else script.send(incoming)
            while wait.seconds is not None and wait.seconds <= 0:
                wait = script.send(TIMED_OUT)
        except StopIteration as stop:
            self._script = None
            flow: Flow = stop.value
            return flow
        self._kinds = wait.kinds
        self._is_caller_next = wait.for_caller
        if wait.seconds is not None:
            self._deadline = min(self.now + wait.seconds, self._latest_end())
            self._exchange.wake(self, self._deadline)
        return _WAITING

    def _follow(self, flow: Flow) -> None:
        match flow:
            case Goto():
                self._go_to(flow)
            case HangUp():
                self._connect()
                self._end("completed", self.ending)
            case TurnAway():
                self._turn_away(is_busy=flow.is_busy)
            case Fail():
                self._fail(flow, None)
            case Stop():
                self._policy_end("not-simulated", flow.reason, flow.line)
            case None:
                raise AssertionError("a flow was expected")
            case _:
                assert_never(flow)

    def _go_to(self, goto: Goto) -> None:
        url = _resolve(self._url, goto.url or "")
        if url is None:
            self._fail(Fail(11100, repr(goto.url), goto.line), None)
            return
        self._documents += 1
        if self._documents > self._exchange.policy.documents_without_progress:
            self._policy_end("loop", f"{self._documents} documents in a row without time passing: a redirect loop")
            return
        self._ask(url, goto.method, dict(goto.params))

    def _turn_away(self, *, is_busy: bool) -> None:
        if self.connected_at is None:
            self._end("busy" if is_busy else "no-answer", "rejected")
            return
        message = "<Reject> came after the call was answered: it ends as if hung up"
        self.emit(Warned(self.sid, 0, "policy", message, url=self._url, remedy="use Hangup, or Reject first"))
        self._end("completed", "rejected")

    # ------------------------------------------------------------ failing and ending

    def _fail(self, failure: Fail, ask: Ask | None) -> None:
        """A fatal error: turn to the fallback URL once, then to the recorded announcement."""
        url = failure.url or (ask.url if ask else self._url)
        self.warn(failure.code, failure.detail, failure.line, url)
        fallback = self.number.fallback_url
        if fallback is not None and not (ask and ask.purpose == "fallback"):
            extra = {**(ask.params if ask else {}), "ErrorCode": str(failure.code), "ErrorUrl": url or ""}
            self._ask(fallback, self.number.fallback_method, extra, purpose="fallback")
            return
        self._announce_error()

    def _announce_error(self) -> None:
        self.ending = "application-error"
        self._connect()
        prompt = Prompt("announcement", seconds_to_say(_ANNOUNCEMENT), text=_ANNOUNCEMENT)
        self._run(prompt_document(prompt))

    def _policy_end(self, ending: Ending, reason: str, line: int | None = None) -> None:
        self.emit(Warned(self.sid, 0, "policy", reason, line, self._url))
        self._end("completed" if self.connected_at is not None else "failed", ending)

    def _connect(self) -> None:
        if self.connected_at is None:
            self.connected_at = self.now
            self.status = "in-progress"
            self.emit(Connected(self.sid))

    def _end(self, status: Status, ending: Ending) -> None:
        script, self._script = self._script, None
        if script is not None:
            script.close()
        self._asked, self._deadline, self._kinds = None, None, ()
        self.status, self.ending = status, ending
        seconds = 0.0 if self.connected_at is None else round(self.now - self.connected_at, 3)
        self.emit(Ended(self.sid, status, ending, seconds))
        if self.number.status_callback:
            end = end_parameters(status=status, seconds=seconds, now=self.now, sequence=0)
            url = urldefrag(self.number.status_callback).url
            self.emit(Tell(self.sid, self.number.status_callback_method, url, {**self._params, **end}))

    def _latest_end(self) -> float:
        since = self.began if self.connected_at is None else self.connected_at
        return since + self._exchange.policy.longest_call


class _Waiting:
    """The script has yielded and the call waits."""


_WAITING = _Waiting()


@lru_cache(maxsize=1024)
def _resolve(base: str | None, reference: str) -> str | None:
    """The absolute URL of a reference in a document, or None when it is no http(s) URL."""
    try:
        if urlsplit(reference).scheme and not urlsplit(reference).hostname:  # urljoin would forgive "http://"
            return None
        url = urljoin(base or "", reference)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
