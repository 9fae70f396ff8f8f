"""No call outlasts the longest one, whatever it is waiting for."""

import pytest

from simulator.exchange.numbers import Policy
from simulator.verbs.script import Goto, Outgoing
from simulator.vocabulary import Answered, Ask, Ended, Parted, Ring, Tell
from tests.simulator.feeding import call
from tests.simulator.town import SITE, Documents, Town

HOURS = 4 * 3600.0


def no_answer_yet(_: Ask) -> None:
    """The application is still thinking."""


ANSWERED = "<Say>hello</Say>"
WAITS: dict[str, Documents] = {
    "nobody answers": {"/voice": '<Dial timeout="20" action="/voice"><Number>+13125550111</Number></Dial>'},
    "a conference of one": {"/voice": f"{ANSWERED}<Dial><Conference>standup</Conference></Dial>"},
    "a conference's wait document": {
        "/voice": f'{ANSWERED}<Dial><Conference waitUrl="/wait">standup</Conference></Dial>',
        "/wait": '<Pause length="60"/>',
    },
    "a queue": {"/voice": f"{ANSWERED}<Enqueue>support</Enqueue>"},
    "a queue's wait document": {
        "/voice": f'{ANSWERED}<Enqueue waitUrl="/wait">support</Enqueue>',
        "/wait": '<Pause length="60"/>',
    },
    "a wait document that does not come": {
        "/voice": f'{ANSWERED}<Enqueue waitUrl="/wait">support</Enqueue>',
        "/wait": no_answer_yet,
    },
    "a document that does not come": {"/voice": f"{ANSWERED}<Redirect>/next</Redirect>", "/next": no_answer_yet},
    "input asked for again and again": {"/voice": f"{ANSWERED}<Gather/><Redirect>/voice</Redirect>"},
    "somebody who talks and talks": {"/voice": f'{ANSWERED}<Record timeout="0" maxLength="14400" action="/voice"/>'},
    "an echo": {"/voice": f"{ANSWERED}<Echo/>"},
    "a stream that does not open": {"/voice": f'{ANSWERED}<Connect><Stream url="wss://app.example/s"/></Connect>'},
}


@pytest.mark.parametrize("documents", WAITS.values(), ids=WAITS)
def test_every_wait_ends_with_the_longest_call(documents: Documents) -> None:
    town = Town(documents)
    town.call("/voice")
    town.wait(HOURS)

    ends = [ended for ended in town.of(Ended) if ended.ending == "time-limit"]
    assert [(ended.status, ended.seconds) for ended in ends] == [("completed", HOURS)]
    assert town.leftovers == []


def test_two_who_talk_are_parted_and_the_action_is_told() -> None:
    town = Town({"/voice": '<Dial action="/d" timeLimit="14400">+13125550111</Dial>'})
    sid = town.call("/voice")
    town.wait(10)
    town.feed(town.of(Ring)[0].sid, Answered())
    town.wait(HOURS)

    end = town.end_of(sid)
    assert end is not None
    assert (end.ending, end.seconds) == ("time-limit", HOURS)
    assert [parted.seconds for parted in town.of(Parted)] == [HOURS - 10]
    assert [tell.params["DialCallStatus"] for tell in town.of(Tell)] == ["completed"]
    assert town.leftovers == []


def test_a_call_that_the_exchange_rings_ends_too() -> None:
    town = Town({"/voice": "<Dial><Conference>standup</Conference></Dial>"})
    sid = town.ring(Outgoing("+13125550111", "+12075550100", 60, Goto(f"{SITE}/voice")))
    town.wait(HOURS)

    end = town.end_of(sid)
    assert end is not None
    assert end.ending == "time-limit"


def test_a_call_that_is_never_answered_counts_from_its_beginning() -> None:
    town = Town({"/voice": '<Dial answerOnBridge="true" timeout="20" action="/voice">+13125550111</Dial>'})
    sid = town.call("/voice")
    town.wait(HOURS)

    end = town.end_of(sid)
    assert end is not None
    assert (end.status, end.ending, end.seconds) == ("failed", "time-limit", 0)


def test_every_call_has_its_own_limit() -> None:
    town = Town(
        {"/voice": f"{ANSWERED}<Echo/>", "/late": '<Pause length="60"/><Echo/>'}, policy=Policy(longest_call=300)
    )
    late = town.call("/late")
    town.wait(10)
    soon = town.call("/voice")
    town.wait(1000)

    assert [(ended.sid, ended.ending) for ended in town.of(Ended)] == [(soon, "time-limit"), (late, "time-limit")]


def test_a_sound_that_does_not_come_ends_too() -> None:
    fed = call("<Say>hello</Say><Play>/a.mp3</Play>")
    fed.wait(HOURS)

    assert fed.ended.ending == "time-limit"
