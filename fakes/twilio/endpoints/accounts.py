"""`/Accounts/{AccountSid}` over HTTP."""

from fakes.twilio.bodies import account_body
from fakes.twilio.request import API, ApiCall, Endpoint
from fakes.web import Response, Route, json_response

ACCOUNT = f"{API}/Accounts/{{AccountSid}}"


def get_account(call: ApiCall) -> Response:
    return json_response(account_body(call.account))


ROUTES: tuple[Route[Endpoint], ...] = (Route("GET", ACCOUNT, get_account),)
