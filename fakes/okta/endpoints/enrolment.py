"""Enrolling and activating factors over HTTP; the rules are in `enrol` and `activate`."""

from fakes.okta import activate, enrol
from fakes.okta.bodies import activation_body, factor_body, factor_type_url
from fakes.okta.call import Call, Endpoint, text_field
from fakes.okta.endpoints.factors import FACTOR, MANAGE, READ, token_lifetime
from fakes.okta.errors import invalid
from fakes.okta.questions import QUESTIONS
from fakes.okta.records import PUSH
from fakes.web import Response, Route, json_response

FACTORS = "/api/v1/users/{userId}/factors"


def enrol_factor(call: Call) -> Response:
    document = call.document()
    user = call.user()
    factor = enrol.enrol(
        call.org,
        user,
        document,
        activate=call.flag("activate", False),
        update_phone=call.flag("updatePhone", False),
        lifetime=token_lifetime(call),
    )
    return json_response(factor_body(call.base, factor, call.org.tables.activations.get(factor.id), is_new=True))


def activate_factor(call: Call) -> Response:
    user = call.user()
    factor = call.factor(user)
    if factor.type == PUSH:
        activate.restart(call.org, factor)
        return json_response(factor_body(call.base, factor, call.org.tables.activations.get(factor.id)))
    given = text_field(call.document(), "passCode")
    if given is None:
        raise invalid("passCode", "passCode: The field cannot be left blank")
    return json_response(factor_body(call.base, activate.by_code(call.org, user, factor, given)))


def poll_activation(call: Call) -> Response:
    """Waiting or expired: the activation alone; done: the active factor (E05)."""
    factor = call.factor(call.user())
    if factor.type != PUSH:
        raise invalid("factorType", f"factorType: {factor.type} has no activation to poll")
    if factor.status == "ACTIVE":
        return json_response(factor_body(call.base, factor))
    return json_response(activation_body(call.base, factor, activate.look_up(call.org, factor)))


def resend_enrolment(call: Call) -> Response:
    factor = call.factor(call.user())
    activate.check_tries(call.org, factor)
    enrol.resend(call.org, factor)
    return json_response(factor_body(call.base, factor))


def catalog(call: Call) -> Response:
    """What this user may enrol, by their policy."""
    user = call.user()
    return json_response(
        [
            {
                "factorType": kind,
                "provider": "OKTA",
                "vendorName": "OKTA",
                "_links": {"enroll": {"href": factor_type_url(call.base, user), "hints": {"allow": ["POST"]}}},
            }
            for kind in enrol.enrollable(call.org, user)
        ]
    )


def list_questions(call: Call) -> Response:
    call.user()
    return json_response([{"question": key, "questionText": text} for key, text in QUESTIONS.items()])


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("POST", FACTORS, enrol_factor, MANAGE, "api"),
    Route("GET", f"{FACTORS}/catalog", catalog, READ, "api"),
    Route("GET", f"{FACTORS}/questions", list_questions, READ, "api"),
    Route("POST", f"{FACTOR}/lifecycle/activate", activate_factor, MANAGE, "api"),
    Route("POST", f"{FACTOR}/lifecycle/activate/poll", poll_activation, MANAGE, "api"),
    Route("POST", f"{FACTOR}/resend", resend_enrolment, MANAGE, "api"),
)
