"""`<Enqueue>`: wait in a queue until somebody takes the caller out of it. Source: Twilio docs, TwiML Enqueue.

The wait document is asked for again whenever it ends, each time with the caller's position and times. A call that still
rings is answered when the first of them has come (which says CallStatus ringing: Twilio's TwiML changelog, 2024-03-20;
that it is answered then is our choice). The other side, who takes the caller out and talks to them, is dial/queue.py.
"""

from collections.abc import Generator

from simulator.rooms.queues import Member, Queue
from simulator.twiml.attributes import (
    METHOD,
    Finding,
    anything,
    attribute,
    attributes_in_force,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs import nested
from simulator.verbs.nested import Cut, Over, Page
from simulator.verbs.script import HANG_UP, Fail, Flow, Goto, HangUp, Incoming, Leg, Script, Stop, Wait
from simulator.verbs.signals import CallerGone, CallerQueued, CallerReady, Released, Taken
from simulator.vocabulary import Dequeued, Hears, Method, Queued

WAIT_VERBS = frozenset(("Say", "Play", "Pause", "Gather", "Redirect", "Leave", "Hangup"))
ANNOUNCEMENT_VERBS = frozenset(("Play", "Say", "Pause", "Redirect"))
LONGEST_NAME = 64


@frozen
class Enqueue:
    """Which queue, what is heard in it, and where to go afterwards; the attributes of Twilio's page."""

    name: str
    line: int
    has_task: bool = False
    action: str = attribute("action", anything, default="", invalid=14203)
    method: Method = attribute("method", METHOD, default="POST", invalid=14201)
    wait_url: str | None = attribute("waitUrl", anything, default=None, invalid=14202)
    wait_url_method: Method = attribute("waitUrlMethod", METHOD, default="POST", invalid=14206)
    max_queue_size: int | None = attribute("maxQueueSize", whole_number(1), default=None)
    workflow_sid: str = attribute("workflowSid", anything, default="", invalid=14220)


def read(element: Element, findings: list[Finding]) -> Enqueue:
    """The verb; what is wrong with its name is only found out when it is reached."""
    has_task = any(child.name == "Task" for child in element.children)
    name = read_text(element, findings, known=("Task",))
    attributes = read_attributes(Enqueue, element, findings)
    return Enqueue(name=name, line=element.line, has_task=has_task, **attributes)


def script(enqueue: Enqueue, leg: Leg) -> Script:
    """Wait, be taken, talk; then the action with QueueResult, or the next verb."""
    if enqueue.workflow_sid or enqueue.has_task:
        return Stop("TaskRouter (workflowSid or <Task> of <Enqueue>) is not simulated", enqueue.line)
    fault = _fault_of(enqueue, leg)
    if fault is not None:
        leg.warn(fault.code, fault.detail, fault.line)
        return _then(enqueue, {"QueueResult": "error"})
    queue = leg.queues.open(enqueue.name)
    if queue.is_full or len(queue.members) >= (enqueue.max_queue_size or queue.max_size):
        leg.warn(14207, f"{queue.name!r} holds {len(queue.members)}", enqueue.line)
        return _then(enqueue, {"QueueResult": "queue-full"})
    visit = Visit(enqueue, queue, leg)
    visit.begin()
    try:
        end = yield from _spend(visit, leg)
    except GeneratorExit:  # the caller hung up or was redirected: the action hears of it, but cannot act
        visit.finish(visit.result_when_cut())
        farewell = _then(enqueue, visit.params())
        if farewell is not None:
            leg.farewell(farewell)
        raise
    return _go_on(enqueue, visit, end, leg)


def _fault_of(enqueue: Enqueue, leg: Leg) -> Fail | None:
    if not enqueue.name:
        return Fail(14204, "<Enqueue> without a name", enqueue.line)
    if len(enqueue.name) > LONGEST_NAME:
        return Fail(14205, f"{len(enqueue.name)} characters", enqueue.line)
    if enqueue.wait_url and leg.resolve(enqueue.wait_url) is None:
        return Fail(14202, f"waitUrl={malformed(enqueue.wait_url)}", enqueue.line)
    return None


End = str | HangUp | Stop
"""A word for QueueResult, or how the wait document ends the whole call."""


def _spend(visit: "Visit", leg: Leg) -> Generator[Wait, Incoming, End]:
    waiting = yield from nested.until(visit.wait(), leg, (Taken,))
    match waiting:
        case Cut(Taken() as taken):
            return (yield from _be_taken(visit, taken, leg))
        case Over(nested.Left()):
            return "leave"
        case Over(Fail() as fault):
            leg.warn(fault.code, fault.detail, fault.line, fault.url)
            return "error"
        case Over(HangUp() | Stop() as end):
            return end
        case _:
            raise AssertionError(f"waiting in a queue ended with {waiting}")


def _be_taken(visit: "Visit", taken: Taken, leg: Leg) -> Generator[Wait, Incoming, End]:
    """Hear what is to be heard, then talk until the other side lets go."""
    visit.come_out(taken)
    if taken.url is not None:
        page = Page(Goto(taken.url, taken.method), ANNOUNCEMENT_VERBS, 14211, visit.announcement_params)
        heard = yield from nested.until(nested.run(page, leg), leg, (Released,))
        match heard:
            case Cut():
                visit.let_go()
                return "bridging-in-process"
            case Over(Fail() as fault):
                leg.warn(fault.code, fault.detail, fault.line, fault.url)
                return "error"
            case Over(Stop() as stop):
                return stop
            case Over():
                pass
    visit.is_joined = True
    leg.post(taken.by, CallerReady(leg.sid))
    event = yield Wait(None, (Released,), for_caller=True)
    visit.let_go()
    return "bridged" if isinstance(event, Released) and event.was_joined else "bridging-in-process"


def _go_on(enqueue: Enqueue, visit: "Visit", end: End, leg: Leg) -> Flow:
    match end:
        case str():
            visit.finish(end)
            return _then(enqueue, visit.params())
        case HangUp():
            visit.finish("hangup")
            farewell = _then(enqueue, visit.params())
            if farewell is not None:
                leg.farewell(farewell)
            return HANG_UP
        case Stop():
            visit.finish("error")
            return end


def _then(enqueue: Enqueue, params: dict[str, str]) -> Goto | None:
    return Goto(enqueue.action, enqueue.method, params, enqueue.line) if enqueue.action else None


class Visit:
    """One caller's stay in one queue, from the coming in to the end of the talk that comes of it."""

    def __init__(self, enqueue: Enqueue, queue: Queue, leg: Leg) -> None:
        self.is_joined = False
        self._enqueue = enqueue
        self._queue = queue
        self._leg = leg
        self._member: Member | None = None
        self._seconds: float | None = None
        self._result = ""

    def begin(self) -> None:
        """Stand at the end of the queue; whoever waits for somebody to come is told."""
        leg, queue = self._leg, self._queue
        if self._hears != "document":
            leg.connect()
        self._member = queue.join(leg.sid, leg.now)
        position = queue.position(self._member)
        attributes = attributes_in_force(self._enqueue)
        leg.emit(Queued(leg.sid, queue.sid, queue.name, position, self._hears, attributes))
        for dialer in queue.dialers:
            leg.post(dialer, CallerQueued())

    def wait(self) -> Generator[Wait, Incoming, nested.Finish]:
        """The wait document again and again, or nothing."""
        if self._hears != "document":
            return nested.silence()
        enqueue, leg = self._enqueue, self._leg
        first = Goto(leg.resolve(enqueue.wait_url or ""), enqueue.wait_url_method, line=enqueue.line)
        return nested.run(Page(first, WAIT_VERBS, 12200, self.waiting_params, is_music=True), leg)

    def come_out(self, taken: Taken) -> None:
        """Somebody has taken the caller out of the queue."""
        self._leg.connect()
        self._stop_counting(taken.by)

    def let_go(self) -> None:
        """The leg that has taken the caller out is done with them: it need not be told of the end."""
        assert self._member is not None
        self._member.taken_by = None

    def result_when_cut(self) -> str:
        """What becomes of the visit when the caller hangs up, or the call is given another document."""
        if self.is_joined:
            return "bridged" if self._leg.is_over else "redirected-from-bridged"
        return "hangup" if self._leg.is_over else "redirected"

    def finish(self, result: str) -> None:
        """The visit is over; a leg that has taken the caller out is told so."""
        assert self._member is not None
        self._result = result
        self._queue.leave(self._member)
        self._stop_counting(self._member.taken_by)
        if self._member.taken_by is not None:
            self._leg.post(self._member.taken_by, CallerGone(self._leg.sid))

    def params(self) -> dict[str, str]:
        """What the action is told of a caller who was in the queue."""
        return {"QueueResult": self._result, "QueueSid": self._queue.sid, "QueueTime": _whole(self._waited)}

    def waiting_params(self) -> dict[str, str]:
        """What the wait document is told, each time it is asked for."""
        assert self._member is not None
        queue, now = self._queue, self._leg.now
        return {
            "QueueSid": queue.sid,
            "QueuePosition": str(queue.position(self._member)),
            "QueueTime": _whole(self._waited),
            "AvgQueueTime": _whole(queue.average_wait(now)),
            "CurrentQueueSize": str(len(queue.members)),
            "MaxQueueSize": str(self._enqueue.max_queue_size or queue.max_size),
        }

    def announcement_params(self) -> dict[str, str]:
        """What the document is told that the caller hears before being joined; the spelling is Twilio's."""
        assert self._member is not None
        taker = self._member.taken_by or ""
        return {"QueueSid": self._queue.sid, "QueueTime": _whole(self._waited), "DequeingCallSid": taker}

    @property
    def _waited(self) -> float:
        assert self._member is not None
        return self._leg.now - self._member.since if self._seconds is None else self._seconds

    @property
    def _hears(self) -> Hears:
        if self._enqueue.wait_url is None:
            return "music"
        return "document" if self._enqueue.wait_url else "silence"

    def _stop_counting(self, by: str | None) -> None:
        if self._seconds is None:
            self._seconds = self._waited
            seconds = round(self._seconds, 3)
            self._leg.emit(Dequeued(self._leg.sid, self._queue.sid, self._queue.name, seconds, by))


def _whole(seconds: float) -> str:
    return str(int(seconds))
