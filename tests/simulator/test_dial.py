"""`<Dial>` with Number, Client and Sip, by feeding events. Sources: Twilio docs, TwiML Dial; statements T62 to T67."""

import pytest

from simulator.vocabulary import (
    Answered,
    Ask,
    Bridged,
    Connected,
    Declined,
    Dialling,
    Ended,
    HungUp,
    Parted,
    Pressed,
    Refusal,
    Ring,
    Warned,
)
from tests.simulator.feeding import CALLER, FedCall, call

AGENT = "+13125550111"
AFTER = "<Say>after</Say>"
JOEY = "sip:joey@example.com"


def dialled(document: str) -> tuple[FedCall, str]:
    """A call that is ringing somebody, and the sid of that leg."""
    fed = call(document)
    return fed, fed.rung[-1]


def test_the_number_rings_on_a_leg_of_its_own() -> None:
    fed, child = dialled(f"<Dial>{AGENT}</Dial>")

    (ring,) = fed.of(Ring)
    assert (ring.caller, ring.called, ring.parent) == (CALLER, AGENT, fed.sid)
    assert child != fed.sid
    assert [connected.sid for connected in fed.of(Connected)] == [fed.sid]


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("(312) 555-0111", AGENT),
        ("1-312-555-0111", AGENT),
        ("<Number>312.555.0111</Number>", AGENT),
        ("<Client>joey</Client>", "client:joey"),
        ("<Client><Identity>joey</Identity></Client>", "client:joey"),
        ("<Sip>sip:joey@example.com</Sip>", "sip:joey@example.com"),
    ],
)
def test_parties_as_they_are_written(written: str, called: str) -> None:
    fed, _ = dialled(f"<Dial>{written}</Dial>")

    assert [ring.called for ring in fed.of(Ring)] == [called]
    assert fed.codes == []


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("busy", "busy"), ("declined", "busy"), ("no-answer", "no-answer"), ("failed", "failed")],
)
def test_T62_the_action_hears_why_nobody_answered(outcome: Refusal, status: str) -> None:
    fed, child = dialled(f'<Dial action="/d">{AGENT}</Dial>{AFTER}')

    fed.feed(Declined(outcome), child)

    assert fed.asked.url == "http://app.example/d"
    assert fed.asked.params["DialCallStatus"] == status
    assert fed.asked.params["DialCallSid"] == child
    assert fed.asked.params["DialBridged"] == "false"
    fed.reply("<Hangup/>")
    assert fed.heard == []


def test_T63_without_action_the_next_verb_runs_after_the_timeout() -> None:
    fed, child = dialled(f'<Dial timeout="12">{AGENT}</Dial>{AFTER}')

    fed.wait(11.9)
    assert fed.of(Ended) == []
    fed.wait(0.1)
    fed.listen()

    assert fed.end_of(child).status == "no-answer"
    assert fed.heard == ["after"]
    assert fed.requests == 1


def test_T64_answered_and_hung_up_by_the_callee() -> None:
    fed, child = dialled(f'<Dial action="/d">{AGENT}</Dial>{AFTER}')

    fed.wait(3)
    fed.feed(Answered(), child)
    assert [(bridged.sid, bridged.other) for bridged in fed.of(Bridged)] == [(fed.sid, child)]
    fed.wait(42)
    fed.feed(HungUp(), child)

    assert [parted.seconds for parted in fed.of(Parted)] == [42]
    params = fed.asked.params
    assert (params["DialCallStatus"], params["DialCallSid"], params["DialCallDuration"]) == ("completed", child, "42")
    assert params["DialBridged"] == "true"
    assert params["CallStatus"] == "in-progress"


def test_T65_two_numbers_ring_and_the_first_to_answer_wins() -> None:
    fed = call(f'<Dial action="/d"><Number>{AGENT}</Number><Number>+13125550112</Number></Dial>')
    first, second = fed.rung

    fed.feed(Answered(), second)
    assert fed.end_of(first).status == "canceled"
    fed.feed(HungUp(), second)

    assert fed.asked.params["DialCallSid"] == second


def test_all_parties_must_decline_before_the_dial_is_over() -> None:
    fed = call(f'<Dial action="/d"><Number>{AGENT}</Number><Number>+13125550112</Number></Dial>')
    first, second = fed.rung

    fed.feed(Declined("busy"), first)
    assert fed.requests == 1
    fed.feed(Declined("no-answer"), second)

    assert fed.asked.params["DialCallStatus"] == "no-answer"


def test_sequential_tries_one_after_the_other() -> None:
    fed = call(f'<Dial sequential="true" action="/d"><Number>{AGENT}</Number><Number>+13125550112</Number></Dial>')
    assert len(fed.rung) == 1

    fed.feed(Declined("busy"), fed.rung[0])
    assert len(fed.rung) == 2
    fed.feed(Answered(), fed.rung[1])

    assert len(fed.of(Bridged)) == 1


def test_T66_star_ends_the_bridge_and_the_caller_goes_on() -> None:
    fed, child = dialled(f'<Dial hangupOnStar="true">{AGENT}</Dial>{AFTER}')
    fed.feed(Answered(), child)

    fed.press("1")
    assert fed.of(Parted) == []
    fed.press("*")
    fed.listen()

    assert fed.end_of(child).status == "completed"
    assert fed.heard == ["after"]


def test_star_means_nothing_without_hangup_on_star() -> None:
    fed, child = dialled(f"<Dial>{AGENT}</Dial>")
    fed.feed(Answered(), child)

    fed.press("*")

    assert fed.of(Parted) == []


def test_time_limit_ends_the_bridge() -> None:
    fed, child = dialled(f'<Dial timeLimit="60">{AGENT}</Dial>{AFTER}')
    fed.feed(Answered(), child)

    fed.wait(60)

    assert [parted.seconds for parted in fed.of(Parted)] == [60]
    assert fed.end_of(child).status == "completed"


def test_T67_a_whisper_runs_on_the_callees_leg_before_the_two_are_joined() -> None:
    fed, child = dialled(f'<Dial><Number url="/whisper">{AGENT}</Number></Dial>')

    fed.feed(Answered(), child)

    assert (fed.asked.sid, fed.asked.url) == (child, "http://app.example/whisper")
    params = fed.asked.params
    assert (params["CallSid"], params["ParentCallSid"], params["Direction"]) == (child, fed.sid, "outbound-dial")
    assert params["CallStatus"] == "in-progress"
    fed.reply('<Gather numDigits="1" action="/taken"><Say>Press one to take the call.</Say></Gather><Hangup/>')
    fed.feed(Pressed("1"), child)
    assert fed.of(Bridged) == []
    fed.reply("<Response/>")
    assert len(fed.of(Bridged)) == 1


def test_a_callee_who_hangs_up_in_the_whisper_was_never_connected() -> None:
    fed, child = dialled(f'<Dial action="/d"><Number url="/whisper">{AGENT}</Number></Dial>')
    fed.feed(Answered(), child)

    fed.reply("<Hangup/>")

    assert fed.of(Bridged) == []
    assert (fed.asked.params["DialCallStatus"], fed.asked.params["DialBridged"]) == ("no-answer", "false")


def test_T67_dial_in_a_whisper_is_an_error_and_drops_the_leg() -> None:
    fed, child = dialled(f'<Dial><Number url="/whisper">{AGENT}</Number></Dial>{AFTER}')
    fed.feed(Answered(), child)

    fed.reply(f"<Dial>{AGENT}</Dial>")
    fed.listen()

    assert fed.codes == [13201]
    assert fed.end_of(child).ending == "application-error"
    assert fed.heard == ["after"]


def test_the_other_phones_stop_ringing_while_the_whisper_runs() -> None:
    fed = call(f'<Dial><Number url="/whisper">{AGENT}</Number><Number>+13125550112</Number></Dial>')
    first, second = fed.rung

    fed.feed(Answered(), first)

    assert fed.end_of(second).status == "canceled"
    assert fed.of(Bridged) == []


def test_the_caller_hanging_up_ends_the_ringing_leg() -> None:
    fed, child = dialled(f'<Dial action="/d">{AGENT}</Dial>')

    fed.hang_up()

    assert fed.end_of(child).status == "canceled"
    assert fed.requests == 1


def test_the_caller_hanging_up_a_bridged_call_ends_both_legs_and_tells_the_action() -> None:
    fed, child = dialled(f'<Dial action="/d">{AGENT}</Dial>')
    fed.feed(Answered(), child)
    fed.wait(5)

    fed.hang_up()

    assert fed.end_of(child).status == "completed"
    (told,) = fed.told
    assert told.url == "http://app.example/d"
    assert (told.params["CallStatus"], told.params["DialCallStatus"]) == ("completed", "completed")


def test_answer_on_bridge_keeps_the_caller_ringing() -> None:
    fed, child = dialled(f'<Dial answerOnBridge="true">{AGENT}</Dial>')
    assert fed.of(Connected) == []

    fed.feed(Answered(), child)

    assert [connected.sid for connected in fed.of(Connected)] == [child, fed.sid]


def test_caller_id() -> None:
    fed, _ = dialled(f'<Dial callerId="+12075550000">{AGENT}</Dial>')

    assert fed.of(Ring)[0].caller == "+12075550000"


@pytest.mark.parametrize("number", ["12", "not a number", "+0123"])
def test_a_number_that_cannot_be_dialled_fails(number: str) -> None:
    fed = call(f'<Dial action="/d">{number}</Dial>')

    assert fed.codes == [13224]
    assert fed.asked.params["DialCallStatus"] == "failed"
    assert "DialCallSid" not in fed.asked.params


def test_status_callbacks_of_the_dialled_leg() -> None:
    fed, child = dialled(
        '<Dial><Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">'
        f"{AGENT}</Number></Dial>"
    )
    fed.feed(Answered(), child)
    fed.wait(61)
    fed.feed(HungUp(), child)

    assert [(tell.params["CallStatus"], tell.params["SequenceNumber"]) for tell in fed.told] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert {tell.params["CallSid"] for tell in fed.told} == {child}
    assert [tell.params.get("CallDuration") for tell in fed.told] == [None, None, None, "61"]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('timeout="4"', 13212),
        ('timeLimit="0"', 13216),
        ('hangupOnStar="yes"', 13213),
        ('record="always"', 13217),
        ('sequential="1"', 13218),
        ('answerOnBridge="1"', 13219),
        ('ringTone="loud"', 13220),
        ('method="PUT"', 13210),
        ('time="1"', 12200),
    ],
)
def test_bad_attributes_of_dial(attribute: str, code: int) -> None:
    assert call(f"<Dial {attribute}>{AGENT}</Dial>").codes == [code]


def test_an_element_that_is_no_noun_is_reported() -> None:
    assert call(f"<Dial><Say>hi</Say><Number>{AGENT}</Number></Dial>").codes == [13215]


def test_what_is_dialled_is_told_with_the_attributes_in_force() -> None:
    fed, child = dialled(f'<Dial timeout="20" action="/d"><Number url="/whisper" method="GET">{AGENT}</Number></Dial>')

    (dialling,) = fed.of(Dialling)
    assert (dialling.sid, dialling.other, dialling.noun, dialling.called) == (fed.sid, child, "Number", AGENT)
    wanted = {"timeout": "20", "action": "/d", "method": "POST", "url": "/whisper", "hangupOnStar": "false"}
    assert wanted.items() <= dialling.attributes.items()


@pytest.mark.parametrize(
    ("written", "called", "codes"),
    [
        (f"<Uri>{JOEY}</Uri>", JOEY, []),
        (f"<Headers><Header name='X-A' value='1'/></Headers><Uri>{JOEY.removeprefix('sip:')}</Uri>", JOEY, []),
        (f'<Uri priority="2">sip:b@example.com</Uri><Uri priority="1">{JOEY}</Uri>', JOEY, [0]),
        (f'<Uri weight="1">sip:b@example.com</Uri><Uri weight="2">{JOEY}</Uri>', JOEY, [0]),
        (f'<Uri rank="1">{JOEY}</Uri>', JOEY, [12200]),
        ("<Uri/>", "", [13224]),
    ],
)
def test_a_sip_address_may_stand_in_uris(written: str, called: str, codes: list[int]) -> None:
    fed = call(f"<Dial><Sip>{written}</Sip></Dial>")

    assert [ring.called for ring in fed.of(Ring)] == ([called] if called else [])
    assert fed.codes == codes


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ('<Client><Identity>joey</Identity><Parameter name="room" value="5"/></Client>', {"room": "5"}),
        (
            '<Sip>sip:a@example.com?X-A=1&amp;X-B=%20<Headers><Header name="X-C" value="2"/></Headers></Sip>',
            {"X-A": "1", "X-B": " ", "X-C": "2"},
        ),
        (f"<Number>{AGENT}</Number>", {}),
    ],
)
def test_parameters_and_headers_reach_the_far_end(written: str, given: dict[str, str]) -> None:
    fed, _ = dialled(f"<Dial>{written}</Dial>")

    assert [ring.given for ring in fed.of(Ring)] == [given]
    assert [dialling.given for dialling in fed.of(Dialling)] == [given]
    assert fed.codes == []


@pytest.mark.parametrize("attributes", ["", 'sequential="true"'])
def test_more_than_ten_are_left_out_by_name(attributes: str) -> None:
    numbers = [f"+131255501{number:02}" for number in range(12)]
    fed = call(f"<Dial {attributes}>{''.join(f'<Number>{number}</Number>' for number in numbers)}</Dial>")
    fed.wait(600)

    assert [ring.called for ring in fed.of(Ring)] == numbers[:10]
    (warned,) = fed.of(Warned)
    assert warned.level == "policy"
    assert "+13125550110, +13125550111 left out" in warned.message


def test_a_sip_password_is_told_to_nobody() -> None:
    fed, _ = dialled('<Dial><Sip username="joey" password="secret">joey@example.com</Sip></Dial>')

    assert fed.of(Dialling)[0].attributes["username"] == "joey"
    assert "secret" not in str(fed.effects)


def test_a_joined_call_waits_for_its_people() -> None:
    fed, child = dialled(f"<Dial>{AGENT}</Dial>")
    legs = (fed.exchange.call(fed.sid), fed.exchange.call(child))
    assert [leg is not None and leg.awaits_caller for leg in legs] == [False, False]

    fed.feed(Answered(), child)

    assert [leg is not None and leg.awaits_caller for leg in legs] == [True, True]


def test_a_whisper_is_asked_for_wherever_it_is() -> None:
    """Unlike sounds it decides whether the two are joined, so that no host is left alone."""
    fed, child = dialled(f'<Dial><Number url="https://elsewhere.example/whisper">{AGENT}</Number></Dial>')
    fed.feed(Answered(), child)

    ask = fed.of(Ask)[-1]
    assert (ask.sid, ask.url, ask.is_optional) == (child, "https://elsewhere.example/whisper", False)


@pytest.mark.parametrize(
    "noun", [f"<Number>{AGENT}</Number>", '<Conference recordingConfigurationId="RC2">r</Conference>']
)
def test_attributes_that_came_with_newer_sdks_are_known(noun: str) -> None:
    fed = call(f'<Dial passports="eyJ" recordingConfigurationId="RC1">{noun}</Dial>')

    assert fed.codes == []
