"""Pages of a list: limit, cursor and the Link headers; Okta's cursors are opaque, ours are the last item's id."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from fakes.okta.call import Call
from fakes.okta.errors import refusal

T = TypeVar("T")
LARGEST_PAGE = 200
Headers = list[tuple[str, str]]


def page(
    call: Call, found: Sequence[T], key: Callable[[T], str], *, largest: int = LARGEST_PAGE
) -> tuple[Sequence[T], Headers]:
    """The items asked for and the Link headers: `self` first, `next` last, for the official SDK keeps only the last."""
    given = call.request.parameters()
    size = limit(call, largest)
    start = 0
    if after := given.get("after"):
        start = next((at + 1 for at, item in enumerate(found) if key(item) == after), -1)
        if start < 0:
            raise refusal("E0000029")
    items = found[start : start + size]
    links = own_link(call)
    if len(found) > start + size:
        following = urlencode({**given, "after": key(items[-1])})
        links.append(("Link", f'<{call.base}{call.request.path}?{following}>; rel="next"'))
    return items, links


def own_link(call: Call) -> Headers:
    query = f"?{call.request.query}" if call.request.query else ""
    return [("Link", f'<{call.base}{call.request.path}{query}>; rel="self"')]


def limit(call: Call, largest: int) -> int:
    """The page size; a larger one than Okta's largest is cut down to it."""
    text = call.request.parameters().get("limit", "")
    if not text:
        return largest
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise refusal("E0000029")
    return min(int(text), largest)
