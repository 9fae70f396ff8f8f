"""Requests to Okta through the official SDK's request executor; it knows transport, not users or factors.

The SDK's typed methods are not used: for factors they drop the passcode, and raise on answers Okta really
gives (issue 539 of okta-sdk-python). Its executor is sound, with these settings: no retries (two can hold a
webhook for over a minute) and no cache (a push poll would stay WAITING for five minutes).
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ivr.identity.protocol import Trouble, Unavailable
from ivr.session import Connection, Session


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer from Okta: parsed JSON (None when there is none) and its error code ('' when there is none).

    `date` and `reset` are Okta's own clock and the end of its rate limit's window, in Unix seconds; `next_page` is
    the path of the rest of a list.
    """

    status: int
    body: Any  # JSON of a foreign system; readers check what they take
    code: str = ""
    date: float | None = None
    reset: float | None = None
    next_page: str | None = None


class OktaWire:
    """One org, one token, one session. A session given from outside is not closed here."""

    def __init__(self, org_url: str, token: str, *, session: Session | None = None, patience: float = 5.0) -> None:
        self.org_url = org_url.rstrip("/")
        self._token = token
        self._connection = Connection(session)
        self._patience = patience
        self._executor: Any = None  # the SDK has no types
        self._loading = threading.Lock()

    def warm(self) -> None:
        """Import the SDK (about a second) and build its executor; blocking and safe to call from any thread."""
        with self._loading:
            if self._executor is None:
                self._executor = _executor(self.org_url, self._token, self._patience)

    async def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer | Unavailable:
        """One request, no retries. Any status is an Answer; only what never became one is Unavailable."""
        if self._executor is None:
            await asyncio.to_thread(self.warm)
        self._executor.set_session(self._connection.session())
        try:
            request, error = await self._executor.create_request(
                method,
                path,
                body and dict(body),
                {},
                keep_empty_params=True,  # null takes an attribute away
            )
            if error is not None:
                return Unavailable(Trouble.REFUSED, type(error).__name__)
            response, text, error = await self._executor.execute(request)
        except json.JSONDecodeError:
            # The SDK parses whatever is labelled JSON, an empty body too, and lets that error through.
            return Unavailable(Trouble.GARBLED, "not JSON")
        except Exception as unforeseen:  # noqa: BLE001 - whatever a transport raises, the caller hears a sentence
            return Unavailable(Trouble.OUT_OF_REACH, type(unforeseen).__name__)
        if response is None:
            return Unavailable(Trouble.OUT_OF_REACH, type(error).__name__)
        return _answer(int(response.status), text, response.headers)

    async def close(self) -> None:
        """Close the session, if it was made here."""
        await self._connection.close()


def _executor(org_url: str, token: str, patience: float) -> Any:
    from okta.cache.no_op_cache import NoOpCache
    from okta.constants import LOGGER_NAME
    from okta.request_executor import RequestExecutor

    # The SDK logs whole requests, token and passcode included, at DEBUG. What matters is logged by the line.
    logging.getLogger(LOGGER_NAME).setLevel(logging.CRITICAL)
    client = {
        "orgUrl": org_url,
        "token": token,
        "authorizationMode": "SSWS",
        "requestTimeout": patience,
        "rateLimit": {"maxRetries": 0},
        "userAgent": "okta-twilio-ivr",
    }
    return RequestExecutor({"client": client}, NoOpCache())


def _answer(status: int, text: str | None, headers: Mapping[str, str]) -> Answer:
    try:
        body = json.loads(text) if text else None
    except json.JSONDecodeError:
        body = None
    code = body.get("errorCode") if isinstance(body, dict) else None
    return Answer(
        status,
        body,
        code if isinstance(code, str) else "",
        date=_date(headers.get("Date")),
        reset=_seconds(headers.get("X-Rate-Limit-Reset")),
        next_page=_next_page(headers),
    )


def _date(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdecimal() else None


def _next_page(headers: Any) -> str | None:
    """Okta sends one Link header a relation. The host is dropped, so that no answer can send our token elsewhere."""
    every = headers.getall("Link", []) if hasattr(headers, "getall") else [headers.get("Link", "")]
    found = re.search(r'<([^>]*)>;\s*rel="next"', ", ".join(every))
    if found is None:
        return None
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}"
