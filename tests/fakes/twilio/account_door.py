"""What the tests of the fake account hold in their hands: an open door, and the official SDK's own client behind it."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from fakes.doors import InProcessSession
from fakes.twilio.state import API_URL, Twilio
from tests.fakes.door import Clock

OURS = "+12075551234"
THEIRS = "+17735551234"
URL = "https://app.example/out"


class MovedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """The SDK's own seam for another host: it always asks for api.twilio.com."""

    def __init__(self, base: str, session: Any) -> None:
        super().__init__(pool_connections=False)
        self.session = session
        self._base = base

    async def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        return await super().request(method, url.replace(API_URL, self._base, 1), *args, **options)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any  # a multidict of either door
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> int:
        """The error code; fails for a body that is not one of Twilio's errors."""
        body = self.body
        assert set(body) == {"code", "message", "more_info", "status"}
        assert (body["status"], body["more_info"]) == (
            self.status,
            f"https://www.twilio.com/docs/errors/{body['code']}",
        )
        return int(body["code"])


@dataclass
class AccountDoor:
    """One fake account behind one of its two doors."""

    twilio: Twilio
    clock: Clock
    base: str
    session: "aiohttp.ClientSession | InProcessSession"

    def client(self, user: str | None = None, password: str | None = None, *, account: str | None = None) -> Any:
        """The official SDK's client, untouched but for where its requests go."""
        http_client = MovedHttpClient(self.base, self.session)
        sid = self.twilio.account.sid
        return Client(user or sid, password or self.twilio.account.auth_token, account or sid, http_client=http_client)

    @property
    def test_client(self) -> Any:
        """With the test credentials."""
        account = self.twilio.account
        return self.client(account.test_sid, account.test_token, account=account.test_sid)

    @property
    def root(self) -> str:
        return f"/2010-04-01/Accounts/{self.twilio.account.sid}"

    async def ask(
        self,
        method: str,
        path: str,
        form: Any = None,
        *,
        auth: tuple[str, str] | None = None,
        document: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request without the SDK; with the account's own credentials unless others are given."""
        user, password = auth or (self.twilio.account.sid, self.twilio.account.auth_token)
        if headers is None:
            headers = {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
        options: dict[str, Any] = {}
        if form is not None:
            options["data"] = urlencode(form, doseq=True)
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        if document is not None:
            options["json"] = document
        async with self.session.request(method, self.base + path, headers=headers, **options) as response:
            return Reply(response.status, response.headers, await response.read())


async def refused(request: Any) -> TwilioRestException:
    """The SDK's exception for a request that must be refused."""
    try:
        await request
    except TwilioRestException as error:
        return error
    raise AssertionError("the request was not refused")
