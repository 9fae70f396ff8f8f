"""`X-Twilio-Signature` as Twilio computes it. Source: Twilio docs, webhook security.

HMAC-SHA1 with the account's auth token over the URL and, for form POSTs, every name and value in the order of names.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hmac import HMAC


def sign(token: str, url: str, params: Mapping[str, str] | None) -> str:
    """The header's value. `url` is the public one, with its query; `params` are those in the body (None for GET)."""
    text = signed_url(url)
    if params:
        text += "".join([name + params[name] for name in sorted(params)])
    keyed = _keyed(token).copy()
    keyed.update(text.encode())
    return b64encode(keyed.digest()).decode()


@lru_cache(maxsize=64)
def _keyed(token: str) -> HMAC:
    """HMAC with the key taken in; a copy of it is cheaper than beginning anew for each request."""
    return HMAC(token.encode(), digestmod="sha1")


def signed_url(url: str) -> str:
    """The URL as it enters the signature: without user and fragment, and over https without a port."""
    if "@" not in url and "#" not in url and not url.startswith("https:"):
        return url
    scheme, slashes, rest = url.partition("#")[0].partition("//")
    end = next((position for position, letter in enumerate(rest) if letter in "/?"), len(rest))
    host = rest[:end].rpartition("@")[2]
    if scheme == "https:":
        host = _PORT.sub("", host)
    return f"{scheme}{slashes}{host}{rest[end:]}"


_PORT = re.compile(r":\d*$")
