"""Pages of a list: Page, PageSize and PageToken in, Twilio's envelope out; the token is ours (Twilio's is opaque)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from fakes.twilio.errors import refusal
from fakes.twilio.request import ApiCall

T = TypeVar("T")
USUAL_PAGE, LARGEST_PAGE = 50, 1000
OF_PAGE = ("Page", "PageSize", "PageToken")


def page(
    call: ApiCall, name: str, found: Sequence[T], sid: Callable[[T], str], body: Callable[[T], Mapping[str, object]]
) -> dict[str, object]:
    """The envelope with the items asked for. A page that begins after a token stays in place when new items come."""
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
