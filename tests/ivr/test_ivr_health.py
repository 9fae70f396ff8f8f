"""What probes are told: alive, and ready or not; in words that anybody may read, and at little cost to Okta."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart

from ivr.accounts import NotConfiguredAccounts
from ivr.app import create_app
from ivr.calls.store import MemoryCalls
from ivr.settings import load_settings
from tests.ivr.conftest import Build
from tests.ivr.handset import Clock, World


async def ask(app: Quart, path: str = "/readyz") -> tuple[int, Any]:
    response = await app.test_client().get(path)
    return response.status_code, await response.get_json()


async def test_a_line_whose_services_answer_is_alive_and_ready(world: World) -> None:
    assert await ask(world.app, "/healthz") == (200, {"alive": True})
    assert await ask(world.app) == (
        200,
        {"ready": True, "closing": False, "store": "ok", "okta": "ok", "accounts": "ok"},
    )


@pytest.mark.parametrize("service", ["okta", "accounts"])
async def test_a_service_that_is_down_is_red_and_green_again_without_a_call(world: World, service: str) -> None:
    getattr(world, service).faults.fail_next(status=503, times=1)

    status, words = await ask(world.app)
    assert (status, words["ready"], words[service]) == (503, False, "down")
    assert (await ask(world.app, "/healthz"))[0] == 200, "the process is well"

    world.clock.at += 10
    assert (await ask(world.app))[0] == 200


async def test_a_store_that_is_down_is_red(world: World) -> None:
    class GoneCalls(MemoryCalls):
        async def health(self) -> str | None:
            return "The Redis of IVR_STORE_URL cannot be asked (ConnectionError)."

    app = create_app(replace(world.line, calls=GoneCalls(Clock())))

    assert (await ask(app))[1]["store"] == "down"


async def test_a_hundred_probes_are_one_question(world: World) -> None:
    asked: list[int] = []

    class CountedCalls(MemoryCalls):
        async def health(self) -> str | None:
            asked.append(1)
            await asyncio.sleep(0)
            return None

    app = create_app(replace(world.line, calls=CountedCalls(Clock())))

    await asyncio.gather(*(ask(app) for _ in range(50)))
    await asyncio.gather(*(ask(app) for _ in range(50)))

    assert len(asked) == 1


async def test_a_service_that_does_not_answer_is_down_in_time(world: World) -> None:
    class SilentCalls(MemoryCalls):
        async def health(self) -> str | None:
            raise TimeoutError

    status, words = await ask(create_app(replace(world.line, calls=SilentCalls(Clock()))))

    assert (status, words["store"]) == (503, "down")


async def test_a_live_line_without_an_accounts_api_can_be_ready(build: Build) -> None:
    world = build()
    live = {"IVR_BACKEND": "live", "OKTA_ORG_URL": "https://x.okta.com", "OKTA_API_TOKEN": "x"}
    line = replace(world.line, settings=load_settings(live), accounts=NotConfiguredAccounts())

    status, words = await ask(create_app(line))

    assert (status, words["accounts"]) == (200, "not configured")


async def test_a_closing_line_is_red_takes_no_new_calls_and_finishes_those_it_has(world: World) -> None:
    is_closing = False
    world.app = create_app(replace(world.line, closing=lambda: is_closing))
    phone = world.handset()
    await phone.reach("1", "1")
    is_closing = True

    status, words = await ask(world.app)
    newcomer = await world.handset(number=2).dial()
    await phone.press(world.code())

    assert (status, words["closing"]) == (503, True)
    assert "a short break" in newcomer.said
    assert newcomer.is_over
    assert "You're verified" in phone.said
