"""The doctor's line about the store, on real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.doctor.checks import State, store_check
from ivr.settings import load_settings
from tests.ivr.store.redis_server import needs_redis, redis_server

KEEPING = ("--appendonly", "yes")


@needs_redis
@pytest.mark.parametrize(
    ("options", "state", "words"),
    [
        (KEEPING, State.OK, "keeps what it is given"),
        ((), State.WARNING, "appendonly yes"),
        ((*KEEPING, "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"), State.WARNING, "noeviction"),
        ((*KEEPING, "--maxmemory", "50mb"), State.OK, "keeps what it is given"),
        ((*KEEPING, "--requirepass", "hunter2"), State.FAILED, "or its password"),
    ],
    ids=["keeps", "forgets at restart", "forgets when full", "refuses when full", "wants a password"],
)
async def test_a_redis_is_judged_by_whether_it_keeps(
    tmp_path: Path, options: tuple[str, ...], state: State, words: str
) -> None:
    with redis_server(tmp_path, *options) as url:
        found = await store_check(load_settings({"IVR_STORE_URL": url}))

    assert (found.state, words in f"{found.found} {found.remedy}") == (state, True), found


async def test_a_redis_that_is_not_there_fails_and_memory_is_only_mentioned() -> None:
    away = await store_check(load_settings({"IVR_STORE_URL": "redis://127.0.0.1:1"}))
    memory = await store_check(load_settings({}))

    assert (away.state, memory.state) == (State.FAILED, State.OK)
