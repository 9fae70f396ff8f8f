"""`…/Calls` over HTTP; the rules are in `fakes.twilio.calls`."""

from fakes.twilio import calls
from fakes.twilio.bodies import call_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.lists import page
from fakes.twilio.records import Call
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

CALL = f"{ACCOUNT}/Calls/{{CallSid}}"


def create_call(call: ApiCall) -> Response:
    """The answer says `queued`, whatever the network has done already."""
    created = calls.create(call.account, call.form(), is_test=call.client.is_test)
    return json_response(_body(call, created), 201)


def get_call(call: ApiCall) -> Response:
    return json_response(_body(call, _find(call)))


def update_call(call: ApiCall) -> Response:
    return json_response(_body(call, calls.update(call.account, _find(call), call.form())))


def delete_call(call: ApiCall) -> Response:
    calls.delete(call.account, _find(call))
    return Response(204)


def list_calls(call: ApiCall) -> Response:
    found = calls.listed(call.account, call.query())
    return json_response(page(call, "calls", found, lambda each: each.sid, lambda each: _body(call, each)))


def _find(call: ApiCall) -> Call:
    return calls.find(call.account, call.values["CallSid"], call.request.path)


def _body(call: ApiCall, found: Call) -> dict[str, object]:
    return call_body(call.account, call.client.account_sid, found)


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/Calls", list_calls),
    Route("POST", f"{ACCOUNT}/Calls", create_call),
    Route("GET", CALL, get_call),
    Route("POST", CALL, update_call),
    Route("DELETE", CALL, delete_call),
)
