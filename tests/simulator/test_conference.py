"""`<Dial><Conference>`, by several callers. Source: Twilio docs, TwiML Conference."""

import pytest

from simulator.exchange.numbers import Policy
from simulator.verbs.script import Goto, Outgoing
from simulator.vocabulary import (
    Answered,
    Ask,
    Beeped,
    Connected,
    Heard,
    Joined,
    Left,
    Opened,
    Parted,
    Replied,
    Ring,
    Speaking,
    Unreachable,
    Updated,
    Warned,
)
from tests.simulator.town import SITE, Town

AFTER = "<Say>after</Say>"


def room(attributes: str = "", *, dial: str = "", name: str = "standup") -> str:
    return f"<Dial {dial}><Conference {attributes}>{name}</Conference></Dial>"


def test_the_first_one_waits_and_the_second_starts_the_conference() -> None:
    town = Town({"/voice": room()})

    first = town.call("/voice")
    assert [connected.sid for connected in town.of(Connected)] == [first]
    assert [joined.hears for joined in town.of(Joined)] == ["music"]
    assert town.of(Opened) == []
    second = town.call("/voice")

    assert [opened.sid for opened in town.of(Opened)] == [second, first]
    assert len({joined.conference for joined in town.of(Joined)}) == 1


def test_default_music_is_not_fetched() -> None:
    town = Town({"/voice": room()})

    town.call("/voice")
    town.wait(100)

    assert [ask.url for ask in town.asks] == [SITE + "/voice"]


def test_an_empty_wait_document_is_silence_until_the_conference_starts() -> None:
    town = Town({"/voice": room('waitUrl="/wait"'), "/wait": ""})

    town.call("/voice")
    town.wait(3600)
    assert len(town.asked("/wait")) == 1
    town.call("/voice")

    assert len(town.of(Opened)) == 2


def test_names_are_case_sensitive() -> None:
    town = Town({"/a": room(name="standup"), "/b": room(name="Standup")})

    town.call("/a")
    town.call("/b")

    assert town.of(Opened) == []
    assert len(town.exchange.conferences.going_on) == 2


def test_who_may_not_start_a_conference_waits_for_somebody_who_may() -> None:
    guest = room('startConferenceOnEnter="false" waitUrl="/wait"')
    town = Town({"/guest": guest, "/host": room(), "/wait": "<Say>please wait</Say>"})
    guests = [town.call("/guest"), town.call("/guest")]
    town.wait(3)
    assert town.of(Opened) == []

    host = town.call("/host")

    assert {opened.sid for opened in town.of(Opened)} == {host, *guests}
    assert town.heard(guests[0])[0] == "please wait"
    asked = len(town.asked("/wait"))
    town.wait(100)
    assert len(town.asked("/wait")) == asked


def test_a_host_who_came_first_starts_it_when_a_guest_comes() -> None:
    town = Town({"/guest": room('startConferenceOnEnter="false"'), "/host": room()})

    host = town.call("/host")
    guest = town.call("/guest")

    assert {opened.sid for opened in town.of(Opened)} == {host, guest}


def test_the_wait_document_is_asked_for_again_until_the_start_which_cuts_it_off() -> None:
    town = Town({"/voice": room('waitUrl="/wait"'), "/wait": "<Say>one two three four</Say>"})
    first = town.call("/voice")
    town.wait(4)
    assert len(town.asked("/wait")) == 3
    assert town.asked("/wait")[0].params["CallSid"] == first
    assert town.asked("/wait")[0].params["ConferenceSid"] == town.of(Joined)[0].conference

    town.call("/voice")
    town.wait(60)

    assert len(town.asked("/wait")) == 3
    assert town.of(Heard, first)[-1].is_cut
    assert town.of(Heard, first)[-1].text == "one two"


def test_references_in_the_wait_document_are_relative_to_it() -> None:
    town = Town(
        {
            "/voice": room('waitUrl="/hold/start"', dial='action="next"'),
            "/hold/start": "<Play>tune.mp3</Play><Redirect>more</Redirect>",
            "/hold/more": "<Pause length='60'/>",
        }
    )
    first = town.call("/voice")
    town.wait(3)

    assert [ask.url for ask in town.asks[1:]] == [
        SITE + path for path in ("/hold/start", "/hold/tune.mp3", "/hold/more")
    ]
    second = town.call("/voice")
    town.hang_up(second)
    town.feed(first, Updated(status="completed"))
    assert [tell.url for tell in town.told("/next")] == [SITE + "/next"] * 2


def test_an_empty_redirect_asks_for_the_wait_document_itself() -> None:
    town = Town({"/voice": room('waitUrl="/wait"'), "/wait": "<Pause/><Redirect/>"})

    town.call("/voice")
    town.wait(2)

    assert town.codes == []
    assert len(town.asked("/wait")) == 3


def test_wait_url_empty_is_silence() -> None:
    town = Town({"/voice": room('waitUrl=""')})

    town.call("/voice")

    assert [joined.hears for joined in town.of(Joined)] == ["silence"]
    assert len(town.asks) == 1


def test_a_wait_url_may_be_a_sound() -> None:
    def sound(ask: Ask) -> Replied:
        return Replied(ask.request, 200, "audio/mpeg", b"la", ask.url)

    town = Town({"/voice": room('waitUrl="/la.mp3" waitMethod="GET"'), "/la.mp3": sound})

    first = town.call("/voice")
    town.wait(7)

    assert [ask.method for ask in town.asked("/la.mp3")] == ["GET"] * 3
    assert town.end_of(first) is None


@pytest.mark.parametrize("verb", ["<Gather/>", "<Hangup/>", "<Record/>", "<Dial>+13125550111</Dial>", "<Shout/>"])
def test_other_verbs_in_the_wait_document_are_an_error_and_nobody_is_let_in(verb: str) -> None:
    town = Town({"/voice": room('waitUrl="/wait"', dial='action="/d"'), "/wait": verb, "/d": AFTER})

    town.call("/voice")

    assert 13238 in town.codes
    (warned,) = [warned for warned in town.of(Warned) if warned.code == 13238]
    assert (warned.url, warned.line) == (SITE + "/wait", 1)
    assert town.asked("/d")[0].params["DialCallStatus"] == "failed"
    assert town.exchange.conferences.going_on == ()


def test_lenient_leaves_other_verbs_out() -> None:
    documents = {"/voice": room('waitUrl="/wait"'), "/wait": "<Hangup/><Say>still here</Say>"}
    town = Town(documents, policy=Policy(is_lenient=True))

    sid = town.call("/voice")
    town.wait(1)

    assert town.heard(sid) == ["still here"]
    assert 13238 in town.codes


def test_a_wait_document_that_cannot_be_had_lets_the_call_go_on() -> None:
    town = Town({"/voice": room('waitUrl="/gone"') + AFTER})

    sid = town.call("/voice")
    town.wait(5)

    assert town.codes == [11200]
    assert town.heard(sid) == ["after"]
    assert [left.reason for left in town.of(Left)] == ["participant_add_failed"]


def test_a_wait_document_without_time_is_ended_as_a_loop() -> None:
    town = Town(
        {"/voice": room('waitUrl="/wait"'), "/wait": "<Redirect/>"}, policy=Policy(documents_without_progress=10)
    )

    sid = town.call("/voice")

    ended = town.end_of(sid)
    assert ended is not None
    assert ended.ending == "loop"
    assert len(town.asked("/wait")) == 10
    assert town.leftovers == []


def test_the_start_may_come_while_the_wait_document_is_out() -> None:
    town = Town({"/voice": room('waitUrl="/slow"'), "/slow": lambda ask: None})
    first = town.call("/voice")
    town.call("/voice")
    (late,) = town.asked("/slow")

    town.feed(first, Replied(late.request, 200, "text/xml", b"<Response><Say>too late</Say></Response>", late.url))

    assert town.of(Speaking) == []
    assert len(town.of(Opened)) == 2


def test_three_talk_and_the_last_one_out_closes_the_room() -> None:
    town = Town({"/voice": room()})
    sids = [town.call("/voice") for _ in range(3)]
    town.wait(10)

    town.hang_up(sids[0], sids[1])
    assert len(town.exchange.conferences.going_on) == 1
    town.hang_up(sids[2])

    assert [left.seconds for left in town.of(Left)] == [10] * 3
    assert town.leftovers == []
    town.call("/voice")
    assert len({joined.conference for joined in town.of(Joined)}) == 2


def test_who_ends_the_conference_on_exit_takes_everybody_along_and_they_go_on_with_their_calls() -> None:
    town = Town({"/guest": room(dial='action="/d"'), "/host": room('endConferenceOnExit="true"'), "/d": AFTER})
    guests = [town.call("/guest"), town.call("/guest")]
    host = town.call("/host")

    town.hang_up(host)
    town.wait(5)

    assert [left.reason for left in town.of(Left)] == ["participant_hung_up"] + ["moderator_ended_conference"] * 2
    assert [town.heard(guest) for guest in guests] == [["after"], ["after"]]
    assert [ask.params["DialCallStatus"] for ask in town.asked("/d")] == ["answered", "answered"]
    assert "DialCallSid" not in town.asked("/d")[0].params
    assert town.leftovers == []


def test_a_room_that_has_been_ended_is_not_the_one_that_the_next_dial_opens() -> None:
    town = Town({"/guest": room() + room(), "/host": room('endConferenceOnExit="true"')})
    guest, host = town.call("/guest"), town.call("/host")

    town.hang_up(host)

    first, second = (joined.conference for joined in town.of(Joined, guest))
    assert first != second
    assert [conference.sid for conference in town.exchange.conferences.going_on] == [second]


def test_star_leaves_the_conference_when_dial_says_so() -> None:
    town = Town({"/voice": room(dial='hangupOnStar="true"') + AFTER, "/other": room()})
    sid = town.call("/voice")
    town.press(sid, "1")
    town.call("/other")
    town.press(sid, "1")
    assert town.of(Left) == []

    town.press(sid, "*")
    town.wait(5)

    assert town.heard(sid) == ["after"]


def test_star_means_nothing_without_hangup_on_star_in_a_conference() -> None:
    town = Town({"/voice": room()})
    sid = town.call("/voice")

    town.press(sid, "*")

    assert town.of(Left) == []


@pytest.mark.parametrize("others", [0, 1])
def test_time_limit_ends_the_stay_also_before_the_start(others: int) -> None:
    town = Town({"/voice": room('waitUrl="/wait"', dial='timeLimit="60"'), "/other": room(), "/wait": "<Pause/>"})
    sid = town.call("/voice")
    for _ in range(others):
        town.call("/other")

    town.wait(60)

    assert [left.seconds for left in town.of(Left, sid)] == [60]


def test_a_full_conference_takes_nobody_more() -> None:
    town = Town({"/voice": room('maxParticipants="2"', dial='action="/d"'), "/d": AFTER})
    town.call("/voice")
    town.call("/voice")

    third = town.call("/voice")

    assert town.codes == [16020]
    assert town.of(Joined, third) == []
    assert town.asked("/d")[0].params["DialCallStatus"] == "failed"


def test_a_label_is_for_one_participant() -> None:
    town = Town({"/voice": room('participantLabel="customer"') + AFTER})
    town.call("/voice")

    second = town.call("/voice")
    town.wait(5)

    assert town.codes == [16025]
    assert town.heard(second) == ["after"]


def test_beeps_are_heard_by_everybody_in_a_running_conference() -> None:
    town = Town({"/voice": room(), "/quiet": room('beep="false"'), "/enter": room('beep="onEnter"')})
    first = town.call("/voice")
    assert town.of(Beeped) == []
    second = town.call("/quiet")
    assert town.of(Beeped) == []

    third = town.call("/enter")
    assert [beeped.sid for beeped in town.of(Beeped)] == [first, second, third]
    town.hang_up(third)
    assert len(town.of(Beeped)) == 3
    town.hang_up(first)
    assert [beeped.sid for beeped in town.of(Beeped)][3:] == [second]


EVENTS = 'statusCallback="/events" statusCallbackEvent="start end join leave"'


def test_status_callbacks_of_a_conference_have_their_own_parameters_and_one_sequence() -> None:
    town = Town(
        {"/a": room(EVENTS + ' participantLabel="boss" endConferenceOnExit="true"'), "/b": room('muted="true"')}
    )
    boss, other = town.call("/a"), town.call("/b")
    town.wait(61)
    town.hang_up(boss)

    tells = [tell.params for tell in town.told("/events")]
    assert [(tell["SequenceNumber"], tell["StatusCallbackEvent"], tell.get("CallSid")) for tell in tells] == [
        ("1", "participant-join", boss),
        ("2", "participant-join", other),
        ("3", "conference-start", None),
        ("4", "participant-leave", boss),
        ("5", "participant-leave", other),
        ("6", "conference-end", None),
    ]
    conference = town.of(Joined)[0].conference
    assert {(tell["ConferenceSid"], tell["FriendlyName"], tell["AccountSid"]) for tell in tells} == {
        (conference, "standup", town.exchange.account)
    }
    assert dict(tells[0]) | {"ConferenceSid": "", "AccountSid": ""} == {
        "AccountSid": "",
        "ConferenceSid": "",
        "FriendlyName": "standup",
        "StatusCallbackEvent": "participant-join",
        "SequenceNumber": "1",
        "Timestamp": "Thu, 01 Jan 1970 00:00:00 +0000",
        "CallSid": boss,
        "Muted": "false",
        "Hold": "false",
        "Coaching": "false",
        "StartConferenceOnEnter": "true",
        "EndConferenceOnExit": "true",
        "ParticipantLabel": "boss",
    }
    assert tells[1]["Muted"] == "true"
    assert (tells[3]["ReasonParticipantLeft"], tells[3]["ParticipantCallStatus"]) == (
        "participant_hung_up",
        "completed",
    )
    assert tells[4]["ReasonParticipantLeft"] == "moderator_ended_conference"
    assert tells[4]["ParticipantCallStatus"] == "in-progress"
    assert tells[5]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert (tells[5]["CallSidEndingConference"], tells[5]["ParticipantLabelEndingConference"]) == (boss, "boss")
    assert tells[5]["Timestamp"] == "Thu, 01 Jan 1970 00:01:01 +0000"


def test_only_events_that_were_asked_for_are_told_and_counted() -> None:
    town = Town({"/voice": room('statusCallback="/events" statusCallbackEvent="end"')})

    town.hang_up(town.call("/voice"))

    (tell,) = town.told("/events")
    assert (tell.params["SequenceNumber"], tell.params["ReasonConferenceEnded"]) == ("1", "last-participant-left")


def test_the_first_participant_says_who_is_told() -> None:
    town = Town({"/a": room(), "/b": room(EVENTS)})

    town.call("/a")
    town.call("/b")

    assert town.told("/events") == []


def test_a_participant_can_be_redirected_out_over_the_api() -> None:
    town = Town({"/voice": room(EVENTS, dial='action="/d"'), "/new": AFTER})
    sid = town.call("/voice")
    town.call("/voice")

    town.feed(sid, Updated(url=SITE + "/new"))
    town.wait(1)

    leave = [tell.params for tell in town.told("/events") if tell.params["StatusCallbackEvent"] == "participant-leave"]
    assert [each["ReasonParticipantLeft"] for each in leave] == ["participant_updated_via_api"]
    assert [tell.params["CallStatus"] for tell in town.told("/d")] == ["in-progress"]
    assert town.heard(sid) == ["after"]


def test_a_call_made_over_the_api_can_join() -> None:
    town = Town({"/voice": room()})
    town.call("/voice")

    town.ring(Outgoing("+13125550111", "+12075550000", 60, Goto(SITE + "/voice")))

    assert len(town.of(Opened)) == 2


def test_both_legs_of_a_dial_can_be_moved_into_a_conference() -> None:
    """How applications put somebody on hold or bring in a third: the dialled leg first, then the one that dialled."""
    town = Town({"/voice": '<Dial action="/d">+13125550111</Dial>', "/room": room() + AFTER, "/d": room()})
    caller = town.call("/voice")
    callee = town.of(Ring)[0].sid
    town.feed(callee, Answered())
    town.wait(5)

    town.feed(callee, Updated(url=SITE + "/room"))

    assert [parted.seconds for parted in town.of(Parted)] == [5]
    assert town.asked("/d")[0].params["DialCallStatus"] == "completed"
    assert town.asked("/room")[0].params["ParentCallSid"] == caller
    assert {opened.sid for opened in town.of(Opened)} == {caller, callee}
    town.hang_up(caller)
    assert town.end_of(callee) is None
    town.hang_up(callee)
    assert town.leftovers == []


def test_a_conference_may_be_dialled_by_its_sid() -> None:
    town = Town({"/voice": room()})
    town.call("/voice")
    town.documents["/sid"] = room(name=town.of(Joined)[0].conference)

    town.call("/sid")

    assert len(town.of(Opened)) == 2


def test_a_sid_of_no_conference_is_reported() -> None:
    town = Town({"/voice": room(name="CF" + "0" * 32)})

    town.call("/voice")

    assert town.codes == [13236]


@pytest.mark.parametrize(
    "nouns",
    [
        "<Conference>a</Conference><Number>+13125550111</Number>",
        "<Number>+13125550111</Number><Conference>a</Conference>",
        "<Conference>a</Conference><Conference>b</Conference>",
        "<Conference>a</Conference><Queue>b</Queue>",
    ],
)
def test_a_conference_is_the_only_noun_of_its_dial(nouns: str) -> None:
    town = Town({"/voice": f"<Dial>{nouns}</Dial>"})

    town.call("/voice")

    assert town.codes == [13000]
    assert [joined.name for joined in town.of(Joined)] == ["a"]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('muted="yes"', 13230),
        ('endConferenceOnExit="1"', 13231),
        ('startConferenceOnEnter="no"', 13232),
        ('waitUrl="http://"', 13233),
        ('waitMethod="PUT"', 13234),
        ('beep="loud"', 13235),
        ('trim="all"', 13239),
        ('coach="me"', 13240),
        ('maxParticipants="251"', 12200),
        ('participantLabel="a/b"', 16023),
        ('statusCallbackEvent="start stop"', 12200),
        ('volume="11"', 12200),
    ],
)
def test_bad_attributes_of_conference(attribute: str, code: int) -> None:
    town = Town({"/voice": room(attribute)})

    town.call("/voice")

    assert town.codes == [code]
    assert len(town.of(Joined)) == 1


def test_a_conference_without_a_name_is_reported() -> None:
    town = Town({"/voice": room(name="")})

    town.call("/voice")

    assert town.codes == [13237]


def test_recording_a_conference_is_refused_by_name() -> None:
    town = Town({"/voice": room('record="record-from-start"')})

    town.call("/voice")

    assert [(warned.level, "not simulated" in warned.message) for warned in town.of(Warned)] == [("policy", True)]


def test_an_unreachable_wait_document_is_reported_with_its_url() -> None:
    def lost(ask: Ask) -> Unreachable:
        return Unreachable(ask.request, 11205, "closed")

    town = Town({"/voice": room('waitUrl="/lost"'), "/lost": lost})
    town.call("/voice")

    assert [(warned.code, warned.url) for warned in town.of(Warned)] == [(11205, SITE + "/lost")]


def test_who_joins_shows_the_attributes_in_force() -> None:
    town = Town({"/voice": room('muted="true" beep="onExit"', dial='timeLimit="60"')})

    town.call("/voice")

    (joined,) = town.of(Joined)
    assert joined.attributes["muted"] == "true"
    assert joined.attributes["beep"] == "onExit"
    assert joined.attributes["startConferenceOnEnter"] == "true"
    assert joined.attributes["timeLimit"] == "60"
