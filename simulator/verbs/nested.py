"""Running somebody else's document inside a verb: while a leg waits in a queue or conference, or before it is joined.

A nested document is asked for, run verb by verb and asked for again like any other, but the verb it runs in goes on
living: news for that verb cuts it off at once, wherever it is. Source: Twilio docs, waitUrl of Enqueue and Conference.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.verbs.script import (
    TIMED_OUT,
    Document,
    Fail,
    Goto,
    HangUp,
    Incoming,
    Kinds,
    Leg,
    News,
    Step,
    Stop,
    TimedOut,
    Wait,
)
from simulator.vocabulary import Fetched, Replied, Unreachable

T = TypeVar("T")
A_MOMENT = 1e-6
"""Two waits that end within this many seconds end together; adding and taking away floats loses less."""
_SOUNDS = frozenset(("audio", "text/plain"))


@frozen
class Left:
    """`<Leave>` was reached."""


LEFT = Left()
Finish = HangUp | Fail | Stop | Left | None
"""How nested documents end by themselves; None: they have run out of verbs."""


@frozen
class Page:
    """Documents to run: where the first one is, what goes with every request for one, and which verbs they may use."""

    first: Goto
    allowed: frozenset[str]
    wrong_verb: int
    """Twilio's code for a verb that is not allowed."""
    params: Callable[[], Mapping[str, str]] = dict
    is_music: bool = False
    """What a room plays to those who wait: asked for again, from the first URL, whenever it has run out of verbs.

    One without any verb is silence until something happens, and so is one at a host that is not contacted.
    """


@frozen
class Over(Generic[T]):
    """What ran inside has ended by itself."""

    result: T


@frozen
class Cut:
    """What ran inside was cut off by this news, or by the time being up."""

    by: News | TimedOut


def heed_all(news: News) -> bool:
    """Every piece of news counts."""
    del news
    return True


def run(page: Page, leg: Leg) -> Generator[Wait, Incoming, Finish]:
    """Run the documents of a page one after the other; a failure is returned, not yet warned of."""
    outer = leg.url
    goto, since, count = page.first, leg.now, 0
    try:
        while True:
            since, count = (since, count + 1) if leg.now <= since else (leg.now, 1)
            if count > leg.most_documents:
                reason = f"{count} documents in a row without time passing: the wait document loops"
                return Stop(reason, page.first.line or 0, "loop")
            document = yield from _fetch(goto, page, leg)
            flow = document if isinstance(document, Fail) else (yield from _play(document, page, leg))
            if isinstance(flow, Goto):
                goto = flow
            elif flow is None and page.is_music:
                goto = page.first
            else:
                return flow
    finally:
        leg.turn_to(outer)


def until(
    inside: Generator[Wait, Incoming, T],
    leg: Leg,
    news: Kinds,
    *,
    at: float | None = None,
    heeds: Callable[[News], bool] = heed_all,
) -> Generator[Wait, Incoming, Over[T] | Cut]:
    """Let something run until it ends, until news of these kinds that `heeds` wants to hear, or until a time."""
    incoming: Incoming | None = None
    try:
        while True:
            try:
                wait = next(inside) if incoming is None else inside.send(incoming)
            except StopIteration as stop:
                return Over(stop.value)
            answer = yield from _wait(wait, leg, news, at, heeds)
            if isinstance(answer, Cut):
                return answer
            incoming = answer
    finally:
        inside.close()


def silence() -> Generator[Wait, Incoming, Finish]:
    """Nothing at all, for ever."""
    yield Wait(None, for_caller=True)
    return None


def _wait(
    wait: Wait, leg: Leg, news: Kinds, at: float | None, heeds: Callable[[News], bool]
) -> Generator[Wait, Incoming, Incoming | Cut]:
    """One wait of what runs inside, with the ears open for more than it listens for."""
    own_end = None if wait.seconds is None else leg.now + wait.seconds
    end = min((time for time in (own_end, at) if time is not None), default=None)
    while True:
        incoming = yield replace(wait, seconds=None if end is None else end - leg.now, kinds=wait.kinds + news)
        if isinstance(incoming, TimedOut):
            is_up = at is not None and leg.now >= at - A_MOMENT
            return Cut(TIMED_OUT) if is_up else TIMED_OUT
        if isinstance(incoming, news) and heeds(incoming):
            return Cut(incoming)
        if isinstance(incoming, wait.kinds):
            return incoming


def _fetch(goto: Goto, page: Page, leg: Leg) -> Generator[Wait, Incoming, Document | Fail]:
    request = leg.ask(replace(goto, params={**page.params(), **goto.params}), is_optional=page.is_music)
    while True:
        answer = yield Wait(None, (Replied, Unreachable, Fetched))
        if isinstance(answer, Replied | Unreachable | Fetched) and answer.request == request:
            break
    leg.connect()  # a queue asks for its wait document while the call still rings
    if isinstance(answer, Fetched):
        return Document(())
    document = leg.read(answer)
    if isinstance(document, Fail):
        return replace(document, url=goto.url)
    assert isinstance(answer, Replied)
    leg.turn_to(answer.url)
    for finding in document.findings:
        leg.warn(finding.code, finding.detail, finding.line)
    return document


def _play(document: Document, page: Page, leg: Leg) -> Generator[Wait, Incoming, Finish | Goto]:
    if page.is_music and not document.steps:
        return (yield from silence())
    for step in document.steps:
        flow = yield from _do(step, page, leg)
        if flow is not None:
            return flow
    return None


def _do(step: Step, page: Page, leg: Leg) -> Generator[Wait, Incoming, Finish | Goto]:
    is_sound = step.name in _SOUNDS
    if not is_sound and step.name not in page.allowed:
        fault = Fail(page.wrong_verb, f"<{step.name}> in this document", step.line, leg.url)
        if not leg.is_lenient:
            return fault
        leg.warn(fault.code, fault.detail, fault.line)
        return None
    if step.name == "Leave":
        return LEFT
    started = step.run(leg)
    flow = (yield from started) if isinstance(started, Generator) else started
    match flow:
        case None | Stop():
            return flow
        case HangUp():
            return None if is_sound else flow
        case Fail():
            return replace(flow, url=flow.url or leg.url)
        case Goto():
            url = leg.resolve(flow.url or "")
            return Fail(11100, malformed(flow.url or ""), flow.line, leg.url) if url is None else replace(flow, url=url)
        case _:
            raise AssertionError(f"<{step.name}> may not lead to {flow}")
