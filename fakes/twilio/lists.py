"""Lists of the REST API: dates as Twilio writes them, filters, and pages in its envelope."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from fakes.twilio.errors import refusal
from fakes.twilio.request import ApiCall, Form

T = TypeVar("T")
DAY = 86_400.0
USUAL_PAGE, LARGEST_PAGE = 50, 1000
OF_PAGE = ("Page", "PageSize", "PageToken")


@lru_cache(maxsize=4096)
def rfc2822(seconds: float) -> str:
    """`Tue, 24 Nov 2026 14:00:00 +0000`."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC))


def stamp_or_none(seconds: float | None) -> str | None:
    return None if seconds is None else rfc2822(seconds)


def parse_moment(text: str) -> tuple[float, bool]:
    """Unix seconds of `2026-11-24` or `2026-11-24T14:00:00Z`, and whether it was a date alone. ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), "T" not in text and " " not in text


def newest_first(
    found: Iterable[T],
    query: Form,
    texts: Mapping[str, Callable[[T], str]],
    moments: Mapping[str, Callable[[T], float | None]],
) -> list[T]:
    """What passes every filter given. `Name` is that day, `Name<` and `Name>` include their own moment."""
    tests: list[Callable[[T], bool]] = []
    for name, read in texts.items():
        if wanted := query.text(name):
            tests.append(_equals(read, wanted))
    for name, time_of in moments.items():
        for mark in ("", "<", ">"):
            if given := query.text(name + mark):
                tests.append(_in_time(time_of, mark, given))
    return [item for item in reversed(list(found)) if all(test(item) for test in tests)]


def _equals(read: Callable[[T], str], wanted: str) -> Callable[[T], bool]:
    return lambda item: read(item) == wanted


def _in_time(time_of: Callable[[T], float | None], mark: str, given: str) -> Callable[[T], bool]:
    try:
        moment, is_day = parse_moment(given)
    except ValueError:
        raise refusal(20001, f"{given} is not a date") from None
    first = float("-inf") if mark == "<" else moment
    last = float("inf") if mark == ">" else moment + (DAY if is_day and not mark else 0.0)

    def is_in(item: T) -> bool:
        at = time_of(item)
        return at is not None and first <= at <= last

    return is_in


def page(
    call: ApiCall, name: str, found: Sequence[T], sid: Callable[[T], str], body: Callable[[T], Mapping[str, object]]
) -> dict[str, object]:
    """The envelope with the items asked for. A page that begins after a token stays in place when new items come.

    The token is ours: Twilio's is opaque.
    """
    given = call.query()
    size = max(given.whole("PageSize", 20006, default=USUAL_PAGE, most=LARGEST_PAGE), 1)
    number = given.whole("Page", 20006, default=0, most=1_000_000)
    token = given.text("PageToken")
    start = number * size if not token else _after(token, found, sid)
    items = found[start : start + size]
    rest = [pair for pair in parse_qsl(call.request.query, keep_blank_values=True) if pair[0] not in OF_PAGE]

    def uri(page_number: int, page_token: str = "") -> str:
        pairs = [*rest, ("PageSize", str(size)), ("Page", str(page_number))]
        return f"{call.path}.json?{urlencode(pairs + ([('PageToken', page_token)] if page_token else []))}"

    following = uri(number + 1, f"PA{sid(items[-1])}") if items and len(found) > start + size else None
    return {
        "first_page_uri": uri(0),
        "end": number * size + max(len(items) - 1, 0),
        "previous_page_uri": None if number == 0 else uri(number - 1),
        "next_page_uri": following,
        name: [body(item) for item in items],
        "page": number,
        "page_size": size,
        "start": number * size,
        "uri": uri(number, token),
    }


def _after(token: str, found: Sequence[T], sid: Callable[[T], str]) -> int:
    place = next((at + 1 for at, item in enumerate(found) if f"PA{sid(item)}" == token), None)
    if place is None:
        raise refusal(21481, token)
    return place
