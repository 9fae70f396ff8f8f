"""`X-Twilio-Signature` as Twilio computes it. Source: Twilio docs, webhook security.

HMAC-SHA1 with the account's auth token over the URL and, for form POSTs, every name and value in the order of names.
"""

from base64 import b64encode
from collections.abc import Mapping
from hmac import digest
from urllib.parse import urlsplit, urlunsplit


def sign(token: str, url: str, params: Mapping[str, str] | None) -> str:
    """The header's value. `url` is the public one, with its query; `params` are those in the body (None for GET)."""
    text = signed_url(url)
    if params:
        text += "".join([name + params[name] for name in sorted(params)])
    return b64encode(digest(token.encode(), text.encode(), "sha1")).decode()


def signed_url(url: str) -> str:
    """The URL as it enters the signature: without user and fragment, and over https without a port."""
    if "@" not in url and "#" not in url and not url.startswith("https:"):
        return url
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit(parts._replace(netloc=host, fragment=""))
