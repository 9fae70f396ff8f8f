"""Decide who may use a server on this machine: programs and its own pages; not other sites' pages in a browser here.

Such a page can send requests to 127.0.0.1 without asking (they carry its Origin), or have its own host name lead there
(then that is the Host). The fakes have the same rule; one table of cases holds both (`tests/foreign_pages.py`).
"""

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_own(host: str | None, source: str | None) -> bool:
    """Whether the request names a loopback address (`Host`) and comes from no other page (`Origin`)."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK and source in (None, f"http://{host}", f"https://{host}")
