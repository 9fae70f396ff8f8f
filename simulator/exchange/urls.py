"""URLs in documents: what a reference means where it stands."""

from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from simulator.url_characters import encoded, has_flaw, trimmed


@lru_cache(maxsize=1024)
def resolve(base: str | None, reference: str) -> str | None:
    """The absolute URL of a reference in the document at `base`, or None when it is not an http(s) URL (RFC 3986).

    It is in ASCII; blanks around the reference mean nothing, those in it make it none.
    """
    reference = trimmed(reference)
    if has_flaw(reference):
        return None
    try:
        if urlsplit(reference).scheme and not urlsplit(reference).hostname:  # urljoin would forgive "http://"
            return None
        url = urljoin(base or "", reference)
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        return encoded(url) if is_usable else None
    except ValueError:  # brackets that do not match, a port that is none, or a host that cannot be one
        return None


def origin(url: str) -> tuple[str, str]:
    """Scheme and host with port, the port that goes without saying left out."""
    parts = urlsplit(url)
    port = None if parts.port == {"http": 80, "https": 443}.get(parts.scheme) else parts.port
    return parts.scheme, f"{parts.hostname}:{port}" if port else f"{parts.hostname}"


def without_user(url: str) -> str:
    """The URL without user and password, for everything that is shown or told to others."""
    if "@" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
