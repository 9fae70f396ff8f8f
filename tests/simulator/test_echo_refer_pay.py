"""`<Echo>` runs; `<Refer>`, `<Pay>` and `<Prompt>` are read, checked and refused by name when they are reached."""

import pytest

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number
from simulator.vocabulary import Effect, Replied, Warned
from tests.simulator.feeding import CALLED, URL, call


def test_echo_gives_words_and_keys_back_until_the_hang_up() -> None:
    fed = call("<Echo/><Say>never</Say>")

    fed.speak("hello there")
    fed.listen()
    fed.press("5")
    fed.wait(3600)
    fed.hang_up()

    assert fed.heard == ["hello there"]
    assert fed.ended.ending == "hangup"


def test_echo_ends_with_the_longest_call() -> None:
    fed = call("<Echo/>")

    fed.wait(4 * 3600)

    assert fed.ended.ending == "time-limit"


def test_refer_is_an_error_on_a_call_that_did_not_come_by_sip() -> None:
    fed = call("<Refer><Sip>sip:a@example.com</Sip></Refer>", fallback="http://app.example/fallback")

    assert fed.codes == [13801]
    assert fed.asked.params["ErrorCode"] == "13801"


def test_refer_on_a_sip_call_is_refused_by_name() -> None:
    exchange = Exchange()
    exchange.own(Number(CALLED, URL))
    sid, _ = exchange.place(caller="sip:joey@example.com", called=CALLED, now=0.0)
    body = b"<Response><Refer action='/r'><Sip>sip:a@example.com</Sip></Refer></Response>"

    effects: list[Effect] = exchange.receive(sid, Replied(1, 200, "text/xml", body, URL), 0.0)

    (warned,) = [effect for effect in effects if isinstance(effect, Warned)]
    assert warned.message == "<Refer> to sip:a@example.com is not simulated"


def test_refer_to_nobody() -> None:
    assert call("<Refer/>").codes[0] == 13802


@pytest.mark.parametrize("verb", ["Pay", "Prompt"])
def test_pay_is_refused_by_name_when_it_is_reached(verb: str) -> None:
    fed = call(f"<Say>a</Say><{verb}/>")
    assert fed.codes == []

    fed.listen()

    (warned,) = fed.of(Warned)
    assert warned.level == "policy"
    assert f"<{verb}> is not simulated" in warned.message
    assert fed.ended.ending == "not-simulated"


@pytest.mark.parametrize(
    "document",
    [
        '<Pay chargeAmount="lots"/>',
        '<Pay validCardTypes="visa clubcard"/>',
        '<Pay><Prompt for="shoe-size"/></Pay>',
        "<Pay><Prompt><Gather/></Prompt></Pay>",
        "<Pay><Dial/></Pay>",
    ],
)
def test_what_is_wrong_in_a_pay_is_reported(document: str) -> None:
    assert call(document).codes[0] == 12200


def test_a_complete_pay_has_nothing_to_report() -> None:
    fed = call(
        '<Pause/><Pay input="dtmf" chargeAmount="10.00" currency="usd" tokenType="one-time" postalCode="94105">'
        '<Prompt for="payment-card-number" errorType="timeout invalid-card-number" attempt="2 3"><Say>Card?</Say>'
        '</Prompt><Parameter name="a" value="b"/></Pay>'
    )

    assert fed.codes == []
