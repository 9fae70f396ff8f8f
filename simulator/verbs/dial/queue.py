"""`<Dial><Queue>`: take the one out of a queue who has waited longest, and talk. Source: Twilio docs, TwiML Queue.

The queued caller's own side is enqueue.py; the two let each other know by signals. An empty queue is waited at for as
long as Dial's timeout; a queue that never was is an error.
"""

from collections.abc import Generator

from simulator.rooms.queues import Member, Queue
from simulator.twiml.attributes import METHOD, Finding, anything, attribute, read_attributes
from simulator.twiml.content import read_text
from simulator.twiml.parse import Element
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs import nested
from simulator.verbs.dial.options import DialOptions
from simulator.verbs.nested import Cut
from simulator.verbs.script import Flow, Incoming, Kinds, Leg, News, Script, Stop, Wait
from simulator.verbs.signals import CallerGone, CallerQueued, CallerReady, Released, Taken
from simulator.vocabulary import Bridged, Method, Parted, Pressed

LONGEST_NAME = 64


@frozen
class QueueNoun:
    """Which queue, and what the queued caller hears before the two are joined; the attributes of Twilio's page."""

    name: str
    line: int
    url: str = attribute("url", anything, default="", invalid=14211)
    method: Method = attribute("method", METHOD, default="POST", invalid=14210)
    reservation_sid: str = attribute("reservationSid", anything, default="", invalid=14215)
    post_work_activity_sid: str = attribute("postWorkActivitySid", anything, default="")


def read(element: Element, findings: list[Finding]) -> QueueNoun:
    """The noun; what is wrong with its name is only found out when it is dialled."""
    name = read_text(element, findings)
    return QueueNoun(name=name, line=element.line, **read_attributes(QueueNoun, element, findings))


def dequeue(noun: QueueNoun, options: DialOptions, leg: Leg) -> Script:
    """Take somebody, let them hear the document, talk; then the action with DialCallStatus, or the next verb."""
    if noun.reservation_sid or noun.post_work_activity_sid:
        return Stop("TaskRouter (reservationSid, postWorkActivitySid of <Queue>) is not simulated", noun.line)
    leg.connect()
    queue = _find(noun, leg)
    if queue is None:
        return options.then(_params("failed"))
    member = yield from _take(queue, options, leg)
    if member is None:
        return options.then(_params("no-answer"))
    try:
        is_there = yield from _announce(noun, member, leg)
    except GeneratorExit:
        leg.post(member.call, Released(was_joined=False))
        raise
    if not is_there:
        return options.then(_params("no-answer"))  # gone before the two were joined; the status is our guess (L)
    return (yield from _talk(member, options, leg))


def _find(noun: QueueNoun, leg: Leg) -> Queue | None:
    if not noun.name:
        leg.warn(14212, "<Queue> without a name", noun.line)
        return None
    if len(noun.name) > LONGEST_NAME:
        leg.warn(14213, f"{len(noun.name)} characters", noun.line)
        return None
    queue = leg.queues.find(noun.name)
    if queue is None:  # Twilio's page promises an error status to the action, without a code
        leg.remark(f"there is no queue {noun.name!r}: nobody has ever been in it", noun.line, "Enqueue first")
    return queue


def _take(queue: Queue, options: DialOptions, leg: Leg) -> Generator[Wait, Incoming, Member | None]:
    end = leg.now + options.timeout
    while (member := queue.take(leg.sid)) is None and leg.now < end - nested.A_MOMENT:
        queue.dialers.append(leg.sid)
        try:
            yield Wait(end - leg.now, (CallerQueued,))
        finally:
            queue.dialers.remove(leg.sid)
    return member


def _announce(noun: QueueNoun, member: Member, leg: Leg) -> Generator[Wait, Incoming, bool]:
    """Have the queued caller come; they may have a document to hear first. False: they are gone."""
    url = leg.resolve(noun.url) if noun.url else None
    if noun.url and url is None:
        leg.warn(14211, f"url={malformed(noun.url)}", noun.line)
    leg.post(member.call, Taken(leg.sid, url, noun.method))
    while True:
        event = yield Wait(None, (CallerReady, CallerGone))
        match event:
            case CallerReady(sid) if sid == member.call:
                return True
            case CallerGone(sid) if sid == member.call:
                return False


def _talk(member: Member, options: DialOptions, leg: Leg) -> Generator[Wait, Incoming, Flow]:
    leg.emit(Bridged(leg.sid, member.call))
    joined = leg.now
    try:
        yield from _until_parted(member, options, leg)
    except GeneratorExit:  # the dialler hung up or was redirected: the action hears of it, but cannot act
        _part(member, joined, leg)
        farewell = options.then(_params("completed", bridged=True))
        if farewell is not None:
            leg.farewell(farewell)
        raise
    _part(member, joined, leg)
    return options.then(_params("answered", bridged=True))


def _until_parted(member: Member, options: DialOptions, leg: Leg) -> Generator[Wait, Incoming, Cut]:
    kinds: Kinds = (CallerGone, Pressed) if options.hangup_on_star else (CallerGone,)

    def heeds(news: News) -> bool:
        return news in (CallerGone(member.call), Pressed("*"))

    cut = yield from nested.until(nested.silence(), leg, kinds, at=leg.now + options.time_limit, heeds=heeds)
    assert isinstance(cut, Cut)
    return cut


def _part(member: Member, joined: float, leg: Leg) -> None:
    leg.emit(Parted(leg.sid, member.call, round(leg.now - joined, 3)))
    leg.post(member.call, Released(was_joined=True))


def _params(status: str, *, bridged: bool = False) -> dict[str, str]:
    """No DialCallSid: no leg was created (Twilio docs: Dial, action); `answered` as for conferences (confidence M)."""
    return {"DialCallStatus": status, "DialBridged": "true" if bridged else "false"}
