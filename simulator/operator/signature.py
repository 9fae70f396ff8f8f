"""`X-Twilio-Signature` as Twilio computes it. Source: Twilio docs, webhook security.

HMAC-SHA1 with the account's auth token over the URL and, for form POSTs, every name and value in the order of names.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from hmac import digest


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
    scheme, slashes, rest = url.partition("#")[0].partition("//")
    end = next((position for position, letter in enumerate(rest) if letter in "/?"), len(rest))
    host = rest[:end].rpartition("@")[2]
    if scheme == "https:":
        host = _PORT.sub("", host)
    return f"{scheme}{slashes}{host}{rest[end:]}"


_PORT = re.compile(r":\d*$")
