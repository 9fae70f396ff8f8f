"""`/api/v1/logs`: the System Log over HTTP; what is in it is in `system_log`."""

from urllib.parse import urlencode

from fakes.okta import system_log
from fakes.okta.call import Call, Endpoint, Headers, limit, own_link
from fakes.okta.errors import refusal
from fakes.web import Response, Route, json_response

USUAL_PAGE, LARGEST_PAGE = 100, 1000


def list_events(call: Call) -> Response:
    """Without `until` the answer always links to a next page, which later entries will be on (Okta docs, polling)."""
    given = call.request.parameters()
    found = system_log.find(call.org, given)
    size = limit(call, LARGEST_PAGE) if given.get("limit") else USUAL_PAGE
    start = 0
    if after := given.get("after"):
        start = next((at + 1 for at, event in enumerate(found) if event["uuid"] == after), -1)
        if start < 0:
            raise refusal("E0000029")
    events = found[start : start + size]
    links: Headers = own_link(call)
    last = events[-1]["uuid"] if events else after
    if len(found) > start + size or (last and "until" not in given):
        following = urlencode({**given, "after": last})
        links.append(("Link", f'<{call.base}{call.request.path}?{following}>; rel="next"'))
    return json_response(events, 200, *links)


ROUTES: tuple[Route[Endpoint], ...] = (Route("GET", "/api/v1/logs", list_events, "okta.logs.read", "api"),)
