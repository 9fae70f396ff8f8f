"""Requests as programs and browsers send them to a server on this machine, and whether it answers."""

import pytest

CASES = {
    "a program": ("127.0.0.1:8443", None, True),
    "a program, by name": ("localhost:8443", None, True),
    "a program, over IPv6": ("[::1]:8443", None, True),
    "a program, through a forwarded port": ("127.0.0.1:9", None, True),
    "the server's own page": ("127.0.0.1:8443", "http://127.0.0.1:8443", True),
    "a page of another site": ("127.0.0.1:8443", "https://elsewhere.example", False),
    "a page without an origin, such as one in a sandbox": ("127.0.0.1:8443", "null", False),
    "a page of another server on this machine": ("127.0.0.1:8443", "http://127.0.0.1:9000", False),
    "a page of the same server by another name": ("127.0.0.1:8443", "http://localhost:8443", False),
    "a name that leads here": ("elsewhere.example:8443", None, False),
    "a page whose name leads here": ("elsewhere.example:8443", "http://elsewhere.example:8443", False),
    "a name that begins like ours": ("127.0.0.1.elsewhere.example:8443", None, False),
    "a user before the name": ("127.0.0.1@elsewhere.example", None, False),
    "a host that is none": ("[::1", None, False),
    "an empty host": ("", None, False),
    "no host": (None, None, False),
}
"""Host and Origin."""
every_page = pytest.mark.parametrize(("host", "source", "is_answered"), CASES.values(), ids=CASES)
