"""S01 to S08: who may call, and what every answer carries."""

import pytest

from fakes.people import JANE
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door


async def test_S01_a_management_call_without_credentials_is_refused(door: Door) -> None:
    door.token = None

    reply = await door.get("/api/v1/users")

    assert (reply.status, reply.error) == (403, "E0000005")


@pytest.mark.parametrize("header", ["SSWS wrong", "SSWSwrong", "Bearer wrong", "Basic eDp5", "SSWS", "nonsense"])
async def test_S02_an_unknown_token_is_refused(door: Door, header: str) -> None:
    reply = await door.get("/api/v1/users", headers={"Authorization": header})

    assert (reply.status, reply.error) == (401, "E0000011")


@pytest.mark.parametrize("between", ["", " "])
async def test_S03_the_scheme_and_the_token_may_touch(door: Door, between: str) -> None:
    reply = await door.get("/api/v1/users", headers={"Authorization": f"SSWS{between}{door.token}"})

    assert reply.status == 200


async def test_S05_every_answer_has_a_request_id_and_the_limits(door: Door) -> None:
    replies = [await door.get(path) for path in ("/api/v1/users", "/api/v1/users/nobody", "/api/v1/nothing")]

    assert [reply.status for reply in replies] == [200, 404, 404]
    assert len({reply.headers["X-Okta-Request-Id"] for reply in replies}) == 3
    for reply in replies:
        limit, left = int(reply.headers["X-Rate-Limit-Limit"]), int(reply.headers["X-Rate-Limit-Remaining"])
        assert 0 <= left <= limit
        assert int(reply.headers["X-Rate-Limit-Reset"]) == int(door.clock.at) + 60


async def test_S05_a_used_up_limit_answers_429_until_the_window_ends(door: Door) -> None:
    door.okta.faults.rate_limit(2, "GET /api/v1/users/*")
    path = f"/api/v1/users/{JANE.id}"

    replies = [await door.get(path) for _ in range(3)]
    door.clock.advance(60)
    later = await door.get(path)

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].error == "E0000047"
    assert replies[2].headers["X-Rate-Limit-Remaining"] == "0"
    assert replies[2].headers["X-Rate-Limit-Limit"] == "2"
    assert later.status == 200


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_S06_the_engine_is_told_without_credentials(open_door: OpenDoor, pipeline: str) -> None:
    door = await open_door(pipeline=pipeline)
    door.token = None

    reply = await door.get("/.well-known/okta-organization")

    assert reply.status == 200
    assert reply.body["pipeline"] == pipeline
