"""Calls that the account's owner creates and changes (the exchange's part of the REST API). Statements T72 to T78."""

import pytest

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Place
from simulator.verbs.script import Goto, Inline, Outgoing, StatusCallback
from simulator.vocabulary import (
    Answered,
    Ask,
    Connected,
    Declined,
    Effect,
    Ended,
    Event,
    Heard,
    HungUp,
    Ring,
    Tell,
    Updated,
)
from tests.simulator.feeding import CALLED, CALLER, call

ALL = frozenset(("initiated", "ringing", "answered", "completed"))


def test_T72_the_document_is_asked_for_when_somebody_answers() -> None:
    exchange = Exchange()
    outgoing = Outgoing(CALLER, CALLED, 60, Goto("http://app.example/out"))

    sid, effects = exchange.place_outgoing(outgoing, now=0.0)
    assert [type(effect) for effect in effects] == [Ring]
    effects = exchange.receive(sid, Answered(), 4.0)

    (ask,) = [effect for effect in effects if isinstance(effect, Ask)]
    assert (ask.method, ask.url) == ("POST", "http://app.example/out")
    assert (ask.params["Direction"], ask.params["CallStatus"]) == ("outbound-api", "in-progress")
    assert (ask.params["From"], ask.params["To"]) == (CALLED, CALLER)
    assert "CallToken" not in ask.params


def test_T73_status_callbacks_with_sequence_numbers() -> None:
    exchange, told = Exchange(), []
    callback = StatusCallback("http://app.example/status", events=ALL)

    sid, effects = exchange.place_outgoing(Outgoing(CALLER, CALLED, 60, Inline("<Response/>"), callback), now=0.0)
    told += tells(effects) + tells(exchange.receive(sid, Answered(), 4.0))

    assert [(tell.params["CallStatus"], tell.params["SequenceNumber"]) for tell in told] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (Answered(), "completed", "200"),
        (Declined("busy"), "busy", "486"),
        (Declined("declined"), "busy", "603"),
        (Declined("no-answer"), "no-answer", "480"),
        (Declined("failed"), "failed", "404"),
        (HungUp(), "no-answer", "480"),
        (Updated(status="canceled"), "canceled", "487"),
        (None, "no-answer", "487"),
    ],
)
def test_the_last_status_callback_has_the_sip_code_of_the_far_end(event: Event | None, status: str, code: str) -> None:
    exchange = Exchange()
    callback = StatusCallback("http://app.example/status", events=ALL)
    sid, effects = exchange.place_outgoing(Outgoing(CALLER, CALLED, 20, Inline("<Response/>"), callback), now=0.0)

    effects += exchange.advance(20.0) if event is None else exchange.receive(sid, event, 1.0)

    *before, last = tells(effects)
    assert (last.params["CallStatus"], last.params["SipResponseCode"]) == (status, code)
    assert not [tell for tell in before if "SipResponseCode" in tell.params]


def test_a_call_that_came_in_has_no_sip_code() -> None:
    fed = call("", status_callback="http://app.example/status")

    assert "SipResponseCode" not in fed.told[0].params


@pytest.mark.parametrize(("country", "level"), [("US", "A"), ("GB", None)])
def test_ringing_and_answer_of_a_call_within_the_us_tell_how_it_was_signed(country: str, level: str | None) -> None:
    exchange = Exchange(locate=lambda number: Place(country="US" if number == CALLED else country))
    callback = StatusCallback("http://app.example/status", events=ALL)

    sid, effects = exchange.place_outgoing(Outgoing(CALLER, CALLED, 20, Inline("<Response/>"), callback), now=0.0)
    effects += exchange.receive(sid, Answered(), 4.0)

    assert [tell.params.get("StirStatus") for tell in tells(effects)] == [None, level, level, None]


def tells(effects: list[Effect]) -> list[Tell]:
    return [effect for effect in effects if isinstance(effect, Tell)]


def test_nobody_answers() -> None:
    exchange = Exchange()
    exchange.place_outgoing(Outgoing(CALLER, CALLED, 20, Goto("http://app.example/out")), now=0.0)

    (ended,) = exchange.advance(20.0)

    assert isinstance(ended, Ended)
    assert (ended.status, ended.ending) == ("no-answer", "unanswered")


def test_the_line_is_busy() -> None:
    exchange = Exchange()
    sid, _ = exchange.place_outgoing(Outgoing(CALLER, CALLED, 20, Goto("http://app.example/out")), now=0.0)

    (ended,) = exchange.receive(sid, Declined("busy"), 1.0)

    assert isinstance(ended, Ended)
    assert ended.status == "busy"


def test_relative_urls_in_a_document_without_a_url_lead_nowhere() -> None:
    exchange = Exchange()
    sid, _ = exchange.place_outgoing(
        Outgoing(CALLER, CALLED, 60, Inline("<Response><Redirect>/b</Redirect></Response>")), now=0.0
    )

    effects = exchange.receive(sid, Answered(), 1.0)

    assert [effect.code for effect in effects if hasattr(effect, "code")] == [15004]


def test_T76_ending_a_call_during_gather_asks_for_nothing() -> None:
    fed = call('<Gather action="/g"/>')

    fed.feed(Updated(status="completed"))

    assert (fed.ended.status, fed.ended.ending) == ("completed", "updated")
    assert fed.requests == 1


def test_T77_a_new_url_interrupts_what_is_being_said() -> None:
    fed = call("<Say>one two three four</Say><Say>never</Say>")
    fed.wait(0.8)

    fed.feed(Updated(url="http://app.example/new"))
    assert [heard.text for heard in fed.of(Heard)] == ["one two"]
    assert fed.asked.url == "http://app.example/new"
    assert "Digits" not in fed.asked.params
    fed.reply("<Say>new</Say>")
    fed.listen()

    assert fed.heard == ["one two", "new"]


def test_a_new_document_interrupts_too() -> None:
    fed = call('<Gather action="/g"/>')
    fed.press("1")

    fed.feed(Updated(twiml="<Response><Say>new</Say></Response>"))
    fed.listen()

    assert fed.heard == ["new"]
    assert fed.requests == 1


def test_T78_an_update_after_the_end_changes_nothing_here() -> None:
    """That it is refused with 21220 is the REST API's part."""
    fed = call("<Hangup/>")
    before = list(fed.effects)

    fed.feed(Updated(url="http://app.example/new"))

    assert fed.effects == before


def test_cancelling_a_ringing_call() -> None:
    exchange = Exchange()
    sid, _ = exchange.place_outgoing(Outgoing(CALLER, CALLED, 20, Goto("http://app.example/out")), now=0.0)

    (ended,) = exchange.receive(sid, Updated(status="canceled"), 1.0)

    assert isinstance(ended, Ended)
    assert ended.status == "canceled"
    assert not [effect for effect in exchange.advance(100.0) if isinstance(effect, Connected)]
