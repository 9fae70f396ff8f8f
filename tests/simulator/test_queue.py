"""`<Enqueue>`, `<Leave>` and `<Dial><Queue>`, by several callers. Sources: Twilio docs, TwiML Enqueue and Queue."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from simulator.exchange.numbers import Policy
from simulator.verbs.script import Goto, Outgoing
from simulator.vocabulary import (
    Ask,
    Bridged,
    Connected,
    Dequeued,
    Ended,
    Heard,
    Parted,
    Queued,
    Unreachable,
    Updated,
    Warned,
)
from tests.simulator.town import SITE, Reply, Town

AFTER = "<Say>after</Say>"
ENQUEUE = '<Enqueue action="/e" waitUrl="/wait">support</Enqueue>'
MUSIC = "<Enqueue>support</Enqueue>"
AGENT = '<Dial action="/d"><Queue>support</Queue></Dial>'
WAIT = "<Say>one two three four</Say>"


def queue_town(**documents: str | Callable[[Ask], Reply]) -> Town:
    """Callers at /voice, an agent at /agent, the actions /e and /d say so."""
    paths = {f"/{name}": document for name, document in documents.items()}
    usual = {"/voice": ENQUEUE, "/agent": AGENT, "/wait": WAIT, "/e": AFTER, "/d": AFTER}
    return Town({**usual, **paths})


def results(town: Town) -> list[str]:
    """QueueResult of every request to the action, also when nothing it answers can run."""
    asked = [ask.params["QueueResult"] for ask in town.asked("/e")]
    return asked + [tell.params["QueueResult"] for tell in town.told("/e")]


# ---------------------------------------------------------------- waiting


def test_T68_leave_in_the_wait_document_goes_to_the_action() -> None:
    town = queue_town(wait="<Say>we are closed</Say><Leave/><Say>never</Say>")

    sid = town.call("/voice")
    town.wait(10)

    (asked,) = town.asked("/e")
    assert asked.params["QueueResult"] == "leave"
    assert asked.params["QueueTime"] == "1"
    assert asked.params["QueueSid"] == town.of(Queued)[0].queue
    assert town.heard(sid) == ["we are closed", "after"]
    assert town.leftovers == []


def test_without_action_leave_goes_on_with_the_verb_after_enqueue() -> None:
    town = queue_town(voice='<Enqueue waitUrl="/wait">support</Enqueue>' + AFTER, wait="<Leave/>")

    sid = town.call("/voice")
    town.wait(1)

    assert town.heard(sid) == ["after"]


def test_T69_the_wait_document_is_asked_for_again_with_new_times_and_positions() -> None:
    town = queue_town(wait="<Pause length='10'/>")
    first = town.call("/voice")
    town.wait(4)
    second = town.call("/voice")
    town.wait(10)
    town.hang_up(first)
    town.wait(10)

    seen = [
        [
            ask.params[name]
            for name in ("QueuePosition", "QueueTime", "AvgQueueTime", "CurrentQueueSize", "MaxQueueSize")
        ]
        for ask in town.asked("/wait")
        if ask.sid == second
    ]
    assert seen == [
        ["2", "0", "2", "2", "1000"],
        ["2", "10", "12", "2", "1000"],
        ["1", "20", "20", "1", "1000"],
    ]
    assert town.asked("/wait")[0].params["QueueSid"] == town.of(Queued)[0].queue


def test_default_music_is_neither_fetched_nor_ended() -> None:
    town = queue_town(voice=MUSIC)

    sid = town.call("/voice")
    town.wait(1000)

    assert [(queued.hears, queued.position) for queued in town.of(Queued)] == [("music", 1)]
    assert len(town.asks) == 1
    assert town.end_of(sid) is None


def test_an_empty_wait_url_is_silence() -> None:
    town = queue_town(voice='<Enqueue waitUrl="">support</Enqueue>')

    town.call("/voice")

    assert [queued.hears for queued in town.of(Queued)] == ["silence"]


def test_enqueue_answers_the_call() -> None:
    town = queue_town(voice=MUSIC)

    sid = town.call("/voice")

    assert [connected.sid for connected in town.of(Connected)] == [sid]


def test_the_first_wait_document_is_asked_for_while_the_call_still_rings() -> None:
    town = queue_town(wait="<Pause length='10'/>")

    sid = town.call("/voice")
    town.wait(15)

    assert [ask.params["CallStatus"] for ask in town.asked("/wait")] == ["ringing", "in-progress"]
    assert [connected.sid for connected in town.of(Connected)] == [sid]


def test_a_call_that_was_answered_before_is_in_progress_in_the_queue() -> None:
    town = queue_town(voice="<Say>hello</Say>" + ENQUEUE)

    town.call("/voice")
    town.wait(1)

    assert town.asked("/wait")[0].params["CallStatus"] == "in-progress"


def test_hanging_up_before_the_first_wait_document_has_come_is_no_answer() -> None:
    town = queue_town(wait=lambda _: None)

    sid = town.call("/voice")
    town.hang_up(sid)

    ended = town.end_of(sid)
    assert ended is not None
    assert (ended.status, results(town)) == ("no-answer", ["hangup"])


def test_a_caller_is_taken_out_before_the_first_wait_document_has_come() -> None:
    town = queue_town(wait=lambda _: None)
    caller = town.call("/voice")

    town.call("/agent")

    assert caller in [connected.sid for connected in town.of(Connected)]
    assert town.of(Bridged)


def test_gather_in_the_wait_document_can_lead_out_of_the_queue() -> None:
    town = queue_town(
        wait='<Gather numDigits="1" action="/hold/key"><Say>press one for a call back</Say></Gather>',
    )
    town.documents["/hold/key"] = "<Leave/>"
    sid = town.call("/voice")
    town.wait(1)

    town.press(sid, "1")

    (key,) = town.asked("/hold/key")
    assert (key.params["Digits"], key.params["QueuePosition"]) == ("1", "1")
    assert results(town) == ["leave"]


def test_gather_without_action_asks_for_the_wait_document_itself() -> None:
    town = queue_town(wait='<Gather numDigits="1"/>')
    sid = town.call("/voice")

    town.press(sid, "7")

    assert town.asked("/wait")[1].params["Digits"] == "7"


def test_a_redirected_wait_document_returns_to_the_wait_url() -> None:
    town = queue_town(wait="<Redirect>/other</Redirect>", other="<Pause/>")

    town.call("/voice")
    town.wait(1)

    assert [urlsplit(ask.url).path for ask in town.asks] == ["/voice", "/wait", "/other", "/wait", "/other"]


def test_hangup_in_the_wait_document_ends_the_call() -> None:
    town = queue_town(wait="<Hangup/>")

    sid = town.call("/voice")

    ended = town.end_of(sid)
    assert ended is not None
    assert (ended.status, ended.ending) == ("completed", "completed")
    assert results(town) == ["hangup"]
    assert town.leftovers == []


def test_hanging_up_in_the_queue() -> None:
    town = queue_town()
    sid = town.call("/voice")
    town.wait(7)

    town.hang_up(sid)

    (tell,) = town.told("/e")
    assert (tell.params["QueueResult"], tell.params["QueueTime"]) == ("hangup", "7")
    assert tell.params["CallStatus"] == "completed"
    assert town.of(Heard, sid)[-1].is_cut
    assert town.leftovers == []


def test_dequeueing_over_the_api() -> None:
    """The REST hook: members are listed by the exchange, and updated like any call."""
    town = queue_town(new=AFTER)
    sid = town.call("/voice")
    town.wait(7)
    (queue,) = town.exchange.queues.all
    assert [(member.call, queue.position(member)) for member in queue.members] == [(sid, 1)]

    town.feed(queue.members[0].call, Updated(url=SITE + "/new"))
    town.wait(2)

    (tell,) = town.told("/e")
    assert (tell.params["QueueResult"], tell.params["CallStatus"]) == ("redirected", "in-progress")
    assert town.heard(sid)[-1] == "after"
    assert town.leftovers == []


@pytest.mark.parametrize("verb", ["<Dial>+13125550111</Dial>", "<Record/>", "<Enqueue>x</Enqueue>", "<Shout/>"])
def test_other_verbs_in_the_wait_document_are_an_error(verb: str) -> None:
    town = queue_town(wait=verb)

    town.call("/voice")

    assert 12200 in town.codes
    assert results(town) == ["error"]


def test_a_wait_document_that_cannot_be_had_is_an_error_of_the_queue_not_of_the_call() -> None:
    town = queue_town()
    town.documents["/wait"] = lambda ask: Unreachable(ask.request, 11205, "closed")

    sid = town.call("/voice")
    town.wait(2)

    assert [(warned.code, warned.url) for warned in town.of(Warned)] == [(11205, SITE + "/wait")]
    assert results(town) == ["error"]
    assert town.heard(sid) == ["after"]


@pytest.mark.parametrize("empty", ["", "<!-- nothing -->", "<Say/>"])
def test_an_empty_wait_document_is_silence_until_something_happens(empty: str) -> None:
    town = queue_town(wait=empty)
    town.call("/voice")
    town.wait(3600)
    assert len(town.asked("/wait")) == 1
    town.call("/agent")

    assert len(town.of(Bridged)) == 1


def test_a_wait_document_that_becomes_empty_is_silence_from_then_on() -> None:
    town = queue_town(wait="<Say>one moment</Say><Redirect>/rest</Redirect>", rest="")
    sid = town.call("/voice")
    town.wait(3600)

    assert (town.heard(sid), len(town.asked("/rest"))) == (["one moment"], 1)


def test_a_wait_document_without_time_is_ended_as_a_loop_of_the_queue() -> None:
    town = Town({"/voice": ENQUEUE, "/wait": "<Redirect/>"}, policy=Policy(documents_without_progress=5))

    town.call("/voice")

    assert [ended.ending for ended in town.of(Ended)] == ["loop"]
    assert len(town.asked("/wait")) == 5
    assert town.leftovers == []


@pytest.mark.parametrize(
    ("enqueue", "code"),
    [
        ('<Enqueue action="/e"/>', 14204),
        (f'<Enqueue action="/e">{"x" * 65}</Enqueue>', 14205),
        ('<Enqueue action="/e" waitUrl="http://">support</Enqueue>', 14202),
    ],
)
def test_a_bad_enqueue_puts_nobody_into_a_queue(enqueue: str, code: int) -> None:
    town = queue_town(voice=enqueue)

    town.call("/voice")

    (asked,) = town.asked("/e")
    assert (asked.params["QueueResult"], "QueueSid" in asked.params) == ("error", False)
    assert town.codes == [code]
    assert town.of(Queued) == []


@pytest.mark.parametrize(
    ("attribute", "code"),
    [('method="PUT"', 14201), ('waitUrlMethod="PUT"', 14206), ('maxQueueSize="0"', 12200), ('size="1"', 12200)],
)
def test_bad_attributes_of_enqueue(attribute: str, code: int) -> None:
    town = queue_town(voice=f"<Enqueue {attribute}>support</Enqueue>")

    town.call("/voice")

    assert town.codes == [code]
    assert len(town.of(Queued)) == 1


def test_a_full_queue_takes_nobody_more() -> None:
    town = queue_town(voice='<Enqueue action="/e" maxQueueSize="1" waitUrl="/wait">support</Enqueue>')
    town.call("/voice")

    town.call("/voice")

    (asked,) = town.asked("/e")
    assert (asked.params["QueueResult"], "QueueTime" in asked.params) == ("queue-full", False)
    assert town.codes == [14207]
    assert town.asked("/wait")[0].params["MaxQueueSize"] == "1"


def test_the_size_of_a_queue_can_be_set_over_the_api() -> None:
    town = queue_town()
    town.exchange.queues.open("support", max_size=1)

    town.call("/voice")
    town.call("/voice")

    assert results(town) == ["queue-full"]


@pytest.mark.parametrize(
    "document",
    [
        '<Enqueue workflowSid="WW00000000000000000000000000000000"/>',
        '<Enqueue workflowSid="WW0"><Task>{"a": 1}</Task></Enqueue>',
        '<Dial><Queue reservationSid="WR0">support</Queue></Dial>',
        '<Dial><Queue postWorkActivitySid="WA0">support</Queue></Dial>',
    ],
)
def test_task_router_is_refused_by_name(document: str) -> None:
    town = queue_town(voice=document)

    town.call("/voice")

    (warned,) = town.of(Warned)
    assert "TaskRouter" in warned.message
    assert [ended.ending for ended in town.of(Ended)] == ["not-simulated"]


def test_leave_outside_a_queue_does_nothing() -> None:
    town = queue_town(voice="<Leave/>" + AFTER)

    sid = town.call("/voice")
    town.wait(1)

    assert town.heard(sid) == ["after"]
    assert [warned.level for warned in town.of(Warned)] == ["policy"]


# ---------------------------------------------------------------- being taken out


def test_an_agent_takes_the_one_who_has_waited_longest() -> None:
    town = queue_town()
    first, second = town.call("/voice"), town.call("/voice")
    town.wait(30)

    agent = town.call("/agent")

    assert [(bridged.sid, bridged.other) for bridged in town.of(Bridged)] == [(agent, first)]
    assert [(out.sid, out.seconds, out.by) for out in town.of(Dequeued)] == [(first, 30, agent)]
    assert town.of(Heard, first)[-1].is_cut
    (queue,) = town.exchange.queues.all
    assert [member.call for member in queue.members] == [second]


def test_the_queued_callers_action_is_asked_when_the_talk_is_over() -> None:
    town = queue_town()
    caller = town.call("/voice")
    town.wait(30)
    agent = town.call("/agent")
    town.wait(60)
    assert results(town) == []

    town.hang_up(agent)
    town.wait(2)

    (asked,) = town.asked("/e")
    assert (asked.params["QueueResult"], asked.params["QueueTime"]) == ("bridged", "30")
    assert town.heard(caller)[-1] == "after"
    assert [parted.seconds for parted in town.of(Parted)] == [60]
    assert [tell.params["DialCallStatus"] for tell in town.told("/d")] == ["completed"]
    assert town.leftovers == []


def test_the_agent_goes_on_when_the_queued_caller_hangs_up() -> None:
    town = queue_town()
    caller, agent = town.call("/voice"), town.call("/agent")
    town.wait(5)

    town.hang_up(caller)
    town.wait(2)

    (asked,) = town.asked("/d")
    assert (asked.params["DialCallStatus"], asked.params["DialBridged"]) == ("answered", "true")
    assert "DialCallSid" not in asked.params
    assert results(town) == ["bridged"]
    assert town.heard(agent) == ["after"]
    assert town.leftovers == []


def test_the_agent_can_take_one_after_the_other_with_star() -> None:
    loop = '<Dial hangupOnStar="true"><Queue>support</Queue></Dial>'
    town = queue_town(agent=loop * 3)
    callers = [town.call("/voice") for _ in range(3)]
    agent = town.call("/agent")

    town.press(agent, "1**")

    assert [bridged.other for bridged in town.of(Bridged)] == callers
    assert results(town) == ["bridged", "bridged"]


def test_time_limit_ends_the_talk_with_a_queued_caller() -> None:
    town = queue_town(agent='<Dial timeLimit="60"><Queue>support</Queue></Dial>' + AFTER)
    town.call("/voice")
    agent = town.call("/agent")

    town.wait(62)

    assert [parted.seconds for parted in town.of(Parted)] == [60]
    assert town.heard(agent) == ["after"]


def test_a_document_is_run_for_the_queued_caller_before_the_two_are_joined() -> None:
    agent_document = '<Dial><Queue url="about/to" method="GET">support</Queue></Dial>'
    town = queue_town(agent=agent_document)
    town.documents["/about/to"] = "<Redirect>more</Redirect>"
    town.documents["/about/more"] = "<Say>here comes an agent</Say>"
    caller = town.call("/voice")
    town.wait(12)

    agent = town.call("/agent")

    ask, more = town.asked("/about/to")[0], town.asked("/about/more")[0]
    assert (ask.sid, ask.method) == (caller, "GET")
    assert ask.params["CallSid"] == caller
    for each in (ask, more):
        assert each.params["DequeingCallSid"] == agent
        assert each.params["QueueTime"] == "12"
        assert each.params["QueueSid"] == town.of(Queued)[0].queue
    assert town.of(Bridged) == []
    town.wait(3)
    assert town.heard(caller)[-1] == "here comes an agent"
    assert len(town.of(Bridged)) == 1


def test_the_agent_gives_up_while_the_caller_hears_the_document() -> None:
    town = queue_town(agent='<Dial><Queue url="/about">support</Queue></Dial>', about=WAIT)
    caller, agent = town.call("/voice"), town.call("/agent")
    town.wait(1)

    town.hang_up(agent)
    town.wait(2)

    assert town.of(Bridged) == []
    assert results(town) == ["bridging-in-process"]
    assert town.heard(caller)[-1] == "after"


def test_the_caller_hangs_up_while_hearing_the_document() -> None:
    town = queue_town(agent='<Dial action="/d"><Queue url="/about">support</Queue></Dial>', about=WAIT)
    caller = town.call("/voice")
    town.call("/agent")
    town.wait(1)

    town.hang_up(caller)

    assert results(town) == ["hangup"]
    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["no-answer"]


@pytest.mark.parametrize("about", ["<Gather/>", "<Hangup/>", "<Dial>1</Dial>"])
def test_other_verbs_in_the_document_before_joining_are_an_error(about: str) -> None:
    town = queue_town(agent='<Dial action="/d"><Queue url="/about">support</Queue></Dial>', about=about)
    town.call("/voice")

    town.call("/agent")

    assert 14211 in town.codes
    assert results(town) == ["error"]
    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["no-answer"]


def test_a_bridged_caller_who_is_redirected_leaves_the_agent() -> None:
    town = queue_town(new=AFTER)
    caller = town.call("/voice")
    town.call("/agent")

    town.feed(caller, Updated(url=SITE + "/new"))

    assert results(town) == ["redirected-from-bridged"]
    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["answered"]


def test_an_agent_waits_at_an_empty_queue_for_the_next_caller() -> None:
    town = queue_town()
    town.hang_up(town.call("/voice"))
    agent = town.call("/agent")
    town.wait(29)

    caller = town.call("/voice")

    assert [(bridged.sid, bridged.other) for bridged in town.of(Bridged)] == [(agent, caller)]


def test_an_agent_gives_up_an_empty_queue_after_the_timeout_of_dial() -> None:
    town = queue_town(agent='<Dial timeout="20" action="/d"><Queue>support</Queue></Dial>')
    town.hang_up(town.call("/voice"))
    town.call("/agent")

    town.wait(19.9)
    assert town.asked("/d") == []
    town.wait(0.1)

    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["no-answer"]
    assert town.leftovers != [], "the agent's call is still on"


def test_of_two_agents_who_wait_the_first_gets_the_next_caller_and_the_second_the_one_after() -> None:
    town = queue_town()
    town.hang_up(town.call("/voice"))
    agents = [town.call("/agent"), town.call("/agent")]
    town.wait(10)

    callers = [town.call("/voice"), town.call("/voice")]

    assert [(bridged.sid, bridged.other) for bridged in town.of(Bridged)] == list(zip(agents, callers, strict=True))


def test_an_agent_who_hung_up_at_an_empty_queue_gets_nobody() -> None:
    town = queue_town()
    town.hang_up(town.call("/voice"))
    town.hang_up(town.call("/agent"))

    caller = town.call("/voice")

    assert town.of(Bridged) == []
    town.hang_up(caller)
    assert town.leftovers == []


@pytest.mark.parametrize(("noun", "codes"), [("nobody", [0]), ("", [14212]), ("x" * 65, [14213])])
def test_a_queue_that_never_was_is_an_error(noun: str, codes: list[int]) -> None:
    town = queue_town(agent=f'<Dial action="/d"><Queue>{noun}</Queue></Dial>')

    town.call("/agent")

    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["failed"]
    assert town.codes == codes


def test_an_agent_called_over_the_api_can_take_somebody() -> None:
    town = queue_town()
    caller = town.call("/voice")

    agent = town.ring(Outgoing("+13125550111", "+12075550000", 60, Goto(SITE + "/agent")))

    assert [(bridged.sid, bridged.other) for bridged in town.of(Bridged)] == [(agent, caller)]


def test_a_wait_document_that_comes_after_the_caller_was_taken_is_not_run() -> None:
    town = queue_town()
    thinking: list[Ask] = []
    town.documents["/wait"] = thinking.append
    caller, _ = town.call("/voice"), town.call("/agent")

    (ask,) = thinking
    town.feed(caller, Unreachable(ask.request, 11205, "late"))

    assert len(town.of(Bridged)) == 1
    assert town.codes == []


@pytest.mark.parametrize(("attribute", "code"), [('method="PUT"', 14210), ('url="http://"', 14211), ('x="1"', 12200)])
def test_bad_attributes_of_a_dialled_queue(attribute: str, code: int) -> None:
    town = queue_town(agent=f"<Dial><Queue {attribute}>support</Queue></Dial>")
    town.call("/voice")

    town.call("/agent")

    assert town.codes == [code]
    assert len(town.of(Bridged)) == 1
