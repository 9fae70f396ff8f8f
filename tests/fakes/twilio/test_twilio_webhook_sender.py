"""Webhooks of a served account, sent by the sender over loopback to an application that checks their signature."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from fakes.doors import served
from fakes.twilio.state import Twilio
from fakes.twilio.webhook_sender import WebhookSender
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import OURS, THEIRS


@dataclass
class Application:
    """Thanks for every text; says whether the signature was right."""

    base: str = ""
    asked: list[tuple[str, bool]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        params = dict(parse_qsl((await receive())["body"].decode(), keep_blank_values=True))
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        url = self.base + scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        is_right = RequestValidator(Twilio(now=Clock()).account.auth_token).validate(
            url, params, headers["x-twilio-signature"]
        )
        self.asked.append((f"{scope['method']} {scope['path']}", is_right))
        self.tokens.append(headers["i-twilio-idempotency-token"])
        self.regions.append(headers["x-home-region"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Thanks!" if scope["path"] == "/sms" else b""})


@dataclass
class Post:
    twilio: Twilio
    app: Application
    sender: WebhookSender


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    app, twilio = Application(), Twilio(now=Clock())
    async with served(app) as base, aiohttp.ClientSession() as session:
        app.base = base
        sender = WebhookSender(twilio, session)
        twilio.connect(None, sender.send)
        running = asyncio.create_task(sender.run())
        yield Post(twilio, app, sender)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_text_is_told_signed_and_its_answer_delivered(post: Post, method: Any) -> None:
    post.twilio.add_number(OURS, sms_url=f"{post.app.base}/sms", sms_method=method)

    post.twilio.text(THEIRS, OURS, "hello & good-bye")
    await post.sender.settle()

    assert post.app.asked == [(f"{method} /sms", True)]
    assert (len(post.app.tokens[0]), post.app.regions) == (36, ["us1"])
    assert [text.body for text in post.twilio.texts(THEIRS)] == ["Thanks!"]


async def test_nobody_at_home_turns_to_the_fallback(post: Post) -> None:
    nobody = "http://127.0.0.1:1/sms"  # nothing listens on port 1
    post.twilio.add_number(OURS, sms_url=nobody, sms_fallback_url=f"{post.app.base}/sms")

    post.twilio.text(THEIRS, OURS, "hello")
    await post.sender.settle()

    assert post.twilio.webhooks[-1].params["ErrorUrl"] == nobody
    assert [text.body for text in post.twilio.texts(THEIRS)] == ["Thanks!"]
