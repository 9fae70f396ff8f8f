"""One webhook as Twilio sends it: parameters encoded, signed, with cookies; redirects followed as Twilio follows them.

Turns an `Ask` or `Tell` into HTTP over a wire, and what came back into an event. Judges no content.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookies import CookieError
from typing import Protocol
from urllib.parse import quote_plus, urldefrag, urljoin, urlsplit, urlunsplit

from simulator.exchange.reply import MAX_BODY
from simulator.operator.cookies import Cookies
from simulator.operator.signature import sign
from simulator.sound import seconds_of
from simulator.vocabulary import Ask, Fetched, Method, Replied, Tell, Told, Trip, Unreachable
from simulator.wires.wire import Wire, WireError, WireReply, WireRequest

MAX_HOPS = 10
FOLLOWED = frozenset((301, 302, 303, 307))
MAX_SOUND = 16 * 1024 * 1024
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class Tokens(Protocol):
    """Where idempotency tokens come from."""

    def uuid(self) -> str: ...


@dataclass(slots=True)
class Session:
    """What stays between the requests of one call: its cookies."""

    cookies: Cookies = field(default_factory=Cookies)


@dataclass(frozen=True, slots=True)
class Sender:
    """Everything a webhook needs besides itself: the wire, the account's auth token, and a source of UUIDs."""

    wire: Wire
    auth_token: str
    tokens: Tokens

    async def ask(self, ask: Ask, session: Session, now: float) -> Replied | Unreachable:
        """Fetch a document; redirects are followed with GET and without the request's own parameters."""
        trips: list[Trip] = []
        method, url, params = ask.method, ask.url, ask.params
        while True:
            try:
                reply, url = await self._send(method, url, params, session, trips, now)
            except WireError as error:
                return Unreachable(ask.request, error.code, error.reason, error.latency, tuple(trips))
            location = _header(reply, "location")
            if not 300 <= reply.status < 400:
                break
            if reply.status not in FOLLOWED or location is None:
                reason = f"{url} answered {reply.status} {'without a Location' if location is None else ''}".rstrip()
                return Unreachable(ask.request, 11216, reason, reply.latency, tuple(trips))
            if len(trips) > MAX_HOPS:
                return Unreachable(ask.request, 11215, f"{ask.url} redirects for ever", reply.latency, tuple(trips))
            method, url = "GET", urldefrag(urljoin(url, location)).url
            params = {name: value for name, value in ask.params.items() if name not in ask.own}
        latency = sum(trip.latency for trip in trips)
        kind = _header(reply, "content-type")
        too_large = len(reply.body) > MAX_BODY
        return Replied(ask.request, reply.status, kind, reply.body, url, latency, too_large, tuple(trips))

    async def ask_for_sound(self, ask: Ask) -> Fetched | Unreachable:
        """Fetch a sound: a plain GET without call parameters, signature or cookies."""
        trips: list[Trip] = []
        headers = (*_common_headers(ask.url), ("Accept", "*/*"))
        try:
            reply = await self._carry(WireRequest("GET", ask.url, headers, b"", MAX_SOUND), {}, trips)
        except WireError as error:
            return Unreachable(ask.request, error.code, error.reason, error.latency, tuple(trips))
        kind = (_header(reply, "content-type") or "").partition(";")[0].strip().lower()
        seconds = seconds_of(kind, reply.body)
        return Fetched(ask.request, ask.url, reply.status, kind, seconds, reply.latency, tuple(trips))

    async def tell(self, tell: Tell) -> Told:
        """Send a status callback; no cookies, and no answer that could matter to the call."""
        trips: list[Trip] = []
        with suppress(WireError):  # the trip says what happened
            await self._send(tell.method, tell.url, tell.params, Session(), trips, 0.0)
        return Told(tell.url, tuple(trips))

    async def _send(
        self, method: Method, url: str, params: Mapping[str, str], session: Session, trips: list[Trip], now: float
    ) -> tuple[WireReply, str]:
        """One request and its reply; returns the URL that answered, without the parameters a GET added."""
        url = _without_user(url)
        sent_url, body = (url, encode(params).encode()) if method == "POST" else (with_query(url, params), b"")
        headers = [
            *_common_headers(url),
            ("Accept", "*/*"),
            ("X-Twilio-Signature", sign(self.auth_token, sent_url, params if method == "POST" else None)),
            ("I-Twilio-Idempotency-Token", self.tokens.uuid()),
        ]
        if method == "POST":
            headers += [("Content-Type", FORM), ("Content-Length", str(len(body)))]
        cookie = session.cookies.header(url, now)
        if cookie is not None:
            headers.append(("Cookie", cookie))
        reply = await self._carry(WireRequest(method, sent_url, headers, body, MAX_BODY), params, trips)
        set_cookies = [value for name, value in reply.headers if name.lower() == "set-cookie"]
        if set_cookies:
            try:
                session.cookies.take(url, set_cookies, now)
            except CookieError as error:
                raise WireError(11206, f"{url} sent a bad cookie: {error}", reply.latency) from None
        return reply, url

    async def _carry(self, request: WireRequest, params: Mapping[str, str], trips: list[Trip]) -> WireReply:
        method: Method = "POST" if request.method == "POST" else "GET"
        try:
            reply = await self.wire.send(request)
        except WireError as error:
            trips.append(
                Trip(method, request.url, params, tuple(request.headers), None, (), error.latency, error.reason)
            )
            raise
        trips.append(
            Trip(method, request.url, params, tuple(request.headers), reply.status, tuple(reply.headers), reply.latency)
        )
        return reply


def encode(params: Mapping[str, str]) -> str:
    """Form encoding; `+` in a number becomes %2B."""
    return "&".join([_pair(name, value) for name, value in params.items()])


def with_query(url: str, params: Mapping[str, str]) -> str:
    """The URL with the parameters after the query it already has, whose bytes stay as they are."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{encode(params)}"


@lru_cache(maxsize=8192)
def _pair(name: str, value: str) -> str:
    """Most pairs of a call are the same in all its requests, hence the cache."""
    return f"{quote_plus(name)}={quote_plus(value)}"


@lru_cache(maxsize=256)
def _common_headers(url: str) -> tuple[tuple[str, str], ...]:
    return (("Host", urlsplit(url).netloc.rpartition("@")[2]), ("User-Agent", "TwilioProxy/1.1"))


def _without_user(url: str) -> str:
    if "@" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _header(reply: WireReply, name: str) -> str | None:
    for key, value in reply.headers:
        if key.lower() == name:
            return value
    return None
