"""Half characters and nulls in everything that the fakes read: refused as Okta refuses them, or whole from then on."""

from pathlib import Path

from fakes.accounts.app import AccountsHandler
from fakes.accounts.state import Accounts
from fakes.people import JANE
from fakes.request_log import RequestLog
from fakes.seed import read_seed
from fakes.twilio.request import read_form
from fakes.web import Request
from tests.fakes.door import Clock, Door
from tests.foreign_texts import ESCAPED, WHOLE


async def test_an_attribute_over_the_control_plane(door: Door) -> None:
    path = f"/_fake/users/{JANE.login}"

    changed = await door.post(path, raw=f'{{"profile": {{"firstName": {ESCAPED}}}}}')
    state = await door.get("/_fake/state")
    read = await door.get(f"/api/v1/users/{JANE.id}")

    assert (changed.status, state.status) == (200, 200)
    assert read.body["profile"]["firstName"] == WHOLE


async def test_a_device_s_name(door: Door) -> None:
    refused = await door.post(f"/_fake/devices/{JANE.id}", raw=f'{{"name": {ESCAPED}}}')

    assert refused.status in (200, 404)
    assert (await door.get("/_fake/state")).status == 200


async def test_a_search(door: Door) -> None:
    found = await door.search(f"profile.firstName eq {ESCAPED}")

    assert (found.status, found.body) == (200, [])


async def test_a_path_and_a_query(door: Door) -> None:
    missing = await door.get("/api/v1/users/a%00b%ED%A0%80")
    texts = await door.get("/_fake/sms?to=%00%ED%A0%80")

    assert missing.error == "E0000007"
    assert "\0" not in missing.text
    assert texts.body == []


def test_a_form() -> None:
    form = read_form(b"Body=a%ED%A0%80b%00c&%00=1")

    assert form.text("Body") == "a\ufffd\ufffd\ufffdb\ufffdc"
    assert "\ufffd" in form


def test_a_call_back_of_the_accounts_api() -> None:
    accounts = Accounts(now=Clock())
    handler = AccountsHandler(accounts, RequestLog(accounts.clock))
    body = f'{{"userId": {ESCAPED}, "phone": "+17735551234", "topic": "support", "callSid": "CA{"0" * 32}"}}'
    headers = {"authorization": f"Bearer {accounts.token}", "idempotency-key": "1"}

    noted = handler.answer(Request("POST", accounts.url, "/v1/callbacks", headers=headers, body=body.encode()))
    listed = handler.answer(Request("GET", accounts.url, "/_fake/callbacks"))

    assert (noted.status, listed.status) == (201, 200)
    assert accounts.callbacks[0].user_id == WHOLE


def test_a_seed(tmp_path: Path) -> None:
    seed = tmp_path / "people.yaml"
    seed.write_text('groups: [{name: "a\\0b"}]', "utf-8")

    assert read_seed(seed)["groups"] == [{"name": "a\ufffdb"}]


async def test_half_a_character_that_a_program_in_this_process_gives(door: Door) -> None:
    door.okta.change_profile(JANE.id, {"firstName": "Z\ud800"})

    assert (await door.get(f"/api/v1/users/{JANE.id}")).body["profile"]["firstName"] == "Z\ufffd"
