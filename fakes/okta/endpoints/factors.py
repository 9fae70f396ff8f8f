"""`/api/v1/users/{id}/factors` over HTTP; the rules are in `enrol`, `activate`, `verify` and `push`."""

from fakes.okta import activate, enrol, factors, policies, push, verify
from fakes.okta.bodies import activation_body, challenge_body, factor_body, factor_type_url, push_body
from fakes.okta.call import Call, Endpoint, text_field
from fakes.okta.enrol import QUESTIONS
from fakes.okta.errors import invalid, refusal
from fakes.okta.records import PUSH, QUESTION, Activation, Factor
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.users.read", "okta.users.manage"
FACTOR = "/api/v1/users/{userId}/factors/{factorId}"
FACTORS = "/api/v1/users/{userId}/factors"


def list_factors(call: Call) -> Response:
    """Those that the user's enrolment policy allows (F, "List factors")."""
    user = call.user()
    allowed = policies.allowed_factors(call.org, user)
    shown = [each for each in factors.of_user(call.org, user) if each.type in allowed]
    return json_response([factor_body(call.base, each, _activation(call, each)) for each in shown])


def get_factor(call: Call) -> Response:
    factor = call.factor(call.user())
    return json_response(factor_body(call.base, factor, _activation(call, factor)))


def delete_factor(call: Call) -> Response:
    factors.remove(call.org, call.factor(call.user()))
    return Response(204)


def verify_factor(call: Call) -> Response:
    """Start (empty body) or finish (passCode, answer) a verification; there is no other way to resend."""
    document = call.document()
    user = call.user()
    factor = call.factor(user)
    if factor.type == PUSH:
        started = push.start(
            call.org,
            user,
            factor,
            with_number=document.get("useNumberMatchingChallenge") is True,
            origin=call.request.headers.get("x-forwarded-for", ""),
        )
        return json_response(push_body(call.base, factor, started), 201)
    given = text_field(document, "answer" if factor.type == QUESTION else "passCode")
    if given is not None:
        verify.check_answer(call.org, user, factor, given)
        return json_response({"factorResult": "SUCCESS"})
    if factor.type not in verify.DELIVERED:
        raise invalid("passCode", "passCode: The field cannot be left blank")
    verify.challenge(call.org, user, factor, lifetime=token_lifetime(call))
    return json_response(challenge_body(call.base, factor))


def poll_push(call: Call) -> Response:
    factor = call.factor(call.user())
    found = push.look_up(call.org, factor, call.values["transactionId"])
    return json_response(push_body(call.base, factor, found))


def cancel_push(call: Call) -> Response:
    push.cancel(call.org, call.factor(call.user()), call.values["transactionId"])
    return Response(204)


def _activation(call: Call, factor: Factor) -> Activation | None:
    return call.org.tables.activations.get(factor.id)


def token_lifetime(call: Call) -> float | None:
    text = call.request.parameters().get("tokenLifetimeSeconds")
    if text is None:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 86400:
        raise refusal("E0000001", "tokenLifetimeSeconds: must be from 1 to 86400", about="tokenLifetimeSeconds")
    return float(text)


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


def replace_question(call: Call) -> Response:
    """Another question with its answer; other factors cannot be replaced."""
    factor = call.factor(call.user())
    if factor.type != QUESTION:
        raise refusal("E0000022")
    return json_response(factor_body(call.base, enrol.replace_question(call.org, factor, call.document())))


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
    statuses = {each.type: each.status for each in factors.of_user(call.org, user)}
    return json_response(
        [
            {
                "factorType": kind,
                "provider": "OKTA",
                "vendorName": "OKTA",
                "status": statuses.get(kind, "NOT_SETUP"),
                "enrollment": "OPTIONAL",
                "_links": {"enroll": {"href": factor_type_url(call.base, user), "hints": {"allow": ["POST"]}}},
            }
            for kind in enrol.enrollable(call.org, user)
        ]
    )


def list_questions(call: Call) -> Response:
    call.user()
    return json_response([{"question": key, "questionText": text} for key, text in QUESTIONS.items()])


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/api/v1/users/{userId}/factors", list_factors, READ, "api"),
    Route("GET", FACTOR, get_factor, READ, "api"),
    Route("DELETE", FACTOR, delete_factor, MANAGE, "api"),
    Route("POST", f"{FACTOR}/verify", verify_factor, MANAGE, "api"),
    Route("GET", f"{FACTOR}/transactions/{{transactionId}}", poll_push, READ, "api"),
    Route("DELETE", f"{FACTOR}/transactions/{{transactionId}}", cancel_push, MANAGE, "api"),
    Route("POST", FACTORS, enrol_factor, MANAGE, "api"),
    Route("PUT", FACTOR, replace_question, MANAGE, "api"),
    Route("GET", f"{FACTORS}/catalog", catalog, READ, "api"),
    Route("GET", f"{FACTORS}/questions", list_questions, READ, "api"),
    Route("POST", f"{FACTOR}/lifecycle/activate", activate_factor, MANAGE, "api"),
    Route("POST", f"{FACTOR}/lifecycle/activate/poll", poll_activation, MANAGE, "api"),
    Route("POST", f"{FACTOR}/resend", resend_enrolment, MANAGE, "api"),
)
