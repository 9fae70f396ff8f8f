"""What a verb's script may say to the call that runs it: waits, flows, and the narrow view of the leg it acts on.

A script is a generator. It yields a `Wait`, receives the event it waited for or `TimedOut`, emits effects through its
`Leg`, and returns where the call goes next.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from typing import Protocol

from simulator.rooms.conferences import Conferences
from simulator.rooms.queues import Queues
from simulator.twiml.attributes import Finding
from simulator.values import frozen
from simulator.verbs.signals import Signal
from simulator.verbs.stream.noun import Stream
from simulator.vocabulary import Effect, Ending, Event, Method, Replied, Status, Unreachable

Kinds = tuple[type[Event] | type[Signal], ...]


@frozen
class Wait:
    """Let time pass: at most `seconds` (None: without end), or until an event or signal of one of the kinds comes."""

    seconds: float | None
    kinds: Kinds = ()
    for_caller: bool = False
    """Nothing is playing: only people move the call on, the caller or whoever they talk to, or their silence."""
    for_application: bool = False
    """The application is to open a WebSocket."""
    for_agent: bool = False
    """The application owes an answer on a WebSocket: a clock moved by hand stands still until it has come."""


@frozen
class TimedOut:
    """The seconds of a `Wait` went by without an event it waited for."""


TIMED_OUT = TimedOut()


@frozen
class Goto:
    """Fetch the next document; `url` None or empty means the current document's own URL."""

    url: str | None
    method: Method = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


@frozen
class Inline:
    """Run this document, which came without a URL of its own: relative references in it lead nowhere."""

    twiml: str


@frozen
class HangUp:
    """The application ends the call."""


@frozen
class TurnAway:
    """The application refuses the call: without answering it when it still rings."""

    is_busy: bool


@frozen
class Fail:
    """The document cannot go on: Twilio's code, and what was found. The call turns to the fallback URL.

    `remedy`: what to do about it, where more is known than the code says.
    """

    code: int
    detail: str
    line: int | None = None
    url: str | None = None
    remedy: str | None = None


@frozen
class Stop:
    """The simulator itself ends the call, because it does not know how the real one would go on; says why."""

    reason: str
    line: int
    ending: Ending = "not-simulated"


@frozen
class Unanswered:
    """The far end of a dialled leg never picked up: the leg is over. `sip_code` is its final answer."""

    status: Status
    sip_code: int


@frozen
class Join:
    """A dialled leg has nothing more to run: it waits to be joined to the leg that dialled it."""


HANG_UP = HangUp()
JOIN = Join()
Flow = Goto | Inline | HangUp | TurnAway | Fail | Stop | Unanswered | Join | None
News = Event | Signal
Incoming = News | TimedOut
Script = Generator[Wait, Incoming, Flow]


@frozen
class Step:
    """One verb of a document, ready to run."""

    run: Callable[["Leg"], Script | Flow]
    answers: bool
    name: str
    line: int | None = None


@frozen
class Document:
    """Steps in order and findings by line; both immutable, so one document may serve many calls."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()


@frozen
class StatusCallback:
    """Where a leg's progress is reported; events are `initiated`, `ringing`, `answered` and `completed`."""

    url: str
    method: Method = "POST"
    events: frozenset[str] = frozenset(("completed",))


@frozen
class Detection:
    """Machine detection was asked for; `callback` (absolute) is told what it found, if there is one."""

    callback: Goto | None = None


@frozen
class Outgoing:
    """A leg to be rung. `first` is what it runs when it is answered; None: it is joined to its parent at once."""

    called: str
    caller: str
    timeout: float
    first: Goto | Inline | None = None
    status_callback: StatusCallback | None = None
    detection: Detection | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    """What reaches the far end beside the call: parameters of a Client, headers of a Sip."""


@frozen
class Awaited:
    """A recording whose transcription is still to come; `callback` (absolute) is told of it, if there is one."""

    sid: str
    recording: str
    recording_url: str
    callback: str | None = None


class StreamDesk(Protocol):
    """What verbs do with the media streams of their leg."""

    def start(self, noun: Stream, *, is_two_way: bool) -> str | None: ...

    def stop(self, sid: str) -> None: ...

    def stop_named(self, name: str) -> bool: ...


class Leg(Protocol):
    """The view of a call that scripts act on."""

    @property
    def sid(self) -> str: ...

    @property
    def caller(self) -> str:
        """The calling party's number, as in From."""

    @property
    def called(self) -> str:
        """The dialled number, as in To."""

    @property
    def account(self) -> str:
        """The account's sid."""

    @property
    def is_child(self) -> bool:
        """Whether another leg dialled this one."""

    @property
    def is_outbound(self) -> bool:
        """Whether the exchange rang this leg, rather than being rung by it."""

    @property
    def is_over(self) -> bool:
        """Whether the call has ended; true while a script that its end interrupts is being closed."""

    @property
    def is_ending(self) -> bool:
        """As `is_over`, and true, too, while the REST API ends the call."""

    @property
    def is_answered(self) -> bool:
        """Whether the call has been answered."""

    @property
    def parent(self) -> str | None:
        """The sid of the leg that dialled this one; None when none did."""

    @property
    def now(self) -> float: ...

    @property
    def is_lenient(self) -> bool: ...

    def emit(self, effect: Effect) -> None: ...

    def warn(self, code: int, detail: str, line: int | None, url: str | None = None) -> None:
        """Note a row of Twilio's error dictionary, with what was found and where (by default: this document)."""

    def remark(self, message: str, line: int | None, remedy: str = "") -> None:
        """Note something that Twilio would say nothing about, as simulator policy."""

    def ask_for_sound(self, url: str) -> int | None:
        """Ask for a sound file, relative to the current document; the answer comes as Fetched or Unreachable.

        None when the URL is none.
        """

    def connect(self, sip_headers: Mapping[str, str] | None = None) -> None:
        """Answer the call, unless it is answered already; `sip_headers`: of the far end that picked up."""

    def learn(self, params: Mapping[str, str]) -> None:
        """Send these parameters with every later request of this leg."""

    def dial(self, outgoing: Outgoing) -> str:
        """Ring somebody on a leg of its own, a child of this one; returns its sid. LegReady or LegEnded will come."""

    def drop(self, sid: str) -> None:
        """End another leg; nothing happens when it is over already."""

    def draw_sid(self, prefix: str) -> str:
        """A new sid of that kind."""

    def recording_url(self, recording: str) -> str:
        """Where the recording with that sid can be fetched from."""

    def tell(self, goto: Goto, *, own_set: bool = False) -> bool:
        """Send a callback whose answer does not matter; `own_set`: without the standard parameters.

        False when its URL is malformed: then nothing is sent.
        """

    def await_transcription(self, awaited: Awaited) -> None:
        """Let the exchange be given the words of a recording later, even after the call's end."""

    def farewell(self, goto: Goto) -> None:
        """Request a document although the call ends: with CallStatus completed, and nothing it says can run."""

    def resolve(self, reference: str) -> str | None:
        """The absolute URL of a reference in the current document; None when it is not an http(s) URL."""

    # ------------------------------------------------------------ running documents inside a verb

    @property
    def url(self) -> str | None:
        """Where the document came from that references and warnings are relative to."""

    def turn_to(self, url: str | None) -> None:
        """Read references and warnings relative to another document; turn back afterwards."""

    def ask(self, goto: Goto, *, is_optional: bool = False) -> int:
        """Ask for a document at an absolute URL; the answer comes as Replied or Unreachable.

        `is_optional`: at a host that is not contacted it is left alone, and the answer comes as Fetched.
        """

    def read(self, answer: Replied | Unreachable) -> Document | Fail:
        """The document in an answer, or why there is none."""

    @property
    def most_documents(self) -> int:
        """So many documents in a row without time passing are a loop (simulator policy)."""

    @property
    def streams(self) -> "StreamDesk": ...

    # ------------------------------------------------------------ rooms shared with other legs

    @property
    def conferences(self) -> Conferences: ...

    @property
    def queues(self) -> Queues: ...

    def post(self, sid: str, signal: Signal) -> None:
        """Let another leg know, as soon as this one has come to rest."""
