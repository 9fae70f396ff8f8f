"""Two HTTP clients for the official Twilio SDK: one that asks a fake account directly, one that asks a served one."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from fakes.twilio.app import TwilioHandler
from fakes.twilio.state import API_URL, Twilio
from fakes.web import Request


class InProcessTwilio(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """The SDK's blocking client without a socket."""

    def __init__(self, twilio: Twilio) -> None:
        super().__init__(None, False, None)
        self._twilio = twilio
        self._handler = TwilioHandler(twilio.account)

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if auth is not None:
            sent["authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        parts = urlsplit(url)
        query = urlencode(params or {}, doseq=True) or parts.query
        body = urlencode(data or {}, doseq=True).encode()
        answer = self._handler.answer(Request(method, API_URL, parts.path, query, sent, body))
        return Response(answer.status, answer.body.decode(), dict(answer.headers))

    def create_application(self, name: str, voice_url: str) -> str:
        """A TwiML application of the account; returns its sid."""
        return str(self._client().applications.create(friendly_name=name, voice_url=voice_url).sid)

    def set_number(self, **settings: str) -> None:
        """Change the account's first number; names are Twilio's."""
        sid = next(iter(self._twilio.account.tables.numbers))
        path = f"/2010-04-01/Accounts/{self._twilio.account.sid}/IncomingPhoneNumbers/{sid}.json"
        auth = (self._twilio.account.sid, self._twilio.account.auth_token)
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert self.request("POST", API_URL + path, data=settings, headers=form, auth=auth).ok

    def _client(self) -> Any:
        from twilio.rest import Client

        return Client(self._twilio.account.sid, self._twilio.account.auth_token, http_client=self)


class MovedTwilio(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Over the network, to a fake that is served somewhere; nothing is kept open afterwards."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False, timeout=5)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        return super().request(method, url.replace(API_URL, self._base, 1), *args, **options)
