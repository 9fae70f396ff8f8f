"""The in-process session behaves as aiohttp's towards both SDKs, and a served application starts and stops cleanly."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from quart import Quart, jsonify, request
from twilio.http.async_http_client import AsyncTwilioHttpClient

from fakes.doors import InProcessSession, served
from fakes.okta.app import create_app
from fakes.okta.state import Okta
from fakes.people import JANE, seed_people
from tests.fakes.door import Clock

BASE = "https://any.example"


def echo_app() -> Quart:
    """An application that is none of ours: it tells what reached it."""
    app = Quart("echo")

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def echo(path: str) -> Any:
        body = await request.get_data(as_text=True)
        return jsonify(path=path, args=dict(request.args), body=body, headers=dict(request.headers), host=request.host)

    return app


async def test_any_asgi_application_can_stand_behind_an_origin() -> None:
    session = InProcessSession({BASE: echo_app()})

    async with session.get(f"{BASE}/a%20b?x=1%2B1", headers={"X-Own": "yes"}) as response:
        seen = await response.json()

    assert (response.status, response.content_type, response.ok) == (200, "application/json", True)
    assert (seen["path"], seen["args"], seen["host"]) == ("a b", {"x": "1+1"}, "any.example")
    assert seen["headers"]["X-Own"] == "yes"
    assert response.request_info.method == "GET"


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # the twilio SDK still uses it
async def test_the_twilio_sdk_s_client_is_served() -> None:
    client = AsyncTwilioHttpClient(pool_connections=False)
    client.session = InProcessSession({BASE: echo_app()})

    response = await client.request("POST", f"{BASE}/Calls.json", data={"To": "+1 5", "From": "x"}, auth=("AC1", "t"))

    seen = json.loads(response.text)
    assert seen["body"] == "To=%2B1+5&From=x"
    assert seen["headers"]["Authorization"] == "Basic QUMxOnQ="
    assert seen["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


async def test_a_host_that_is_not_wired_up_is_a_connection_error_naming_it() -> None:
    session = InProcessSession({BASE: echo_app()})

    with pytest.raises(aiohttp.ClientConnectionError, match=r"https://elsewhere\.example"):
        await session.get("https://elsewhere.example/x")


async def test_a_closed_session_refuses_like_aiohttp_s() -> None:
    async with InProcessSession({BASE: echo_app()}) as session:
        pass

    with pytest.raises(RuntimeError, match="closed"):
        await session.get(f"{BASE}/x")


async def test_several_headers_of_one_name_are_kept_whatever_their_case() -> None:
    okta = Okta(now=Clock())
    seed_people(okta)
    session = InProcessSession({okta.org.url: create_app(okta)})

    url = f"{okta.org.url}/api/v1/users?limit=1"
    async with session.get(url, headers={"AUTHORIZATION": f"SSWS {okta.org.api_token}"}) as response:
        assert len(response.headers.getall("link")) == 2
        assert response.headers["x-okta-request-id"] == response.headers["X-Okta-Request-Id"]


def slow_org(seconds: float) -> Okta:
    okta = Okta(now=Clock())
    seed_people(okta)
    okta.faults.slow_by(seconds)
    return okta


async def ask(okta: Okta, session: "InProcessSession | aiohttp.ClientSession", base: str, patience: float) -> int:
    headers = {"Authorization": f"SSWS {okta.org.api_token}"}
    url = f"{base}/api/v1/users/{JANE.id}"
    async with session.request("GET", url, headers=headers, timeout=aiohttp.ClientTimeout(total=patience)) as response:
        return response.status


async def test_a_slow_answer_costs_no_time_in_process() -> None:
    okta = slow_org(3600)
    session = InProcessSession({okta.org.url: create_app(okta)})

    assert await ask(okta, session, okta.org.url, patience=7200) == 200


async def test_an_answer_slower_than_the_timeout_is_a_timeout_in_process() -> None:
    okta = slow_org(10)
    session = InProcessSession({okta.org.url: create_app(okta)})

    with pytest.raises(asyncio.TimeoutError):
        await ask(okta, session, okta.org.url, patience=5)


async def test_slowness_is_slept_with_the_sleep_that_was_given() -> None:
    okta = slow_org(10)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    in_process = InProcessSession({okta.org.url: create_app(okta)}, sleep=sleep)
    await ask(okta, in_process, okta.org.url, patience=60)
    async with served(create_app(okta, sleep=sleep)) as base, aiohttp.ClientSession() as session:
        await ask(okta, session, base, patience=60)

    assert slept == [10, 10]


async def test_a_server_is_gone_after_its_block() -> None:
    async with served(echo_app()) as base:
        assert base.startswith("http://127.0.0.1:")
        async with aiohttp.ClientSession() as session, session.get(f"{base}/x") as response:
            assert response.status == 200

    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{base}/x")


async def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    async with served(echo_app()) as base:
        port = int(base.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with served(echo_app(), port=port):
                pass
