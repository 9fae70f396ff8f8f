"""The log of `ivr serve`: JSON with a line a webhook, or text; nothing private in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ivr.observability.logs import log_handler
from tests.ivr.conftest import Build
from tests.ivr.handset import JANE, World, sid


@contextmanager
def written(form: str) -> Iterator[io.StringIO]:
    """What a process that logs in this form writes about the line."""
    stream = io.StringIO()
    handler = log_handler(form, stream)
    ours = logging.getLogger("ivr")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_json_has_one_line_a_webhook_with_its_facts(world: World) -> None:
    phone = world.handset()
    with written("json") as stream:
        await phone.reach("1", "1")
        await phone.press(world.code())

    webhooks = [each for each in records(stream) if each["event"] == "webhook"]
    assert [each["page"] for each in webhooks] == phone.paths
    verified = webhooks[3]
    assert {name: verified[name] for name in ("call", "caller", "keys", "how", "before", "after", "level")} == {
        "call": sid(1),
        "caller": "…1234",
        "keys": 6,
        "how": "answered",
        "before": "code asked",
        "after": "verified",
        "level": "info",
    }
    assert verified["ms"] > 0
    assert verified["timestamp"].endswith("Z")
    assert isinstance(verified["pid"], int)


async def test_whatever_else_is_logged_in_a_call_bears_its_sid(build: Build) -> None:
    world = build(token="not-the-token")
    with written("json") as stream:
        await world.handset().reach("1")

    trouble = [each for each in records(stream) if each["event"] != "webhook"]
    assert trouble
    assert all(each["call"] == sid(1) for each in trouble)
    assert any("refused our credentials" in each["event"] for each in trouble)


@pytest.mark.parametrize("form", ["json", "text"])
async def test_nothing_private_is_written(world: World, form: str) -> None:
    phone = world.handset()
    with written(form) as stream:
        await phone.reach("1", "1", "918273")
        await phone.press(world.code())
        await phone.press("1")

    for secret in (JANE, JANE[1:], world.code(), "918273", "dollars", "Jane", world.okta.org.api_token):
        assert secret not in stream.getvalue()


async def test_text_is_for_people_and_what_no_terminal_is_gets_json(world: World) -> None:
    with written("text") as text, written("auto") as piped:
        await world.handset().dial()

    assert not text.getvalue().startswith("{")
    assert "webhook" in text.getvalue()
    assert "page=/ivr/welcome" in text.getvalue()
    assert records(piped)[0]["page"] == "/ivr/welcome"
