"""`…/Applications` over HTTP; the rules are in `fakes.twilio.applications`."""

from fakes.twilio import applications, numbers
from fakes.twilio.bodies import application_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.lists import page
from fakes.twilio.records import Application
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

APPLICATION = f"{ACCOUNT}/Applications/{{ApplicationSid}}"


def create_application(call: ApiCall) -> Response:
    created = applications.create(call.account, call.form())
    return json_response(application_body(call.client.account_sid, created), 201)


def get_application(call: ApiCall) -> Response:
    return json_response(application_body(call.client.account_sid, _find(call)))


def update_application(call: ApiCall) -> Response:
    """Numbers that use it follow at once."""
    changed = applications.update(call.account, _find(call), call.form())
    numbers.connect_users_of(call.account, changed)
    return json_response(application_body(call.client.account_sid, changed))


def delete_application(call: ApiCall) -> Response:
    """Numbers that used it go back to their own URLs (confidence L)."""
    deleted = _find(call)
    del call.account.tables.applications[deleted.sid]
    numbers.connect_users_of(call.account, deleted)
    return Response(204)


def list_applications(call: ApiCall) -> Response:
    found = applications.listed(call.account, call.query())
    sid = call.client.account_sid
    return json_response(
        page(call, "applications", found, lambda each: each.sid, lambda each: application_body(sid, each))
    )


def _find(call: ApiCall) -> Application:
    return applications.find(call.account, call.values["ApplicationSid"], call.request.path)


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/Applications", list_applications),
    Route("POST", f"{ACCOUNT}/Applications", create_application),
    Route("GET", APPLICATION, get_application),
    Route("POST", APPLICATION, update_application),
    Route("DELETE", APPLICATION, delete_application),
)
