"""The company's accounts API through both doors."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from fakes.accounts.app import create_app
from fakes.accounts.state import MOST, Accounts
from fakes.doors import InProcessSession, served
from fakes.people import JANE, JON, seed_accounts
from tests.fakes.door import Clock

CALL_SID = "CA" + "0" * 32
WISH = {"userId": JANE.id, "phone": JANE.phone, "topic": "support", "callSid": CALL_SID}


@dataclass
class Api:
    accounts: Accounts
    base: str
    session: "aiohttp.ClientSession | InProcessSession"

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.accounts.token}", **options.pop("headers", {})}
        async with self.session.request(method, self.base + path, headers=headers, **options) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def wish(self, key: str = "key-1", **changed: Any) -> tuple[int, Any]:
        return await self.call("POST", "/v1/callbacks", json={**WISH, **changed}, headers={"Idempotency-Key": key})


@pytest.fixture(params=["in process", "served"])
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    accounts = Accounts(now=Clock())
    seed_accounts(accounts)
    app = create_app(accounts)
    async with AsyncExitStack() as stack:
        if request.param == "in process":
            base = "http://accounts.internal"
            yield Api(accounts, base, InProcessSession({base: app}))
        else:
            base = await stack.enter_async_context(served(app))
            yield Api(accounts, base, await stack.enter_async_context(aiohttp.ClientSession()))


async def test_an_account_has_a_balance_and_a_due_date(api: Api) -> None:
    status, body = await api.call("GET", f"/v1/accounts/{JANE.id}")

    assert status == 200
    assert body == {"userId": JANE.id, "balance": "142.50", "currency": "USD", "dueDate": "2026-12-15"}


async def test_an_unknown_user_has_no_account(api: Api) -> None:
    status, body = await api.call("GET", "/v1/accounts/00unobody")

    assert (status, body["error"]) == (404, "account_not_found")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "SSWS fake-accounts-token-not-a-secret"])
async def test_without_the_token_nothing_is_told(api: Api, header: str) -> None:
    status, body = await api.call("GET", f"/v1/accounts/{JANE.id}", headers={"Authorization": header})

    assert (status, body["error"]) == (401, "unauthorized")


async def test_a_callback_is_noted(api: Api) -> None:
    status, body = await api.wish()

    assert status == 201
    assert body == {"id": "cb_000001", "status": "requested", "requestedAt": "2026-11-24T14:00:00Z"}
    _, noted = await api.call("GET", "/_fake/callbacks")
    assert noted == [{**body, **WISH}]


async def test_an_unknown_caller_may_be_called_back(api: Api) -> None:
    status, _ = await api.wish(userId=None, topic="account")

    assert status == 201


async def test_the_same_key_is_the_same_request(api: Api) -> None:
    first = await api.wish("one")
    again = await api.wish("one", phone=JON.phone)
    other = await api.wish("two")

    assert again == first
    assert other[1]["id"] == "cb_000002"
    assert len(api.accounts.callbacks) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone", "555"),
        ("phone", None),
        ("topic", "sales"),
        ("callSid", "CA1"),
        ("userId", 5),
        ("userId", ""),
        ("topic", ["support"]),
    ],
)
async def test_a_wrong_field_is_named(api: Api, name: str, value: object) -> None:
    status, body = await api.wish("key-1", **{name: value})

    assert (status, body["error"]) == (400, "invalid_request")
    assert name in body["message"]
    assert api.accounts.callbacks == []


async def test_a_callback_needs_an_idempotency_key(api: Api) -> None:
    status, body = await api.call("POST", "/v1/callbacks", json=WISH)

    assert (status, body["error"]) == (400, "invalid_request")
    assert "Idempotency-Key" in body["message"]


async def test_a_broken_body_is_refused(api: Api) -> None:
    status, body = await api.call("POST", "/v1/callbacks", data="{", headers={"Idempotency-Key": "k"})

    assert (status, body["error"]) == (400, "invalid_request")


async def test_unknown_paths_and_verbs_are_named(api: Api) -> None:
    assert (await api.call("GET", "/v1/invoices"))[0] == 404
    assert (await api.call("DELETE", f"/v1/accounts/{JANE.id}"))[0] == 405


async def test_a_fault_can_be_ordered_and_reset(api: Api) -> None:
    await api.call("POST", "/_fake/faults", json={"fail_next": {"status": 503, "times": 9}})
    failed, _ = await api.call("GET", f"/v1/accounts/{JANE.id}")
    await api.call("POST", "/_fake/reset")
    fine, _ = await api.call("GET", f"/v1/accounts/{JANE.id}")

    assert (failed, fine) == (503, 200)


def test_call_backs_do_not_fill_the_memory() -> None:
    accounts = Accounts(now=Clock())
    noted = [accounts.request_callback(f"key {number}", WISH) for number in range(MOST + 2)]

    assert accounts.callbacks == noted[2:]
    assert accounts.request_callback("key 2", WISH) is noted[2]
    assert accounts.request_callback("key 0", WISH).id == f"cb_{MOST + 3:06d}"


async def test_reset_forgets_callbacks_and_keys(api: Api) -> None:
    await api.wish("one")
    await api.call("POST", "/_fake/reset")

    _, body = await api.wish("one")

    assert body["id"] == "cb_000001"
    assert (await api.call("GET", "/_fake/state"))[1]["callbacks"] == 1
