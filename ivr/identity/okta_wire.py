"""Requests to Okta through the official SDK's request executor; it knows transport, not users or factors.

The executor is built here, so no okta.yaml, neither in ~/.okta nor in the working directory, and no OKTA_CLIENT_…
of the environment has a say: the SDK's own client would let such a file win over the environment, silently.

The SDK's typed methods are not used: for factors they drop the passcode, and raise on answers Okta really
gives (issue 539 of okta-sdk-python). Its executor is sound, with these settings: no retries (two can hold a
webhook for over a minute) and no cache (a push poll would stay WAITING for five minutes).
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from ivr.external import Connection, Session, in_daemon_thread
from ivr.foreign import whole_json
from ivr.identity.protocol import Trouble, Unavailable


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer from Okta: parsed JSON (None when there is none) and its error code (OAuth's, too; '' for none).

    `date` and `reset` are Okta's own clock and the end of its rate limit's window, in Unix seconds; `next_page` is
    the path of the rest of a list.
    """

    status: int
    body: Any  # JSON of a foreign system; readers check what they take
    code: str = ""
    date: float | None = None
    reset: float | None = None
    next_page: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceApp:
    """An OAuth 2.0 service app (client credentials with a signed assertion); `private_key` is RSA, PEM or JWK."""

    client_id: str
    private_key: str = field(repr=False)
    scopes: tuple[str, ...]
    key_id: str | None = None


class OktaWire:
    """One org, one token or service app, one session. A session given from outside is not closed here."""

    def __init__(
        self, org_url: str, credentials: str | ServiceApp, *, session: Session | None = None, patience: float = 5.0
    ) -> None:
        self.org_url = org_url.rstrip("/")
        self._credentials = credentials
        self._connection = Connection(session)
        self._patience = patience
        self._executor: Any = None  # the SDK has no types
        self._loading = threading.Lock()

    @property
    def is_service_app(self) -> bool:
        """Known to Okta by a signed assertion instead of an API token."""
        return isinstance(self._credentials, ServiceApp)

    def warm(self) -> None:
        """Import the SDK (about a second) and build its executor; blocking and safe to call from any thread."""
        with self._loading:
            if self._executor is None:
                self._executor = _executor(self.org_url, self._credentials, self._patience)

    async def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, needs_token: bool = True
    ) -> Answer | Unavailable:
        """One request, no retries. Any status is an Answer; only what never became one is Unavailable.

        The body goes out as it is, nulls too (the SDK would leave them out, and null takes an attribute away).
        `needs_token` is False where Okta asks for none: then no access token is fetched for a service app.
        """
        try:
            if self._executor is None:
                await in_daemon_thread(self.warm)
            self._executor.set_session(self._connection.session())
            request, error = await self._executor.create_request(
                method, path, body and dict(body), {}, oauth=not needs_token, keep_empty_params=True
            )
            if error is not None:
                return _without_token(error)
            response, text, error = await self._executor.execute(request)
        except json.JSONDecodeError:
            # The SDK parses whatever is labelled JSON, an empty body too, and lets that error through.
            return Unavailable(Trouble.GARBLED, "not JSON")
        except Exception as unforeseen:  # noqa: BLE001 - whatever a transport raises, the caller hears a sentence
            return Unavailable(Trouble.OUT_OF_REACH, type(unforeseen).__name__)
        if response is None:
            return Unavailable(Trouble.OUT_OF_REACH, type(error).__name__)
        if response.status == 401:
            self._forget_token()
        return _answer(int(response.status), text, response.headers)

    async def send_form(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | Unavailable:
        """One request of an OAuth client, without the SDK and without our credentials for the management API."""
        import aiohttp  # a quarter of a second, so only when used

        options: dict[str, Any] = {
            "headers": {"Accept": "application/json", **(headers or {})},
            "timeout": aiohttp.ClientTimeout(total=self._patience),
            "allow_redirects": False,  # a redirect would carry a secret to another place
        }
        if form is not None:
            options["data"] = urlencode(form)
            options["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            async with self._connection.session().request(method, self.org_url + path, **options) as response:
                return _answer(int(response.status), await response.text(), response.headers)
        except Exception as unforeseen:  # noqa: BLE001 - whatever a transport raises, the caller hears a sentence
            return Unavailable(Trouble.OUT_OF_REACH, type(unforeseen).__name__)

    async def close(self) -> None:
        """Close the session, if it was made here."""
        await self._connection.close()

    def _forget_token(self) -> None:
        """An access token may be revoked within its hour; the SDK would go on using it."""
        if self.is_service_app:
            self._executor._oauth.clear_access_token()


def key_trouble(app: ServiceApp) -> str | None:
    """Why the SDK cannot sign with this key, without a word of it; None when it can. Loads the SDK."""
    from okta.jwt import JWT

    try:
        JWT.get_PEM_JWK(_key(app.private_key))
    except Exception as error:  # noqa: BLE001 - three libraries, each with exceptions of its own
        return f"it is not an RSA private key in PEM or JWK form that the SDK can read ({type(error).__name__})"
    return None


def _executor(org_url: str, credentials: str | ServiceApp, patience: float) -> Any:
    from okta.cache.no_op_cache import NoOpCache
    from okta.constants import LOGGER_NAME
    from okta.request_executor import RequestExecutor

    # The SDK logs whole requests, token and passcode included, at DEBUG. What matters is logged by the line.
    logging.getLogger(LOGGER_NAME).setLevel(logging.CRITICAL)
    client = {
        "orgUrl": org_url,
        **_authorization(credentials),
        "requestTimeout": patience,
        "rateLimit": {"maxRetries": 0},
        "userAgent": "okta-twilio-ivr",
    }
    return RequestExecutor({"client": client}, NoOpCache())


def _authorization(credentials: str | ServiceApp) -> dict[str, Any]:
    if isinstance(credentials, str):
        return {"authorizationMode": "SSWS", "token": credentials}
    return {
        "authorizationMode": "PrivateKey",
        "clientId": credentials.client_id,
        "privateKey": _key(credentials.private_key),
        "kid": credentials.key_id,
        "scopes": list(credentials.scopes),
        "oauthTokenRenewalOffset": 5,  # minutes before its end
    }


def _key(text: str) -> str | dict[str, str]:
    """The SDK reads a JWK as Python, and stumbles over members that are not strings (`key_ops`)."""
    if not text.lstrip().startswith("{"):
        return text
    return {name: value for name, value in json.loads(text).items() if isinstance(value, str)}


def _without_token(error: Exception) -> Unavailable:
    """No access token: refused by Okta with OAuth's own code (`invalid_client`, `invalid_scope`), or not reached."""
    status, code = getattr(error, "status", None), getattr(error, "error_code", None)
    if not isinstance(status, int):
        return Unavailable(Trouble.OUT_OF_REACH, type(error).__name__)
    trouble = Trouble.BUSY if status == 429 else Trouble.OUT_OF_REACH if status >= 500 else Trouble.REFUSED
    return Unavailable(trouble, f"no access token: {status} {code or ''}".strip())


def _answer(status: int, text: str | None, headers: Mapping[str, str]) -> Answer:
    try:
        body = whole_json(text) if text else None
    except (ValueError, RecursionError):
        body = None
    code = (body.get("errorCode") or body.get("error")) if isinstance(body, dict) else None
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
