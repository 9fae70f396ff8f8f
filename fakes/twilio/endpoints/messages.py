"""`…/Messages` over HTTP; the rules are in `fakes.twilio.messages`."""

from fakes.twilio import messages
from fakes.twilio.bodies import message_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.lists import page
from fakes.twilio.records import Message
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

MESSAGE = f"{ACCOUNT}/Messages/{{MessageSid}}"


def create_message(call: ApiCall) -> Response:
    """The answer says `queued`, although the text is on the handset already."""
    created = messages.create(call.account, call.form(), is_test=call.client.is_test)
    return json_response(message_body(call.client.account_sid, created), 201)


def get_message(call: ApiCall) -> Response:
    return json_response(message_body(call.client.account_sid, _find(call)))


def update_message(call: ApiCall) -> Response:
    redacted = messages.redact(call.account, _find(call), call.form())
    return json_response(message_body(call.client.account_sid, redacted))


def delete_message(call: ApiCall) -> Response:
    messages.delete(call.account, _find(call))
    return Response(204)


def list_messages(call: ApiCall) -> Response:
    found = messages.listed(call.account, call.query())
    sid = call.client.account_sid
    return json_response(page(call, "messages", found, lambda each: each.sid, lambda each: message_body(sid, each)))


def _find(call: ApiCall) -> Message:
    return messages.find(call.account, call.values["MessageSid"], call.request.path)


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/Messages", list_messages),
    Route("POST", f"{ACCOUNT}/Messages", create_message),
    Route("GET", MESSAGE, get_message),
    Route("POST", MESSAGE, update_message),
    Route("DELETE", MESSAGE, delete_message),
)
