"""Several callers, conferences and queues in any order (Hypothesis): nobody is forgotten, and nothing is left over."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.exchange.numbers import Policy
from simulator.vocabulary import (
    Answered,
    Ask,
    Bridged,
    Declined,
    Dequeued,
    Ended,
    HungUp,
    Joined,
    Left,
    Parted,
    Queued,
    Replied,
    Ring,
    Tell,
    Unreachable,
    Updated,
)
from tests.simulator.town import SITE, Town

DOCUMENTS = {
    "/guest": '<Dial hangupOnStar="true" timeLimit="300"><Conference startConferenceOnEnter="false" waitUrl="/wait">a'
    "</Conference></Dial><Say>out</Say>",
    "/host": '<Dial action="/menu"><Conference endConferenceOnExit="true" maxParticipants="4">a</Conference></Dial>',
    "/room": '<Dial hangupOnStar="true"><Conference waitUrl="/slow">b</Conference></Dial><Redirect>/queue</Redirect>',
    "/queue": '<Enqueue action="/menu" waitUrl="/wait" maxQueueSize="3">q</Enqueue>',
    "/hold": '<Enqueue waitUrl="/slow">q</Enqueue><Enqueue waitUrl="/press">q</Enqueue><Say>out</Say>',
    "/agent": '<Dial hangupOnStar="true" timeout="20"><Queue>q</Queue></Dial><Redirect>/room</Redirect>',
    "/teller": '<Dial timeLimit="90" action="/agent"><Queue url="/about">q</Queue></Dial>',
    "/ring": '<Dial hangupOnStar="true" action="/guest"><Number url="/about">+13125550111</Number></Dial>',
    "/menu": '<Gather numDigits="1" action="/queue"><Say>press a key</Say></Gather><Redirect>/guest</Redirect>',
    "/wait": "<Say>please wait</Say><Play>/tune.mp3</Play>",
    "/press": '<Gather numDigits="1" action="/leave" timeout="9"><Say>press a key</Say></Gather>',
    "/leave": "<Leave/>",
    "/about": "<Say>here comes somebody</Say>",
}
STARTS = [path for path in DOCUMENTS if path not in ("/wait", "/press", "/leave", "/about", "/menu")]


class Rooms(RuleBasedStateMachine):
    """What happens to up to six callers; `/slow` answers when a rule says so, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.slow: list[Ask] = []
        documents: dict[str, Any] = {**DOCUMENTS, "/slow": self.slow.append}
        self.town = Town(documents, policy=Policy(documents_without_progress=20))

    @property
    def live(self) -> list[str]:
        return [call.sid for call in self.town.exchange.calls]

    def one(self, number: int) -> str:
        return self.live[number % len(self.live)]

    @precondition(lambda self: len(self.live) < 6)
    @rule(path=st.sampled_from(STARTS))
    def somebody_calls(self, path: str) -> None:
        self.town.call(path)

    @precondition(lambda self: self.live)
    @rule(number=st.integers(0, 5), key=st.sampled_from("1*"))
    def somebody_presses(self, number: int, key: str) -> None:
        self.town.press(self.one(number), key)

    @precondition(lambda self: self.live)
    @rule(number=st.integers(0, 5), event=st.sampled_from([HungUp(), Answered(), Answered(), Declined("busy")]))
    def a_phone_is_used(self, number: int, event: HungUp | Answered | Declined) -> None:
        self.town.feed(self.one(number), event)

    @precondition(lambda self: self.live)
    @rule(number=st.integers(0, 5), path=st.sampled_from(STARTS))
    def the_owner_redirects(self, number: int, path: str) -> None:
        self.town.feed(self.one(number), Updated(url=SITE + path))

    @precondition(lambda self: self.live)
    @rule(number=st.integers(0, 5))
    def the_owner_ends(self, number: int) -> None:
        self.town.feed(self.one(number), Updated(status="completed"))

    @rule(seconds=st.sampled_from([0.5, 2, 5, 20, 100, 400]))
    def time_passes(self, seconds: float) -> None:
        self.town.wait(seconds)

    @precondition(lambda self: self.slow)
    @rule(is_lost=st.booleans())
    def the_slow_one_answers(self, is_lost: bool) -> None:
        ask = self.slow.pop(0)
        body = b"<Response><Pause length='3'/></Response>"
        answer = Replied(ask.request, 200, "text/xml", body, ask.url)
        self.town.feed(ask.sid, Unreachable(ask.request, 11205, "lost") if is_lost else answer)

    @invariant()
    def everybody_in_a_room_is_on_the_phone_and_in_one_room_only(self) -> None:
        exchange = self.town.exchange
        inside = [each.call for conference in exchange.conferences.going_on for each in conference.participants]
        inside += [member.call for queue in exchange.queues.all for member in queue.members]
        inside += [dialer for queue in exchange.queues.all for dialer in queue.dialers]
        inside += [sid for pair in self._pairs() for sid in pair]

        assert len(inside) == len(set(inside))
        assert set(inside) <= set(self.live)

    @invariant()
    def nobody_waits_for_somebody_who_waits_too(self) -> None:
        for queue in self.town.exchange.queues.all:
            assert not (queue.members and queue.dialers)

    @invariant()
    def a_conference_has_started_when_two_are_in_it_and_one_may_start_it(self) -> None:
        for conference in self.town.exchange.conferences.going_on:
            people = conference.participants
            assert people
            if len(people) >= 2 and any(each.starts for each in people):
                assert conference.is_started

    @invariant()
    def nothing_hangs(self) -> None:
        """A call waits for the application, for a time, for its person, or for a leg that does so for it."""
        calls = self.town.exchange.calls
        fetched = {ask.params.get("DequeingCallSid") for ask in self.town.asked("/about") if ask.sid in self.live}
        served = fetched | {call.parent for call in calls}
        for call in calls:
            is_waiting = call.awaits_application or call.deadline is not None or call.awaits_caller
            assert is_waiting or call.parent is not None or call.sid in served

    @invariant()
    def nothing_is_said_of_a_call_that_is_over(self) -> None:
        over: set[str] = set()
        for effect in self.town.effects:
            assert effect.sid not in over or isinstance(effect, Tell)
            if isinstance(effect, Ended):
                over.add(effect.sid)

    def teardown(self) -> None:
        for _ in range(20):
            self.town.hang_up(*self.live)
        town = self.town

        assert town.leftovers == []
        assert self._pairs() == []
        assert self._count(Joined) == self._count(Left)
        assert self._count(Queued) == self._count(Dequeued)
        assert len(town.of(Ended)) == len({effect.sid for effect in town.effects})
        assert all(town.end_of(ring.sid) is not None for ring in town.of(Ring))

    def _count(self, kind: type[Joined | Left | Queued | Dequeued]) -> Counter[str]:
        return Counter(effect.sid for effect in self.town.of(kind))

    def _pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for effect in self.town.effects:
            if isinstance(effect, Bridged):
                pairs.append((effect.sid, effect.other))
            elif isinstance(effect, Parted):
                pairs.remove((effect.sid, effect.other))
        return pairs


Rooms.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_rooms = Rooms.TestCase
