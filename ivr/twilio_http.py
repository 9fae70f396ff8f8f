"""HTTP clients for Twilio's SDK: its requests on a session of ours, and sent to a fake on this machine.

The SDK's own asynchronous client opens a session that minds no proxy and uses what aiohttp deprecates (BasicAuth).
"""

from __future__ import annotations

from base64 import b64encode
from logging import getLogger
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient, HttpClient
from twilio.http.response import Response

from ivr.external import Connection


class BaseUrlHttpClient(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Another HTTP client of the SDK's, blocking or not, that asks `base` instead of the `public` address."""

    def __init__(self, inner: Any, public: str, base: str) -> None:
        super().__init__(inner.logger, inner.is_async, inner.timeout)
        self._inner = inner
        self._public = public
        self._base = base

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        """As the client asks, elsewhere."""
        return self._inner.request(method, url.replace(self._public, self._base, 1), *args, **options)


class SessionHttp(AsyncHttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Adds no retries, follows nothing and logs no parameters. `patience` (seconds) is for the whole request."""

    def __init__(self, connection: Connection, patience: float) -> None:
        super().__init__(getLogger("ivr.twilio_http"), True, patience)
        self._connection = connection
        self._patience = aiohttp.ClientTimeout(total=patience)

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's own parameter; ours stands
        allow_redirects: bool = False,
    ) -> Response:
        """As the SDK asks; a network's trouble is an OSError, as with its blocking client."""
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        options: dict[str, Any] = {"headers": sent, "timeout": self._patience, "allow_redirects": False}
        if params:
            options["params"] = params
        if data:
            options["data"] = urlencode(data, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            async with self._connection.session().request(method.upper(), url, **options) as response:
                return Response(int(response.status), await response.text(), response.headers)
        except aiohttp.ClientError as error:
            raise ConnectionError(type(error).__name__) from None
