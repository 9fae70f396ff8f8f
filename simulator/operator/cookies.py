"""The cookies of one call: what the application sets in it comes back in its later requests, and dies with it.

Twilio keeps normal domain and path rules (Twilio docs: TwiML, cookies). Reading `Set-Cookie` is left to the standard
library; its cookie jar is not used because it asks the system's clock for expiry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    is_host_only: bool
    path: str
    is_secure: bool
    expires: float | None


class Cookies:
    """A jar for one call; `now` is the exchange's time, so that expiry follows the simulated clock."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, url: str, set_cookie: Iterable[str], now: float) -> None:
        """Keep what a reply from `url` sets; raises CookieError for a header that is no cookie (Twilio: 11206)."""
        parts = urlsplit(url)
        for header in set_cookie:
            cookies: SimpleCookie = SimpleCookie()
            cookies.load(header)
            if not cookies:
                raise CookieError(f"{header.partition('=')[0]!r} is no cookie")
            for name, morsel in cookies.items():
                self._keep(name, morsel.value, {key: str(value) for key, value in morsel.items()}, parts, now)

    def header(self, url: str, now: float) -> str | None:
        """The `Cookie` header for a request to `url`, longest path first; None when there is nothing to send."""
        if not self._cookies:
            return None
        parts = urlsplit(url)
        fitting = [cookie for cookie in self._cookies.values() if _fits(cookie, parts, now)]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting) or None

    def _keep(self, name: str, value: str, attributes: dict[str, str], url: SplitResult, now: float) -> None:
        host = url.hostname or ""
        domain = attributes["domain"].lstrip(".").lower()
        if domain and not _is_within(host, domain):
            return
        path = attributes["path"] if attributes["path"].startswith("/") else _default_path(url.path)
        key = (name, domain or host, path)
        expires = _expiry(attributes, now)
        if expires is not None and expires <= now:
            self._cookies.pop(key, None)
            return
        secure = bool(attributes["secure"])
        self._cookies[key] = _Cookie(name, value, domain or host, not domain, path, secure, expires)


def _fits(cookie: _Cookie, url: SplitResult, now: float) -> bool:
    host, path = url.hostname or "", url.path or "/"
    at_home = host == cookie.domain if cookie.is_host_only else _is_within(host, cookie.domain)
    on_path = path == cookie.path or path.startswith(cookie.path.rstrip("/") + "/")
    is_fresh = cookie.expires is None or cookie.expires > now
    return at_home and on_path and is_fresh and (url.scheme == "https" or not cookie.is_secure)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _expiry(attributes: dict[str, str], now: float) -> float | None:
    age = attributes["max-age"]
    if age.lstrip("-").isdigit():
        return now + int(age)
    try:
        return parsedate_to_datetime(attributes["expires"]).timestamp() if attributes["expires"] else None
    except ValueError:
        return None
