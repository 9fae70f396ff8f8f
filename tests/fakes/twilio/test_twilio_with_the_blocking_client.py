"""The SDK's usual, blocking client against a served account: what a script or a command would use."""

import asyncio
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from fakes.doors import served
from fakes.twilio.app import create_app
from fakes.twilio.state import API_URL, Twilio
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import OURS, THEIRS, URL


class MovedHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Asks the fake instead of api.twilio.com."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.session.trust_env = False  # loopback is not reached through a proxy
        self._base = base

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        return super().request(method, url.replace(API_URL, self._base, 1), *args, **options)


async def test_a_day_in_the_life_of_a_script() -> None:
    twilio = Twilio(now=Clock())
    twilio.add_number(OURS)

    def script(base: str) -> tuple[str, list[str], str]:
        http_client = MovedHttpClient(base)
        client = Client(twilio.account.sid, twilio.account.auth_token, http_client=http_client)
        number = client.incoming_phone_numbers.list(phone_number=OURS)[0].update(voice_url=URL)
        calls = [client.calls.create(to=THEIRS, from_=OURS, url=URL, status_callback_event=["ringing"]) for _ in "123"]
        canceled = calls[0].update(status="canceled")
        listed = [call.sid for call in client.calls.list(page_size=2)]
        http_client.session.close()
        assert listed == [call.sid for call in reversed(calls)]
        return number.voice_url, listed, canceled.status

    async with served(create_app(twilio)) as base:
        voice_url, listed, status = await asyncio.to_thread(script, base)

    assert (voice_url, len(listed), status) == (URL, 3, "canceled")
