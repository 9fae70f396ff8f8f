"""Connection overrides in the fragment of a webhook's URL (`#rc=3&rp=5xx,ct`): what they say. Applies nothing.

Source: Twilio docs, webhooks: connection overrides; error dictionary 11240 to 11243. What Twilio does with a number out
of range or a key it does not know is not documented: here it is left out and noted (confidence L).
"""

from collections.abc import Callable
from functools import lru_cache

from simulator.values import frozen

POLICIES = frozenset(("4xx", "5xx", "ct", "rt"))
EDGES = frozenset(("ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla"))


@frozen
class Overrides:
    """How one webhook is fetched; times in seconds. `ignored` are the pairs that mean nothing."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policies: frozenset[str] = frozenset(("ct",))
    verifies: bool = True
    ignored: tuple[str, ...] = ()
    limits_total: bool = False
    """Whether the URL itself limits the total time, which has an error code of its own (11203)."""


STANDARD = Overrides()


class OverrideError(Exception):
    """Twilio refuses the fragment: its code, and what was found."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@lru_cache(maxsize=256)
def read_overrides(fragment: str) -> Overrides:
    """Read the overrides in a fragment without its `#`; raises OverrideError."""
    if not fragment:
        return STANDARD
    found: dict[str, object] = {}
    ignored: list[str] = []
    for pair in fragment.split("&"):
        key, _, value = pair.partition("=")
        try:
            found |= _READERS[key](value)
        except (KeyError, ValueError):
            ignored.append(pair)
    return Overrides(**found, ignored=tuple(ignored))  # type: ignore[arg-type]  # the readers give each field its type


def _milliseconds(field: str, most: int) -> "_Reader":
    def read(value: str) -> dict[str, object]:
        return {field: _whole(value, 100, most) / 1000}

    return read


def _total(value: str) -> dict[str, object]:
    return {"total": _whole(value, 100, 15_000) / 1000, "limits_total": True}


def _retries(value: str) -> dict[str, object]:
    return {"retries": _whole(value, 0, 5)}


def _policies(value: str) -> dict[str, object]:
    words = frozenset(value.split(","))
    if unknown := words - POLICIES - {"all"}:
        raise OverrideError(11243, f"unknown retry policy {sorted(unknown)[0]!r}")
    return {"policies": POLICIES if "all" in words else words}


def _sni(value: str) -> dict[str, object]:
    if value not in ("y", "n"):
        raise ValueError(value)
    return {"verifies": value == "y"}


def _edges(value: str) -> dict[str, object]:
    """Judge the names, then forget them: no request leaves through another town here.

    Which of two codes a wrong name gets is our reading of the dictionary: 11240 what can be no name, 11241 a name that
    is not on the list (confidence L). An account has no Interconnect unless Twilio set it up, hence 11242.
    """
    for edge in value.split(","):
        if not edge.replace("-", "").isalnum():
            raise OverrideError(11240, f"{edge!r} is not an edge location")
        if edge.endswith("-ix"):
            raise OverrideError(11242, f"the account has no Interconnect, which {edge!r} asks for")
        if edge not in EDGES:
            raise OverrideError(11241, f"{edge!r} is not one of Twilio's edge locations")
    return {}


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text[:6]) <= most:
        raise ValueError(text)
    return int(text)


_Reader = Callable[[str], dict[str, object]]
_READERS: dict[str, _Reader] = {
    "ct": _milliseconds("connect", 10_000),
    "rt": _milliseconds("read", 15_000),
    "tt": _total,
    "rc": _retries,
    "rp": _policies,
    "sni": _sni,
    "e": _edges,
}
