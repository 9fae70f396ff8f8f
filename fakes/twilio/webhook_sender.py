"""Sends the outbox of a served account over HTTP, signed, one webhook after the other; it decides nothing.

In a process with a telephone network the network sends them instead (see okta_twilio_ivr/twilio.py).
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from hmac import digest
from urllib.parse import urldefrag, urlencode, urlsplit, urlunsplit

import aiohttp

from fakes.twilio.network import Reply, Webhook
from fakes.twilio.state import Twilio

PATIENCE = aiohttp.ClientTimeout(total=15)
MOST_HOPS = 10
LARGEST_REPLY = 128 * 1024
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class WebhookSender:
    """Give its `send` to `Twilio.connect` and keep `run` running."""

    def __init__(self, twilio: Twilio, session: aiohttp.ClientSession) -> None:
        self._twilio = twilio
        self._session = session
        self._waiting: asyncio.Queue[Webhook] = asyncio.Queue()

    def send(self, webhook: Webhook) -> None:
        self._waiting.put_nowait(webhook)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            webhook = await self._waiting.get()
            reply = await self._ask(webhook)
            if webhook.answer:
                self._twilio.take_reply(webhook.id, reply)
            self._waiting.task_done()

    async def settle(self) -> None:
        """Wait until everything is sent, with what came of the answers."""
        await self._waiting.join()

    async def _ask(self, webhook: Webhook) -> Reply:
        url = _without_user(urldefrag(webhook.url).url)
        params = urlencode(webhook.params)
        headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "X-Home-Region": "us1"}
        headers["I-Twilio-Idempotency-Token"] = self._twilio.account.source.uuid()
        body = None
        if webhook.method == "POST":
            headers |= {"Content-Type": FORM, "X-Twilio-Signature": self._sign(url, webhook.params)}
            body = params.encode()
        else:
            url += f"{'&' if '?' in url else '?'}{params}"
            headers["X-Twilio-Signature"] = self._sign(url, {})
        try:
            async with self._session.request(
                webhook.method, url, data=body, headers=headers, timeout=PATIENCE, max_redirects=MOST_HOPS
            ) as answer:
                content = await answer.content.read(LARGEST_REPLY)
                return Reply(answer.status, answer.headers.get("Content-Type", ""), content)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return Reply(0)

    def _sign(self, url: str, params: Mapping[str, str]) -> str:
        """HMAC-SHA1 over URL and sorted parameters; for messages the port stays in (Twilio docs: webhook security)."""
        text = url + "".join(name + params[name] for name in sorted(params))
        return b64encode(digest(self._twilio.account.auth_token.encode(), text.encode(), "sha1")).decode()


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
