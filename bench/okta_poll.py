"""The fake Okta under the official SDK's raw path: factor polls a second in process, and memory over many of them."""

import gc
import sys
from collections.abc import Callable
from typing import Any

from bench.measure import Row, best_seconds

POLLS = 2_000
MANY = 100_000
BUDGET = 2_000
FLAT = 100  # blocks of memory; counters grow a digit, nothing else may stay behind


async def rows() -> list[Row]:
    from okta.cache.no_op_cache import NoOpCache
    from okta.request_executor import RequestExecutor

    from fakes.doors import InProcessSession
    from fakes.okta import factors, push, users
    from fakes.okta.app import OktaHandler, create_app
    from fakes.okta.records import Settings
    from fakes.okta.state import Okta
    from fakes.people import JON, seed_people
    from fakes.web import Request

    okta = Okta(now=lambda: 1_795_528_800.0, settings=Settings(enforce_limits=False))
    seed_people(okta)
    jon = users.find(okta.org, JON.id)
    factor = next(each for each in factors.of_user(okta.org, jon) if each.type == "push")
    started = push.start(okta.org, jon, factor, with_number=False, origin="")
    path = f"/api/v1/users/{jon.id}/factors/{factor.id}/transactions/{started.id}"
    client = {
        "orgUrl": okta.org.url,
        "token": okta.org.api_token,
        "authorizationMode": "SSWS",
        "rateLimit": {"maxRetries": 0},
    }
    executor: Any = RequestExecutor({"client": client}, NoOpCache())
    executor.set_session(InProcessSession({okta.org.url: create_app(okta)}))

    async def poll() -> None:
        for _ in range(POLLS):
            request, _error = await executor.create_request("GET", path, None, {})
            _response, text, error = await executor.execute(request)
            assert error is None, text

    per_second = POLLS / await best_seconds(poll)
    handler = OktaHandler(okta.org)
    request = Request("GET", okta.org.url, path, headers={"authorization": f"SSWS {okta.org.api_token}"})
    grown = _grown_by(lambda: handler.answer(request).status == 200)
    return [
        Row(
            "factor polls through the okta SDK, in process, one core",
            f"{per_second:,.0f} a second",
            f"≥ {BUDGET:,} a second",
            per_second >= BUDGET,
            per_second,
        ),
        Row(
            f"memory of the fake Okta after {MANY:,} more polls",
            f"{grown:+d} blocks",
            f"flat (within {FLAT} blocks)",
            grown <= FLAT,
            grown,
        ),
    ]


def _grown_by(work: Callable[[], bool]) -> int:
    """How many blocks of memory many rounds leave behind, after some to warm up."""
    for _ in range(MANY // 10):
        assert work()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(MANY):
        work()
    gc.collect()
    return sys.getallocatedblocks() - before
