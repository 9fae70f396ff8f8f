"""What an org tells and switches as a whole: the well-known document, Classic's org factors, the authenticators."""

from functools import partial

from fakes.okta import switches
from fakes.okta.bodies import authenticator_body, link, method_bodies
from fakes.okta.call import Call, Endpoint, text_field
from fakes.okta.errors import invalid
from fakes.okta.switches import ORG_FACTORS
from fakes.web import Response, Route, json_response

# The scope of org factors is documented until 2023 only (confidence M).
FACTORS_READ, FACTORS_MANAGE = "okta.factors.read", "okta.factors.manage"
READ, MANAGE = "okta.authenticators.read", "okta.authenticators.manage"
ORG_FACTOR = "/api/v1/org/factors/{orgFactorId}"
AUTHENTICATOR = "/api/v1/authenticators/{authenticatorId}"
METHOD = f"{AUTHENTICATOR}/methods/{{method}}"


def well_known(call: Call) -> Response:
    return json_response(
        {
            "id": "00ofakeorganization0",
            "pipeline": call.org.pipeline,
            "_links": {"organization": {"href": call.base}},
        }
    )


def list_org_factors(call: Call) -> Response:
    return json_response([_org_factor(call, factor_id) for factor_id in ORG_FACTORS])


def switch_org_factor(call: Call, *, status: str) -> Response:
    factor_id = call.values["orgFactorId"]
    switches.switch_factor(call.org, factor_id, status)
    return json_response(_org_factor(call, factor_id))


def list_authenticators(call: Call) -> Response:
    return json_response([authenticator_body(call.base, each) for each in switches.authenticators(call.org)])


def add_authenticator(call: Call) -> Response:
    key = text_field(call.document(), "key")
    if key is None:
        raise invalid("key", "key: The field cannot be left blank")
    added = switches.add_authenticator(call.org, key, activate=call.flag("activate", False))
    return json_response(authenticator_body(call.base, added))


def get_authenticator(call: Call) -> Response:
    return json_response(authenticator_body(call.base, switches.find(call.org, call.values["authenticatorId"])))


def switch_authenticator(call: Call, *, status: str) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    return json_response(authenticator_body(call.base, switches.switch_authenticator(call.org, found, status)))


def list_methods(call: Call) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    return json_response(method_bodies(call.base, found))


def switch_method(call: Call, *, status: str) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    method = call.values["method"]
    changed = switches.switch_method(call.org, found, method, status)
    return json_response(next(body for body in method_bodies(call.base, changed) if body["type"] == method))


def _org_factor(call: Call, factor_id: str) -> dict[str, object]:
    status = switches.factor_status(call.org, factor_id)
    provider, kind, _ = ORG_FACTORS[factor_id]
    step = "deactivate" if status == "ACTIVE" else "activate"
    href = f"{call.base}/api/v1/org/factors/{factor_id}/lifecycle/{step}"
    return {
        "id": factor_id,
        "provider": provider,
        "factorType": kind,
        "status": status,
        "_links": {step: link(href, "POST")},
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/.well-known/okta-organization", well_known, "", "api"),
    Route("GET", "/api/v1/org/factors", list_org_factors, FACTORS_READ, "api"),
    Route(
        "POST", f"{ORG_FACTOR}/lifecycle/activate", partial(switch_org_factor, status="ACTIVE"), FACTORS_MANAGE, "api"
    ),
    Route(
        "POST",
        f"{ORG_FACTOR}/lifecycle/deactivate",
        partial(switch_org_factor, status="INACTIVE"),
        FACTORS_MANAGE,
        "api",
    ),
    Route("GET", "/api/v1/authenticators", list_authenticators, READ, "api"),
    Route("POST", "/api/v1/authenticators", add_authenticator, MANAGE, "api"),
    Route("GET", AUTHENTICATOR, get_authenticator, READ, "api"),
    Route("POST", f"{AUTHENTICATOR}/lifecycle/activate", partial(switch_authenticator, status="ACTIVE"), MANAGE, "api"),
    Route(
        "POST", f"{AUTHENTICATOR}/lifecycle/deactivate", partial(switch_authenticator, status="INACTIVE"), MANAGE, "api"
    ),
    Route("GET", f"{AUTHENTICATOR}/methods", list_methods, READ, "api"),
    Route("POST", f"{METHOD}/lifecycle/activate", partial(switch_method, status="ACTIVE"), MANAGE, "api"),
    Route("POST", f"{METHOD}/lifecycle/deactivate", partial(switch_method, status="INACTIVE"), MANAGE, "api"),
)
