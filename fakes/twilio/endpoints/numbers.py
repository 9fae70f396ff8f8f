"""`…/IncomingPhoneNumbers` over HTTP; the rules are in `fakes.twilio.numbers`."""

from fakes.twilio import numbers
from fakes.twilio.bodies import number_body
from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.lists import page
from fakes.twilio.records import Number
from fakes.twilio.request import ApiCall, Endpoint
from fakes.web import Response, Route, json_response

NUMBER = f"{ACCOUNT}/IncomingPhoneNumbers/{{PhoneNumberSid}}"


def create_number(call: ApiCall) -> Response:
    bought = numbers.buy(call.account, call.form(), is_test=call.client.is_test)
    return json_response(number_body(call.client.account_sid, bought), 201)


def get_number(call: ApiCall) -> Response:
    return json_response(number_body(call.client.account_sid, _find(call)))


def update_number(call: ApiCall) -> Response:
    changed = numbers.update(call.account, _find(call), call.form())
    return json_response(number_body(call.client.account_sid, changed))


def list_numbers(call: ApiCall) -> Response:
    found = numbers.listed(call.account, call.query())
    sid = call.client.account_sid
    return json_response(
        page(call, "incoming_phone_numbers", found, lambda each: each.sid, lambda each: number_body(sid, each))
    )


def _find(call: ApiCall) -> Number:
    return numbers.find(call.account, call.values["PhoneNumberSid"], call.request.path)


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", f"{ACCOUNT}/IncomingPhoneNumbers", list_numbers),
    Route("POST", f"{ACCOUNT}/IncomingPhoneNumbers", create_number),
    Route("GET", NUMBER, get_number),
    Route("POST", NUMBER, update_number),
)
