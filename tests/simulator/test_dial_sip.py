"""What the far end of a dialled leg answers in SIP's codes. Source: Twilio docs, TwiML Sip; published callbacks."""

import re

import pytest

from simulator.vocabulary import Answered, Declined, HungUp
from tests.simulator.feeding import FedCall
from tests.simulator.test_dial import AGENT, dialled

SIP = '<Dial action="/d" timeout="20"><Sip>sip:desk@pbx.example</Sip></Dial>'


def sip_of(fed: FedCall) -> dict[str, str]:
    """What the action is told of the SIP address."""
    return {name: value for name, value in fed.asked.params.items() if name.startswith("DialSip")}


def test_the_action_hears_what_a_sip_address_answered() -> None:
    fed, child = dialled(SIP)

    fed.feed(Answered(sip_headers={"X-Agent": "7", "x-desk": "a b", "Via": "pbx"}), child)
    fed.feed(HungUp(), child)

    sip = sip_of(fed)
    assert re.fullmatch(r"[0-9a-f]{32}@0\.0\.0\.0", sip.pop("DialSipCallId"))
    assert sip == {"DialSipResponseCode": "200", "DialSipHeader_X-Agent": "7", "DialSipHeader_x-desk": "a b"}


@pytest.mark.parametrize(("event", "code"), [(Declined("declined"), "603"), (Declined("busy"), "486"), (None, "487")])
def test_the_action_hears_why_a_sip_address_did_not_take_the_call(event: Declined | None, code: str) -> None:
    fed, child = dialled(SIP)

    fed.wait(20) if event is None else fed.feed(event, child)

    assert sip_of(fed)["DialSipResponseCode"] == code
    assert sip_of(fed).keys() == {"DialSipCallId", "DialSipResponseCode"}


def test_of_a_sip_address_the_action_hears_also_when_the_caller_hangs_up() -> None:
    fed, child = dialled(SIP)
    fed.feed(Answered(), child)

    fed.hang_up()

    assert fed.told[-1].params["DialSipResponseCode"] == "200"


def test_a_number_has_no_sip_answer() -> None:
    fed, child = dialled(f'<Dial action="/d">{AGENT}</Dial>')

    fed.feed(Answered(sip_headers={"X-Agent": "7"}), child)
    fed.feed(HungUp(), child)

    assert sip_of(fed) == {}


def test_callbacks_of_dialled_legs_have_the_sip_code_of_their_far_end() -> None:
    number = f'<Number statusCallback="/s">{AGENT}</Number>'
    fed, other = dialled(f"<Dial>{number}<Client statusCallback='/s'>ann</Client></Dial>")
    answered = fed.rung[0]

    fed.feed(Answered(), answered)
    fed.feed(HungUp(), answered)

    told = {tell.sid: (tell.params["CallStatus"], tell.params["SipResponseCode"]) for tell in fed.told}
    assert told == {answered: ("completed", "200"), other: ("canceled", "487")}
