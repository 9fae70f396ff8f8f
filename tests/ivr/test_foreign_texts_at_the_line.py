"""Half characters and nulls in what the line is told: whole before anything is spoken, kept or written of them."""

import json

from ivr.accounts import Account, HttpAccounts
from ivr.calls.stages import Call
from ivr.identity.directory import Directory
from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Person
from tests.foreign_texts import FOREIGN, WHOLE
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, sid
from tests.ivr.stand_ins import Canned, CannedSession


async def test_a_profile_of_okta() -> None:
    user = {"id": "00u1", "status": "ACTIVE", "profile": {"firstName": FOREIGN, "ivrPhone": JANE}}
    session = CannedSession(Canned(200, json.dumps([user])))

    found = await Directory(OktaWire("https://org.example", "token", session=session)).find_caller(JANE)

    assert isinstance(found, Person)
    assert found.first_name == WHOLE


async def test_a_record_of_the_accounts_api() -> None:
    record = {"userId": "00u1", "balance": "1.00", "currency": "a\ud800b", "dueDate": "2027-01-31"}
    session = CannedSession(Canned(200, json.dumps(record)))

    found = await HttpAccounts("https://accounts.example", "token", session=session).standing("00u1")

    assert isinstance(found, Account)
    assert found.currency == "A\ufffdB"


async def test_the_form_of_a_webhook() -> None:
    world = build_world()
    form = {
        "CallSid": sid(1),
        "From": "+1\0",
        "To": "+2\0",
        "AccountSid": "AC\0",
        "FromCity": "a\0b",
        "FromCountry": "XX",
    }

    answer = await world.app.test_client().post("/ivr/welcome", form=form)

    kept = await world.line.calls.get(sid(1))
    assert answer.status_code == 200
    assert isinstance(kept, Call)
    assert (kept.phone, kept.called) == ("+1\ufffd", "+2\ufffd")
