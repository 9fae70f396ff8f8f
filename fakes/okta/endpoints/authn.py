"""`/api/v1/authn`: the Authentication API over HTTP; its states are in `fakes.okta.authn`."""

from typing import Any

from fakes.okta import authn, authn_steps
from fakes.okta.authn import Outcome
from fakes.okta.authn_bodies import authn_body
from fakes.okta.call import Call, Endpoint, text_field
from fakes.okta.errors import invalid
from fakes.okta.records import Login
from fakes.web import Response, Route, json_response

AUTHN = "/api/v1/authn"
FACTOR = f"{AUTHN}/factors/{{factorId}}"


def primary(call: Call) -> Response:
    """Begin with a username, or read the state of a transaction by its state token alone."""
    document = call.document()
    username = text_field(document, "username")
    if username is None and document.get("stateToken"):
        return _answer(call, _login(call, document))
    if document.get("token"):
        raise invalid("token", "token: activation and recovery tokens are not simulated")
    if not username:
        raise invalid("username", "username: The field cannot be left blank")
    return _answer(call, authn.begin(call.org, username, text_field(document, "password") or None))


def verify(call: Call) -> Response:
    document = call.document()
    for name in ("passCode", "answer", "password"):
        if text_field(document, name) is not None:
            document[name] = text_field(document, name)
    login = _login(call, document)
    return _answer(call, authn_steps.verify_factor(call.org, login, call.values["factorId"], document, _origin(call)))


def resend(call: Call) -> Response:
    login = _login(call, call.document())
    return _answer(call, authn_steps.resend(call.org, login, call.values["factorId"], _origin(call)))


def previous(call: Call) -> Response:
    return _answer(call, authn.previous(call.org, _login(call, call.document())))


def skip(call: Call) -> Response:
    return _answer(call, authn.skip(call.org, _login(call, call.document())))


def cancel(call: Call) -> Response:
    authn.cancel(call.org, _login(call, call.document()))
    return json_response({"_embedded": {}})


def enrol(call: Call) -> Response:
    document = call.document()
    return _answer(call, authn_steps.begin_enrolment(call.org, _login(call, document), document))


def activate(call: Call) -> Response:
    document = call.document()
    login = _login(call, document)
    authn_steps.pending_enrolment(call.org, login, call.values["factorId"])
    given = text_field(document, "passCode")
    if given is None:
        raise invalid("passCode", "passCode: The field cannot be left blank")
    return _answer(call, authn_steps.prove_enrolment(call.org, login, call.values["factorId"], given))


def poll_activation(call: Call) -> Response:
    login = _login(call, call.document())
    return _answer(call, authn_steps.poll_enrolment(call.org, login, call.values["factorId"]))


def resend_activation(call: Call) -> Response:
    login = _login(call, call.document())
    return _answer(call, authn_steps.resend_enrolment(call.org, login, call.values["factorId"]))


def _login(call: Call, document: dict[str, Any]) -> Login:
    return authn.find(call.org, text_field(document, "stateToken"))


def _origin(call: Call) -> str:
    return call.request.headers.get("x-forwarded-for", "")


def _answer(call: Call, outcome: Outcome) -> Response:
    return json_response(authn_body(call.org, call.base, outcome))


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("POST", AUTHN, primary, "", "authn"),
    Route("POST", f"{AUTHN}/factors", enrol, "", "authn"),
    Route("POST", f"{FACTOR}/verify", verify, "", "authn"),
    Route("POST", f"{FACTOR}/verify/resend", resend, "", "authn"),
    Route("POST", f"{FACTOR}/lifecycle/activate", activate, "", "authn"),
    Route("POST", f"{FACTOR}/lifecycle/activate/poll", poll_activation, "", "authn"),
    Route("POST", f"{FACTOR}/lifecycle/resend", resend_activation, "", "authn"),
    Route("POST", f"{AUTHN}/previous", previous, "", "authn"),
    Route("POST", f"{AUTHN}/skip", skip, "", "authn"),
    Route("POST", f"{AUTHN}/cancel", cancel, "", "authn"),
)
