"""The Twilio SDK's requests sent to a fake on this machine (TWILIO_API_URL); only the address changes."""

from __future__ import annotations

from typing import Any

from twilio.http import HttpClient

from ivr.twilio_access import PUBLIC_API


class Elsewhere(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Another HTTP client of the SDK's, blocking or not, that asks `base` instead of Twilio."""

    def __init__(self, inner: Any, base: str) -> None:
        super().__init__(inner.logger, inner.is_async, inner.timeout)
        self._inner = inner
        self._base = base

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        """As the client asks, elsewhere."""
        return self._inner.request(method, url.replace(f"https://{PUBLIC_API}", self._base, 1), *args, **options)
