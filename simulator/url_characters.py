"""Characters of a URL as people write it: blanks and control characters make it malformed, other letters are encoded.

Twilio wants URLs properly URL-encoded (error 11100). Which letters it encodes itself nobody documents (confidence L).
"""

import re
from urllib.parse import quote, urlsplit

_BLANKS = " \t\r\n\f\v"
_FLAW = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_NAMES = {" ": "a blank", "\t": "a tab", "\n": "a line break", "\r": "a line break"}
_LETTERS = re.compile(r"[^\x00-\x7f]+")


def trimmed(url: str) -> str:
    """Strip the blanks around the URL, which mean nothing."""
    return url.strip(_BLANKS)


def has_flaw(url: str) -> bool:
    """Tell whether a character makes it malformed; the fragment, which is never sent, is not looked at."""
    return _FLAW.search(url.partition("#")[0]) is not None


def malformed(url: str) -> str:
    """Quote the URL for a message that calls it malformed; name the character that it must not have."""
    flaw = _FLAW.search(trimmed(url).partition("#")[0])
    if flaw is None:
        return repr(url)
    name = _NAMES.get(flaw[0], "a control character")
    return f"{url!r} has {name} in it: write {quote(flaw[0], errors='replace')}"


def encoded(url: str) -> str:
    """Write the absolute URL in ASCII: its host as in DNS (IDNA), anything else in percent signs.

    Raises ValueError for a host that no name in DNS can be.
    """
    if url.isascii():
        return url
    netloc = urlsplit(url).netloc
    user, at, place = netloc.rpartition("@")
    host, colon, port = place.partition(":")
    if not host.isascii():
        host = host.encode("idna").decode()
    return _LETTERS.sub(lambda letters: quote(letters[0]), url.replace(netloc, f"{user}{at}{host}{colon}{port}", 1))
