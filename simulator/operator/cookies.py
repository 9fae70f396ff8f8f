"""The cookies of one call: what the application sets in it comes back in its later requests, and dies with it.

Twilio keeps normal domain and path rules (Twilio docs: TwiML, cookies); they are those of RFC 6265 section 5. `now` is
the exchange's time, so that expiry follows the simulated clock, which no cookie jar of a library does. Names and values
stay as they came, octet by octet; an attribute that is unknown or wrong is left out, never fatal.
"""

import re
from calendar import timegm
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from simulator.values import frozen

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AGE = re.compile(r"-?[0-9]+")
_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class BadCookieError(ValueError):
    """Twilio refuses a reply with such a cookie (11206); the text says why."""


@frozen
class SetCookie:
    """What a server wants kept. `domain` has no leading dot; empty texts and None: not said."""

    name: str
    value: str
    domain: str = ""
    path: str = ""
    is_secure: bool = False
    expires: float | None = None


def read_set_cookie(header: str, now: float) -> SetCookie | None:
    """The cookie of one header; None when it has no `=` and is to be ignored.

    Raises BadCookieError for what Twilio does not take (its error dictionary, 11206): an empty name, and control
    characters such as a tab within name or value.
    """
    pair, *attributes = header.split(";")
    name, equals, value = _split(pair)
    if not equals:
        return None
    if not name:
        raise BadCookieError("a cookie with an empty name")
    if _CONTROL.search(name + value):
        raise BadCookieError(f"a control character in the cookie {name!r}")
    domain = path = ""
    age = date = None
    is_secure = False
    for attribute, _, text in map(_split, attributes):  # of several of the same name the last one counts
        match attribute.lower():
            case "domain" if text:
                domain = text.removeprefix(".").lower()
            case "path":
                path = text
            case "secure":
                is_secure = True
            case "max-age" if _AGE.fullmatch(text):
                age = now + float(text)
            case "expires" if (moment := read_date(text)) is not None:
                date = moment
    return SetCookie(name, value, domain, path, is_secure, date if age is None else age)


def read_date(text: str) -> float | None:
    """A cookie's date in any form in use, as Unix seconds; None when it is not a date (RFC 6265, 5.1.1)."""
    time, day, month, year = _find_parts(_DELIMITERS.split(text))
    if time is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    hour, minute, second = time
    try:
        return float(timegm(datetime(year, month, day, hour, minute, second).timetuple())) if year > 1600 else None
    except ValueError:
        return None


def _find_parts(
    tokens: Iterable[str],
) -> tuple[tuple[int, int, int] | None, int | None, int | None, int | None]:
    """Time, day, month and year: each the first token that can be one and is nothing before it in this order."""
    time = day = month = year = None
    for token in tokens:
        if time is None and (found := _TIME.match(token)):
            time = (int(found[1]), int(found[2]), int(found[3]))
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = int(found[1])
    return time, day, month, year


def _split(part: str) -> tuple[str, str, str]:
    name, equals, value = part.partition("=")
    return name.strip(" \t"), equals, value.strip(" \t")


_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


@frozen
class _Cookie:
    name: str
    value: str
    domain: str
    is_host_only: bool
    path: str
    is_secure: bool
    expires: float | None


class Cookies:
    """A jar for one call."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}
        self._refusals: set[str] = set()

    def take(self, url: str, set_cookie: Iterable[str], now: float) -> list[str]:
        """Keep what a reply from `url` sets; raises BadCookieError.

        Returns why a cookie is not kept, in one sentence each and once a call.
        """
        parts = urlsplit(url)
        refusals = [self._take(header, parts, now) for header in set_cookie]
        new = [each for each in dict.fromkeys(refusals) if each is not None and each not in self._refusals]
        self._refusals.update(new)
        return new

    def header(self, url: str, now: float) -> str | None:
        """The `Cookie` header for a request to `url`, longest path first; None when there is nothing to send."""
        if not self._cookies:
            return None
        parts = urlsplit(url)
        fitting = [cookie for cookie in self._cookies.values() if _fits(cookie, parts, now)]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting) or None

    def _take(self, header: str, url: SplitResult, now: float) -> str | None:
        cookie = read_set_cookie(header, now)
        host = url.hostname or ""
        if cookie is None:
            return "a Set-Cookie header without '=' is not a cookie and left out"
        if cookie.domain and not _is_within(host, cookie.domain):
            return f"the cookie {cookie.name!r} is left out: its domain {cookie.domain!r} is not that of {host}"
        if cookie.is_secure and url.scheme != "https":
            return f"the cookie {cookie.name!r} is Secure and left out on plain http; over https it would come back"
        path = cookie.path if cookie.path.startswith("/") else _default_path(url.path)
        domain = cookie.domain or host
        key = (cookie.name, domain, path)
        if cookie.expires is not None and cookie.expires <= now:
            self._cookies.pop(key, None)
            return None
        self._cookies[key] = _Cookie(
            cookie.name, cookie.value, domain, not cookie.domain, path, cookie.is_secure, cookie.expires
        )
        return None


def _fits(cookie: _Cookie, url: SplitResult, now: float) -> bool:
    host = url.hostname or ""
    at_home = host == cookie.domain if cookie.is_host_only else _is_within(host, cookie.domain)
    is_fresh = cookie.expires is None or cookie.expires > now
    is_safe = url.scheme == "https" or not cookie.is_secure
    return at_home and _is_below(url.path or "/", cookie.path) and is_fresh and is_safe


def _is_within(host: str, domain: str) -> bool:
    """Whether the host is the domain or below it; addresses have nothing below them."""
    return host == domain or (host.endswith("." + domain) and not _ADDRESS.fullmatch(host))


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top if top.endswith("/") else top + "/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"
