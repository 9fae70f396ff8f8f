"""One webhook as Twilio sends it: parameters encoded, signed, with cookies; redirects followed as Twilio follows them.

Turns an `Ask` or `Tell` into HTTP over a wire, and what came back into an event. Judges no content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookies import CookieError
from typing import NamedTuple, Protocol
from urllib.parse import quote_plus, urlsplit

from simulator.exchange.reply import MAX_BODY, judge_callback
from simulator.exchange.urls import resolve, without_user
from simulator.operator.authorization import Keyring
from simulator.operator.cookies import Cookies
from simulator.operator.delivery import Travels, deliver
from simulator.operator.signature import sign
from simulator.overrides import OverrideError, Overrides, read_overrides
from simulator.sound import seconds_of
from simulator.vocabulary import Ask, Fetched, Method, Replied, Tell, Told, Unreachable
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
    """What stays between the requests of one call: its cookies, and how it is authenticated."""

    cookies: Cookies = field(default_factory=Cookies)
    keys: Keyring | None = None


class _Errand(NamedTuple):
    """What one Ask or Tell carries along over all its redirects and tries."""

    session: Session
    rules: Overrides
    travels: Travels
    now: float


@dataclass(frozen=True, slots=True)
class Sender:
    """Everything a webhook needs besides itself: the wire, the account's auth token, and a source of UUIDs."""

    wire: Wire
    auth_token: str
    tokens: Tokens

    async def ask(self, ask: Ask, session: Session, now: float, travels: Travels) -> Replied | Unreachable:
        """Fetch a document; redirects are followed with GET and without the request's own parameters."""
        try:
            errand = _Errand(session, read_overrides(ask.overrides), travels, now)
            reply, url = await self._follow(ask, errand)
        except (WireError, OverrideError) as error:
            return _unreachable(ask, error, travels)
        kind = _header(reply, "content-type")
        is_too_large = len(reply.body) > MAX_BODY
        trips = tuple(travels.trips)
        return Replied(ask.request, reply.status, kind, reply.body, url, travels.latency, is_too_large, trips)

    async def ask_for_sound(self, ask: Ask, session: Session, travels: Travels) -> Fetched | Unreachable:
        """Fetch a sound: a plain GET without call parameters, signature or cookies."""
        try:
            errand = _Errand(session, read_overrides(ask.overrides), travels, 0.0)
            reply, _ = await self._follow(ask, errand)
        except (WireError, OverrideError) as error:
            return _unreachable(ask, error, travels)
        kind = (_header(reply, "content-type") or "").partition(";")[0].strip().lower()
        seconds, asked = seconds_of(kind, reply.body), without_user(ask.url)
        return Fetched(ask.request, asked, reply.status, kind, seconds, travels.latency, tuple(travels.trips))

    async def tell(self, tell: Tell) -> Told:
        """Send a status callback; no cookies, and no answer that could matter to the call, which waits for none."""
        travels = Travels()
        if resolve(None, tell.url) is None:
            return Told(tell.url, (), 11100, f"the callback URL {tell.url!r}")
        try:
            errand = _Errand(Session(), read_overrides(tell.overrides), travels, 0.0)
            reply, url = await self._send(tell.method, tell.url, tell.params, errand)
        except (WireError, OverrideError) as error:
            return Told(tell.url, tuple(travels.trips), error.code, error.reason)
        trouble = judge_callback(reply.status, _header(reply, "content-type"), reply.body, url)
        return Told(tell.url, tuple(travels.trips), *(trouble or ()))

    async def _follow(self, ask: Ask, errand: _Errand) -> tuple[WireReply, str]:
        """The last reply of a row of redirects, and the URL it came from; raises WireError (11215, 11216)."""
        method, url, params = ask.method, ask.url, ask.params
        for _ in range(MAX_HOPS + 1):
            if ask.purpose == "media":
                reply, url = await self._send_bare(url, errand)
            else:
                reply, url = await self._send(method, url, params, errand)
            if not 300 <= reply.status < 400:
                return reply, url
            location = _header(reply, "location")
            if reply.status not in FOLLOWED or location is None:
                reason = f"{url} answered {reply.status} {'without a Location' if location is None else ''}".rstrip()
                raise WireError(11216, reason)
            target = resolve(url, location)
            if target is None:
                raise WireError(11216, f"{url} redirects to {location[:200]!r}, which is no http(s) URL")
            method, url = "GET", target.partition("#")[0]
            params = {name: value for name, value in ask.params.items() if name not in ask.own}
        raise WireError(11215, f"{url} redirects for ever")

    async def _send(
        self, method: Method, url: str, params: Mapping[str, str], errand: _Errand
    ) -> tuple[WireReply, str]:
        """One request and its reply; returns the URL that answered, without the parameters a GET added."""
        session = errand.session
        if "@" in url:
            url = _without_user(url, session)
        sent_url, body = (url, encode(params).encode()) if method == "POST" else (with_query(url, params), b"")
        headers = [
            *_common_headers(url),
            ("Accept", "*/*"),
            ("X-Twilio-Signature", sign(self.auth_token, sent_url, params if method == "POST" else None)),
            ("I-Twilio-Idempotency-Token", self.tokens.uuid()),
        ]
        if method == "POST":
            headers += [("Content-Type", FORM), ("Content-Length", str(len(body)))]
        cookie = session.cookies.header(url, errand.now)
        if cookie is not None:
            headers.append(("Cookie", cookie))
        request = WireRequest(method, sent_url, tuple(headers), body, MAX_BODY)
        reply = await self._deliver(request, params, errand)
        set_cookies = [value for name, value in reply.headers if name.lower() == "set-cookie"]
        if set_cookies:
            try:
                session.cookies.take(url, set_cookies, errand.now)
            except CookieError as error:
                raise WireError(11206, f"{url} sent a bad cookie: {error}") from None
        return reply, url

    async def _send_bare(self, url: str, errand: _Errand) -> tuple[WireReply, str]:
        url = _without_user(url, errand.session)
        headers = (*_common_headers(url), ("Accept", "*/*"))
        return await self._deliver(WireRequest("GET", url, headers, b"", MAX_SOUND), {}, errand), url

    async def _deliver(self, request: WireRequest, params: Mapping[str, str], errand: _Errand) -> WireReply:
        session, rules, travels, _ = errand
        return await deliver(self.wire, request, params, rules, session.keys, self.tokens.uuid, travels)


def encode(params: Mapping[str, str]) -> str:
    """Form encoding; `+` in a number becomes %2B."""
    return "&".join([_pair(name, value) for name, value in params.items()])


def with_query(url: str, params: Mapping[str, str]) -> str:
    """The URL with the parameters after the query it already has, whose bytes stay as they are."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{encode(params)}"


@lru_cache(maxsize=1024)
def _pair(name: str, value: str) -> str:
    """Most pairs of a call are the same in all its requests, hence the cache; it keeps what it holds alive."""
    return f"{quote_plus(name)}={quote_plus(value)}"


@lru_cache(maxsize=256)
def _common_headers(url: str) -> tuple[tuple[str, str], ...]:
    return (("Host", urlsplit(url).netloc.rpartition("@")[2]), ("User-Agent", "TwilioProxy/1.1"))


def _without_user(url: str, session: Session) -> str:
    """The URL as it is sent and signed; the call remembers whom it names."""
    if "@" not in url:
        return url
    if session.keys is None:
        session.keys = Keyring()
    return session.keys.take(url)


def _unreachable(ask: Ask, error: WireError | OverrideError, travels: Travels) -> Unreachable:
    return Unreachable(ask.request, error.code, error.reason, travels.latency, tuple(travels.trips))


def _header(reply: WireReply, name: str) -> str | None:
    for key, value in reply.headers:
        if key.lower() == name:
            return value
    return None
