"""The live sequence diagram: who told whom what, in which order, and what a narrow or wide screen makes of it."""

import pytest

from okta_twilio_ivr.world import open_demo
from simulator.operator.beside import OutsideCall, PromptAnswered, PromptArrived, TextArrived
from simulator.operator.journal import Entry, Item
from simulator.operator.masking import Mask
from simulator.phone.panes.sequence import Lanes, draw_arrow, draw_heads
from simulator.timeline.sequence import MOST, Sequence
from simulator.vocabulary import (
    Answered,
    Ask,
    Bridged,
    Connected,
    Ended,
    Heard,
    HungUp,
    Listening,
    Pressed,
    Prompt,
    Rang,
    Replied,
    Ring,
    Speaking,
    Spoke,
    Tell,
    Told,
    Unreachable,
    Warned,
)
from tests.phone.bank import CODE
from tests.phone.visitor import visiting

SAY = Prompt("Say", 2.0, text="hello there")
DOCUMENT = b"<Response><Gather><Say>x</Say></Gather><Gather><Say>x</Say></Gather><Hangup/></Response>"


def sequence(*items: Item, sids: dict[int, str] | None = None) -> Sequence:
    """What becomes of these, a second apart; all on one call but those whose place is given another sid."""
    model = Sequence()
    for second, item in enumerate(items):
        model.take(Entry(100.0 + second, (sids or {}).get(second, "CA1"), item))
    return model


def told(model: Sequence) -> list[str]:
    return [f"{each.source} > {each.target}: {each.label}" for each in model.arrows]


def listening(num_digits: int | None) -> Listening:
    return Listening("CA1", "Gather", keys=True, speech=False, num_digits=num_digits, finish_on_key="#", timeout=5.0)


def test_a_webhook_goes_out_and_its_answer_comes_back_with_its_verbs() -> None:
    ask = Ask("CA1", 1, "POST", "https://a.example/menu?x=1", {"Digits": "1", "From": "+1"}, own=("Digits",))

    model = sequence(Rang("CA1", "+1", "+2"), ask, Replied(1, 200, "text/xml", DOCUMENT, ask.url))

    assert told(model) == [
        "caller > Twilio: calls +2",
        "Twilio > application: POST /menu?x=1 Digits=1",
        "application > Twilio: 200 2 Gather(Say), Hangup",
    ]
    assert [each.request for each in model.arrows] == [None, 1, 1]
    assert [each.since for each in model.arrows] == [0.0, 1.0, 2.0]


def test_what_the_application_asks_others_is_an_arrow_of_both_ways() -> None:
    model = sequence(
        Rang("CA1", "+1", "+2"), OutsideCall("Okta", "POST", "/verify", 403, note="E0000068 Wrong", request=1)
    )

    arrow = model.arrows[-1]
    assert (arrow.source, arrow.target, arrow.label) == ("application", "Okta", "POST /verify")
    assert arrow.answer == "403: E0000068 Wrong"
    assert model.parties == ("caller", "Twilio", "application", "Okta")


def test_typed_keys_are_one_arrow_and_dots_once_they_may_be_a_code() -> None:
    keys = [Pressed(key) for key in CODE]

    assert told(sequence(listening(None), *keys[:3])) == ["caller > Twilio: 493"]
    assert told(sequence(listening(None), *keys)) == ["caller > Twilio: ••••••"]
    assert told(sequence(listening(1), Pressed("1"), listening(1), Pressed("2"))) == [
        "caller > Twilio: 1",
        "caller > Twilio: 2",
    ]


def test_a_long_typed_parameter_is_dots_from_the_start() -> None:
    ask = Ask("CA1", 1, "POST", "https://a.example/code", {"Digits": CODE}, own=("Digits",))

    assert told(sequence(ask)) == ["Twilio > application: POST /code Digits=••••••"]


def test_a_prompt_that_is_cut_off_says_what_was_heard() -> None:
    model = sequence(Speaking("CA1", SAY), Pressed("1"), Heard("CA1", SAY, 100.0, 1.0, "hello", is_cut=True))

    assert told(model) == ["Twilio > caller: “hello” (cut off)", "caller > Twilio: 1"]


def test_the_mobile_tells_its_owner_and_they_tell_it() -> None:
    model = sequence(
        TextArrived("+1", f"Your code is {CODE}.", CODE, 100.0),
        PromptArrived("+1", "p1", "Is it you?", 100.0, 400.0, (27, 72)),
        PromptAnswered("+1", "p1", True, 72),
    )

    assert told(model) == [
        "Okta > caller: text message with a code",
        "Okta > caller: push: asks for one of 27, 72",
        "caller > Okta: approves with 72",
    ]


def test_a_phone_that_the_line_rings_is_a_party() -> None:
    sids = {1: "CA2", 2: "CA2", 3: "CA2"}

    model = sequence(
        Rang("CA1", "+1", "+2"), Ring("CA2", "+1", "+3", "CA1"), Answered(), Connected("CA2"), Bridged("CA1", "CA2"),
        sids=sids,
    )  # fmt: skip

    assert model.parties == ("caller", "Twilio", "other phone")
    assert told(model)[1:4] == [
        "Twilio > other phone: rings +3",
        "other phone > Twilio: answers",
        "Twilio > other phone: connected",
    ]


@pytest.mark.parametrize(
    ("item", "arrow"),
    [
        (Unreachable(1, 11200, "no answer"), "application > Twilio: 11200 no answer"),
        (Warned("CA1", 12200, "warning", "a slip"), "application > application: 12200 a slip"),
        (Tell("CA1", "POST", "https://a.example/over", {}), "Twilio > application: POST /over (callback)"),
        (Told("https://a.example/over", (), 11200, "404"), "application > Twilio: 11200 404"),
        (Spoke("agent"), "caller > Twilio: “agent”"),
        (HungUp(), "caller > Twilio: hangs up"),
        (Ended("CA1", "completed", "completed", 3.0), "Twilio > caller: the line hung up"),
    ],
)
def test_everything_that_concerns_two_parties_is_an_arrow(item: Item, arrow: str) -> None:
    assert told(sequence(item)) == [arrow]


def test_a_long_call_loses_its_beginning_only() -> None:
    model = sequence(*(Spoke(str(number)) for number in range(MOST + 5)))

    assert len(model.arrows) == MOST
    assert model.arrows[-1].label == f"“{MOST + 4}”"


@pytest.mark.parametrize("width", [30, 47, 70, 130])
def test_every_line_is_as_wide_as_asked(width: int) -> None:
    model = sequence(
        Rang("CA1", "+1", "+2"),
        Ask("CA1", 1, "POST", "https://a.example/" + "long/" * 40, {}),
        OutsideCall("accounts", "GET", "/v1/accounts/00u1", 200),
        TextArrived("+1", "x", "1234", 100.0),
        Warned("CA1", 12200, "warning", "wide 漢字 words"),
    )
    lanes = Lanes(model.parties, width)

    lines = [draw_heads(lanes), *(draw_arrow(arrow, lanes, Mask()) for arrow in model.arrows)]

    assert [line.cell_length for line in lines] == [width] * len(lines)


def test_words_stand_beside_the_lanes_where_it_is_narrow_and_on_the_arrows_where_not() -> None:
    model = sequence(Rang("CA1", "+1", "+2"), Ask("CA1", 1, "POST", "https://a.example/menu", {}))

    close, roomy = (draw_arrow(model.arrows[1], Lanes(model.parties, width), Mask()).plain for width in (40, 100))

    assert close.split() == ["0:01", "│", "├───▶│", "POST", "/menu"]
    assert "├── POST /menu ──" in roomy


def test_what_is_known_as_a_secret_is_not_drawn() -> None:
    model = sequence(OutsideCall("Okta", "GET", f"/x?y={CODE}", 200, note=CODE))

    drawn = draw_arrow(model.arrows[0], Lanes(model.parties, 120), Mask([CODE])).plain

    assert CODE not in drawn


async def test_the_demo_shows_what_the_line_asked_okta_beside_the_webhook_it_belongs_to() -> None:
    async with visiting(open_demo, size=(100, 40)) as visitor:
        await visitor.press("c")
        while visitor.session.traffic.newest is None or visitor.session.traffic.newest.outcome == "out":
            await visitor.settle()
        await visitor.press("s")
        assert visitor.sees("GET /users?… → 200: 1 found")
        await visitor.press("i")

        assert visitor.sees("Asked of other services meanwhile")
        assert visitor.sees("Okta GET /api/v1/users?search=profile.ivrPhone")


async def test_the_diagram_follows_the_call_until_an_arrow_is_selected() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "s")
        assert visitor.sees("Twilio → caller")
        await visitor.press("home")
        assert visitor.sees("caller → Twilio")
        await visitor.press("1")
        assert visitor.sees("caller → Twilio")
        await visitor.press("end")
        await visitor.wait(1)

        assert visitor.sees("Okta → caller")


async def test_an_arrow_of_a_request_opens_everything_about_it() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "s", "up", "up", "up")

        assert visitor.sees("POST https://bank.example/voice")


async def test_an_arrow_is_selected_with_a_click() -> None:
    async with visiting() as visitor:
        await visitor.click("#call")
        await visitor.click("#tab-sequence")
        await visitor.pilot.click("#diagram", offset=(4, 0))
        await visitor.settle()

        assert visitor.sees("caller → Twilio at 0:00")
