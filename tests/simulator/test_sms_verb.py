"""`<Sms>` by feeding events. Source: Twilio docs, TwiML Sms; statement T71."""

import pytest

from simulator.exchange.exchange import Exchange
from simulator.verbs.script import Inline, Outgoing
from simulator.vocabulary import Answered, Connected, Sent
from tests.simulator.feeding import CALLED, CALLER, call


def test_T71_a_message_is_sent_in_the_background_and_the_next_verb_runs() -> None:
    fed = call("<Sms>The code is 12</Sms><Say>sent</Say>")

    fed.listen()

    (sent,) = fed.of(Sent)
    assert (sent.sender, sent.to, sent.body) == (CALLED, CALLER, "The code is 12")
    assert sent.message.startswith("SM")
    assert fed.heard == ["sent"]
    assert (fed.requests, fed.codes) == (1, [])


def test_sending_does_not_answer_the_call() -> None:
    assert call("<Sms>hello</Sms><Pause length='3'/>").of(Connected) == []


def test_with_an_action_its_document_is_next() -> None:
    fed = call('<Sms action="/sent" method="GET" to="(312) 555-0111" from="+12075550000">hello</Sms><Say>never</Say>')

    (sent,) = fed.of(Sent)
    assert (sent.sender, sent.to) == ("+12075550000", "+13125550111")
    assert (fed.asked.url, fed.asked.method) == ("http://app.example/sent", "GET")
    assert (fed.asked.params["SmsSid"], fed.asked.params["SmsStatus"]) == (sent.message, "sending")


@pytest.mark.parametrize(
    ("sms", "code"),
    [
        ('<Sms action="/sent" to="nobody">hello</Sms>', 14101),
        ('<Sms action="/sent" from="ACME">hello</Sms>', 14102),
        ('<Sms action="/sent"></Sms>', 14103),
        (f'<Sms action="/sent">{"x" * 1601}</Sms>', 14103),
    ],
)
def test_what_cannot_be_sent_is_told_as_invalid(sms: str, code: int) -> None:
    fed = call(sms)

    assert fed.codes == [code]
    assert fed.of(Sent) == []
    assert fed.asked.params["SmsStatus"] == "invalid"


def test_the_status_callback_hears_that_it_was_sent() -> None:
    fed = call('<Sms statusCallback="/status">hello</Sms><Pause/>')

    (told,) = fed.told
    assert (told.method, told.url) == ("POST", "http://app.example/status")
    assert (told.params["SmsStatus"], told.params["MessageStatus"]) == ("sent", "sent")
    assert told.params["SmsSid"] == fed.of(Sent)[0].message
    assert (told.params["From"], told.params["To"]) == (CALLED, CALLER)


def test_a_malformed_status_callback_is_reported() -> None:
    assert call('<Sms statusCallback="http://">hello</Sms><Pause/>').codes == [14105]


def test_on_a_call_that_the_exchange_placed_the_called_party_gets_it() -> None:
    exchange = Exchange()
    document = Inline("<Response><Sms>hello</Sms></Response>")
    sid, _ = exchange.place_outgoing(Outgoing("+13125550111", CALLED, 60, document), now=0.0)

    effects = exchange.receive(sid, Answered(), 1.0)

    (sent,) = [effect for effect in effects if isinstance(effect, Sent)]
    assert (sent.sender, sent.to) == (CALLED, "+13125550111")
