"""The official okta SDK's raw path (its request executor) against the fake, in process and over loopback."""

import json
from typing import Any

import pytest
from okta.cache.no_op_cache import NoOpCache
from okta.request_executor import RequestExecutor

from fakes.people import JANE, JON
from tests.fakes.door import Door


class Sdk:
    """A request executor without the SDK's client, which costs seconds to import."""

    def __init__(self, door: Door) -> None:
        config = {
            "client": {
                "orgUrl": door.base,
                "token": door.token,
                "authorizationMode": "SSWS",
                "rateLimit": {"maxRetries": 0},
                "requestTimeout": 10,
            }
        }
        self._executor = RequestExecutor(config, NoOpCache())
        self._executor.set_session(door.session)

    async def call(self, method: str, path: str, body: Any = None) -> tuple[Any, Any, Any]:
        """(response, parsed body, error)."""
        request, error = await self._executor.create_request(method, path, body, {})
        assert error is None
        response, text, error = await self._executor.execute(request)
        return response, json.loads(text) if text else None, error


@pytest.fixture
async def sdk(door: Door) -> Sdk:
    return Sdk(door)


async def test_sms_from_phone_number_to_proof(door: Door, sdk: Sdk) -> None:
    search = f"/api/v1/users?search=profile.ivrPhone%20eq%20%22%2B{JANE.phone[1:]}%22"
    _, (user,), _ = await sdk.call("GET", search)
    _, factors, _ = await sdk.call("GET", f"/api/v1/users/{user['id']}/factors")
    verify = next(each for each in factors if each["factorType"] == "sms")["_links"]["verify"]["href"]
    _, challenged, _ = await sdk.call("POST", verify)
    wrong, _, error = await sdk.call("POST", verify, {"passCode": "000000"})
    _, proved, _ = await sdk.call("POST", verify, {"passCode": door.okta.texts(JANE.phone)[-1].code})

    assert challenged["factorResult"] == "CHALLENGE"
    assert (wrong.status, error.error_code) == (403, "E0000068")
    assert proved == {"factorResult": "SUCCESS"}


async def test_push_from_start_to_approval(door: Door, sdk: Sdk) -> None:
    path = await door.factor_path(JON.id, "push")
    response, started, _ = await sdk.call("POST", f"{path}/verify")
    _, waiting, _ = await sdk.call("GET", started["_links"]["poll"]["href"])
    door.okta.answer_push(JON.id, True)
    _, approved, _ = await sdk.call("GET", started["_links"]["poll"]["href"])

    assert response.status == 201
    assert waiting["factorResult"] == "WAITING"
    assert approved == {"factorResult": "SUCCESS"}


async def test_cancelling_a_push_has_no_body(door: Door, sdk: Sdk) -> None:
    path = await door.factor_path(JON.id, "push")
    _, started, _ = await sdk.call("POST", f"{path}/verify")

    response, body, error = await sdk.call("DELETE", started["_links"]["cancel"]["href"])

    assert (response.status, body, error) == (204, None, None)


async def test_a_refusal_is_the_sdk_s_own_error(sdk: Sdk) -> None:
    response, _, error = await sdk.call("GET", "/api/v1/users/nobody")

    assert response.status == 404
    assert error.error_code == "E0000007"
    assert error.error_id.startswith("oae")
