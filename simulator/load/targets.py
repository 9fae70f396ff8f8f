"""Where load may go: to this machine, and to hosts that somebody has named. Sends nothing."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulator.errors import WrongUseError


class TargetError(WrongUseError):
    """Load would reach a machine that nobody has named."""


def check_targets(urls: Iterable[str | None], allowed: frozenset[str]) -> None:
    """Raises TargetError when one of those that are given leads elsewhere."""
    for url in urls:
        if url is not None:
            check_target(url, allowed)


def check_target(url: str, allowed: frozenset[str]) -> None:
    """Raises TargetError unless the host is this machine's loopback or one of those that are allowed."""
    host = urlsplit(url).hostname or ""
    if is_loopback(host) or host.casefold() in allowed:
        return
    raise TargetError(
        f"load on {host} may be load on somebody else's machine: if it is yours, say --target-allowed {host}"
    )


def is_loopback(host: str) -> bool:
    """By name or address; a name that only resolves to loopback does not count."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
