"""One webhook as Twilio sends it: parameters encoded, signed, with cookies; redirects followed as Twilio follows them.

Turns an `Ask` or `Tell` into HTTP over a wire, and what came back into an event. Judges no content.

Sources of redirects: Twilio docs, error 11216 (which are followed); Twilio's TwiML changelog of 2024-03-11 (the query
of the first URL goes along, confidence M). A 307 keeps method and body, as browsers do (M); after the others a GET
carries the call's standard parameters (L), but not what belonged to the POST alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit

from simulator.durations import seconds_of
from simulator.exchange.reply import MAX_BODY, judge_callback
from simulator.exchange.urls import resolve, without_user
from simulator.operator.authorization import Keyring
from simulator.operator.cookies import BadCookieError, Cookies
from simulator.operator.delivery import Attempts, deliver
from simulator.operator.signature import sign
from simulator.overrides import OverrideError, Overrides, read_overrides
from simulator.twiml.parse import in_utf8
from simulator.url_characters import malformed
from simulator.values import frozen
from simulator.vocabulary import Ask, Fetched, Method, Replied, Tell, Told, Unreachable
from simulator.wires.wire import Wire, WireError, WireReply, WireRequest, octets

FOLLOWED = frozenset((301, 302, 303, 307))
_KEEPS_THE_METHOD = 307


class Hop(NamedTuple):
    """One request on the way to a document or a sound."""

    method: Method
    url: str
    params: Mapping[str, str]


def next_hop(hop: Hop, status: int, target: str, *, first: Hop, own: Collection[str]) -> Hop:
    """After a reply with that status to that hop; `target` is its Location, absolute.

    `own` are the parameters that belong to the first request alone. What the target's own query names already is not
    added a second time: many servers put the whole query there.
    """
    url = _with_query_of(first.url, target.partition("#")[0])
    if hop.method == "POST" and status == _KEEPS_THE_METHOD:
        return Hop("POST", url, hop.params)
    left_out = _names(url) | (frozenset(own) if hop.method == "POST" else frozenset())
    return Hop("GET", url, {name: value for name, value in hop.params.items() if name not in left_out})


def _with_query_of(first: str, target: str) -> str:
    """The target with those pairs of the first URL's query that its own does not name; their bytes stay as they are."""
    query, named = urlsplit(first).query, _names(target)
    pairs = [pair for pair in query.split("&") if pair and _name(pair) not in named]
    if not pairs:
        return target
    return f"{target}{'&' if '?' in target else '?'}{'&'.join(pairs)}"


def _names(url: str) -> frozenset[str]:
    return frozenset(map(_name, filter(None, urlsplit(url).query.split("&"))))


def _name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


MAX_HOPS = 10
MAX_SOUND = 16 * 1024 * 1024
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
HOME_REGION = "us1"
"""The region of the account: every captured webhook since 2022 has it, sounds that are fetched have not."""


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
    attempts: Attempts
    now: float


@frozen
class Sender:
    """Everything a webhook needs besides itself: the wire, the account's auth token, and a source of UUIDs."""

    wire: Wire
    auth_token: str
    tokens: Tokens

    async def ask(self, ask: Ask, session: Session, now: float, attempts: Attempts) -> Replied | Unreachable:
        """Fetch a document, following redirects."""
        try:
            errand = _Errand(session, read_overrides(ask.overrides), attempts, now)
            reply, url = await self._follow(ask, errand)
        except (WireError, OverrideError) as error:
            return _unreachable(ask, error, attempts)
        kind = _header(reply, "content-type")
        is_too_large = len(reply.body) > MAX_BODY
        trips, body = tuple(attempts.trips), in_utf8(reply.body, kind)
        return Replied(ask.request, reply.status, kind, body, url, attempts.latency, is_too_large, trips)

    async def ask_for_sound(self, ask: Ask, session: Session, attempts: Attempts) -> Fetched | Unreachable:
        """Fetch a sound: a plain GET without call parameters, signature or cookies."""
        try:
            errand = _Errand(session, read_overrides(ask.overrides), attempts, 0.0)
            reply, _ = await self._follow(ask, errand)
        except (WireError, OverrideError) as error:
            return _unreachable(ask, error, attempts)
        kind = (_header(reply, "content-type") or "").partition(";")[0].strip().lower()
        seconds, asked = seconds_of(kind, reply.body), without_user(ask.url)
        return Fetched(ask.request, asked, reply.status, kind, seconds, attempts.latency, tuple(attempts.trips))

    async def tell(self, tell: Tell) -> Told:
        """Send a status callback; no cookies, and no answer that could matter to the call, which waits for none."""
        attempts = Attempts()
        try:
            errand = _Errand(Session(), read_overrides(tell.overrides), attempts, 0.0)
            reply, url = await self._send(tell.method, _usable(tell.url), tell.params, errand)
        except (WireError, OverrideError) as error:
            return Told(tell.url, tuple(attempts.trips), error.code, error.reason)
        trouble = judge_callback(reply.status, _header(reply, "content-type"), reply.body, url)
        return Told(tell.url, tuple(attempts.trips), *(trouble or ()))

    async def _follow(self, ask: Ask, errand: _Errand) -> tuple[WireReply, str]:
        """The last reply of a row of redirects, and the URL it came from; raises WireError (11215, 11216)."""
        hop = first = Hop(ask.method, _usable(ask.url), ask.params)
        for _ in range(MAX_HOPS + 1):
            if ask.purpose == "media":
                reply, url = await self._send_bare(hop.url, errand)
            else:
                reply, url = await self._send(hop.method, hop.url, hop.params, errand)
            if not 300 <= reply.status < 400:
                return reply, url
            location = _text(_header(reply, "location"))
            if reply.status not in FOLLOWED or location is None:
                reason = f"{url} answered {reply.status} {'without a Location' if location is None else ''}".rstrip()
                raise WireError(11216, reason)
            target = resolve(url, location)
            if target is None:
                raise WireError(11216, f"{url} redirects to what is not an http(s) URL: {malformed(location[:200])}")
            if not location.isascii():
                errand.attempts.remarks.append(f"{target}: letters of the Location outside ASCII are percent-encoded")
            hop = next_hop(hop, reply.status, target, first=first, own=ask.own)
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
            ("X-Home-Region", HOME_REGION),
        ]
        if method == "POST":
            headers += [("Content-Type", FORM), ("Content-Length", str(len(body)))]
        cookie = session.cookies.header(url, errand.now)
        if cookie is not None:
            headers.append(("Cookie", cookie))
        request = WireRequest(method, sent_url, tuple(headers), body, MAX_BODY, name=url)
        reply = await self._deliver(request, params, errand)
        set_cookies = [value for name, value in reply.headers if name.lower() == "set-cookie"]
        if set_cookies:
            try:
                errand.attempts.remarks += session.cookies.take(url, set_cookies, errand.now)
            except BadCookieError as error:
                raise WireError(11206, f"{url} set {error}") from None
        return reply, url

    async def _send_bare(self, url: str, errand: _Errand) -> tuple[WireReply, str]:
        url = _without_user(url, errand.session)
        headers = (*_common_headers(url), ("Accept", "*/*"))
        return await self._deliver(WireRequest("GET", url, headers, b"", MAX_SOUND), {}, errand), url

    async def _deliver(self, request: WireRequest, params: Mapping[str, str], errand: _Errand) -> WireReply:
        session, rules, attempts, _ = errand
        return await deliver(self.wire, request, params, rules, session.keys, self.tokens.uuid, attempts)


def encode(params: Mapping[str, str]) -> str:
    """Form encoding; a blank is %20 in voice requests and + in those about messages (captures since 2018, M)."""
    pair = _pair_of_message if "MessageSid" in params else _pair
    return "&".join([pair(name, value) for name, value in params.items()])


def with_query(url: str, params: Mapping[str, str]) -> str:
    """The URL with the parameters after the query it already has, whose bytes stay as they are."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{encode(params)}"


@lru_cache(maxsize=1024)
def _pair(name: str, value: str) -> str:
    """Most pairs of a call are the same in all its requests, hence the cache; it keeps what it holds alive."""
    return f"{quote(name, safe='')}={quote(value, safe='')}"


def _pair_of_message(name: str, value: str) -> str:
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


def _unreachable(ask: Ask, error: WireError | OverrideError, attempts: Attempts) -> Unreachable:
    return Unreachable(ask.request, error.code, error.reason, attempts.latency, tuple(attempts.trips))


def _usable(url: str) -> str:
    """The URL in ASCII; raises WireError (11100)."""
    usable = resolve(None, url)
    if usable is None:
        raise WireError(11100, malformed(url))
    return usable


def _text(header: str | None) -> str | None:
    """A header's value, of one octet a character, as text: UTF-8 where it is, else Latin-1."""
    try:
        return header if header is None or header.isascii() else octets(header).decode()
    except UnicodeDecodeError:
        return header


def _header(reply: WireReply, name: str) -> str | None:
    for key, value in reply.headers:
        if key.lower() == name:
            return value
    return None
