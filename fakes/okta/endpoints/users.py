"""`/api/v1/users`: search, read, write and lifecycle over HTTP; the rules are in `fakes.okta.users`."""

from urllib.parse import urlencode

from fakes.okta import users
from fakes.okta.bodies import user_body
from fakes.okta.call import Call, Endpoint
from fakes.okta.errors import refusal
from fakes.okta.records import User
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.users.read", "okta.users.manage"
LARGEST_PAGE = 200
Q_PAGE = 10


def list_users(call: Call) -> Response:
    """Search, filter, q or everybody, in pages. Search and filter include DEPROVISIONED users (U06)."""
    given = call.request.parameters()
    if "q" in given and ("filter" in given or "search" in given):
        raise refusal("E0000033")
    if "search" in given:
        found = users.search(call.org, given["search"])
    elif "filter" in given:
        found = users.filtered(call.org, given["filter"])
    else:
        found = users.listed(call.org, given.get("q", ""))
    if "q" in given:
        page, is_last = found[: _limit(given, Q_PAGE)], True
    else:
        page, is_last = _page(found, given)
    body = [user_body(call.base, user, is_list_item=True) for user in page]
    return json_response(body, 200, *_page_links(call, [] if is_last else page))


def get_user(call: Call) -> Response:
    return json_response(user_body(call.base, call.user()))


def _limit(given: dict[str, str], default: int) -> int:
    text = given.get("limit", "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise refusal("E0000029")
    return min(int(text), default)


def _page(found: list[User], given: dict[str, str]) -> tuple[list[User], bool]:
    limit = _limit(given, LARGEST_PAGE)
    after = given.get("after", "")
    start = 0
    if after:
        start = next((at + 1 for at, user in enumerate(found) if user.id == after), -1)
        if start < 0:
            raise refusal("E0000029")
    return found[start : start + limit], len(found) <= start + limit


def _page_links(call: Call, continued: list[User]) -> list[tuple[str, str]]:
    """`self` first and `next` last: the official SDK keeps only the last Link header."""
    url = f"{call.base}{call.request.path}"
    query = f"?{call.request.query}" if call.request.query else ""
    links = [("Link", f'<{url}{query}>; rel="self"')]
    if continued:
        following = urlencode({**call.request.parameters(), "after": continued[-1].id})
        links.append(("Link", f'<{url}?{following}>; rel="next"'))
    return links


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/users", list_users, READ, "users"),
    Route("GET", "/api/v1/users/{userId}", get_user, READ, "user"),
)
