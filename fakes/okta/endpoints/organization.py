"""What an org tells and switches as a whole: its document, user schema and type, org factors, authenticators."""

from functools import partial
from typing import Any

from fakes.okta import switches
from fakes.okta.bodies import SCHEMA_ID, authenticator_body, link, method_bodies
from fakes.okta.call import Call, Endpoint, object_field, text_field
from fakes.okta.errors import invalid, missing
from fakes.okta.schema import BASE, set_attributes
from fakes.okta.switches import ORG_FACTORS, Authenticator
from fakes.okta.times import stamp
from fakes.okta.users import DEFAULT_TYPE
from fakes.web import Response, Route, json_response

# The scope of org factors is documented until 2023 only (confidence M).
FACTORS_READ, FACTORS_MANAGE = "okta.factors.read", "okta.factors.manage"
READ, MANAGE = "okta.authenticators.read", "okta.authenticators.manage"
SCHEMA = "/api/v1/meta/schemas/user/{schemaId}"
ORG_FACTOR = "/api/v1/org/factors/{orgFactorId}"
AUTHENTICATOR = "/api/v1/authenticators/{authenticatorId}"
METHOD = f"{AUTHENTICATOR}/methods/{{method}}"
# What people may change of themselves and what they do not even see, as recorded (250 answers).
OWN = ("firstName", "lastName", "email", "secondEmail", "mobilePhone")
HIDDEN = ("primaryPhone", "streetAddress", "city", "state", "zipCode", "countryCode", "postalAddress")


def well_known(call: Call) -> Response:
    return json_response(
        {
            "id": "00ofakeorganization0",
            "cell": "fake1",
            "pipeline": call.org.pipeline,
            "settings": {
                "analyticsCollectionEnabled": False,
                "bugReportingEnabled": True,
                "omEnabled": False,
                "pssoEnabled": False,
                "desktopMFAEnabled": False,
                "itpEnabled": False,
            },
            "_links": {"organization": {"href": call.base}},
        }
    )


def list_org_factors(call: Call) -> Response:
    return json_response([_org_factor(call, factor_id) for factor_id in ORG_FACTORS])


def get_org_factor(call: Call) -> Response:
    return json_response(_org_factor(call, call.values["orgFactorId"]))


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


def replace_authenticator(call: Call) -> Response:
    """Name and settings (number challenge, allowed uses) are kept and shown; the settings decide nothing here."""
    found = switches.find(call.org, call.values["authenticatorId"])
    changed = switches.configure(call.org, found, call.document())
    return json_response(authenticator_body(call.base, changed))


def switch_authenticator(call: Call, *, status: str) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    return json_response(authenticator_body(call.base, switches.switch_authenticator(call.org, found, status)))


def list_methods(call: Call) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    return json_response(method_bodies(call.base, found))


def get_method(call: Call) -> Response:
    return json_response(_method(call, switches.find(call.org, call.values["authenticatorId"])))


def switch_method(call: Call, *, status: str) -> Response:
    found = switches.find(call.org, call.values["authenticatorId"])
    return json_response(_method(call, switches.switch_method(call.org, found, call.values["method"], status)))


def _method(call: Call, found: Authenticator) -> dict[str, Any]:
    method = call.values["method"]
    body = next((each for each in method_bodies(call.base, found) if each["type"] == method), None)
    if body is None:
        raise missing(method, "AuthenticatorMethod")
    return body


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
        "_links": {"self": link(f"{call.base}/api/v1/org/factors/{factor_id}", "GET"), step: link(href, "POST")},
    }


def get_schema(call: Call) -> Response:
    """Of the default user type: by `default` or by its id."""
    _check_schema(call)
    return json_response(_body(call))


def update_schema(call: Call) -> Response:
    """A partial update of the custom attributes; the whole schema is the answer (U19)."""
    _check_schema(call)
    definitions = object_field(call.document(), "definitions")
    if definitions.get("base"):
        raise invalid("definitions.base", "definitions.base: changes to base attributes are not simulated")
    properties = object_field(object_field(definitions, "custom"), "properties")
    set_attributes(call.org, properties)
    return json_response(_body(call))


def _check_schema(call: Call) -> None:
    if call.values["schemaId"] not in ("default", SCHEMA_ID):
        raise missing(call.values["schemaId"], "UserSchema")  # the kind's name: L


def _body(call: Call) -> dict[str, Any]:
    return {
        "id": f"{call.base}/meta/schemas/user/default",
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": "user",
        "title": "User",
        "description": "Okta user profile template with default permission settings",
        "type": "object",
        "created": stamp(call.org.created),
        "lastUpdated": stamp(call.org.created),
        "definitions": {
            "custom": {
                "id": "#custom",
                "type": "object",
                "properties": dict(call.org.tables.attributes),
                "required": [name for name, body in call.org.tables.attributes.items() if body.get("required")],
            },
            "base": {
                "id": "#base",
                "type": "object",
                "properties": {name: _base(name) for name in BASE},
                "required": [name for name, (_, required, *_rest) in BASE.items() if required],
            },
        },
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
        "_links": {
            "self": {"href": f"{call.base}/api/v1/meta/schemas/user/{SCHEMA_ID}", "method": "GET", "rel": "self"},
            "type": {"href": f"{call.base}/api/v1/meta/types/user/{DEFAULT_TYPE}", "method": "GET", "rel": "type"},
        },
    }


def _base(name: str) -> dict[str, Any]:
    """`required` is written only where it is true, and `login` has no `unique` (250 of 250 recorded answers)."""
    title, required, shortest, longest, written_as = BASE[name]
    action = "READ_WRITE" if name in OWN else "HIDE" if name in HIDDEN else "READ_ONLY"
    facts = {"required": required or None, "format": written_as, "minLength": shortest, "maxLength": longest}
    return {
        "title": title,
        "type": "string",
        **{key: value for key, value in facts.items() if value is not None},
        "mutability": "READ_WRITE",
        "scope": "NONE",
        "permissions": [{"principal": "SELF", "action": action}],
        "master": {"type": "PROFILE_MASTER"},
    }


def list_types(call: Call) -> Response:
    return json_response([_type(call)])


def get_type(call: Call) -> Response:
    if call.values["typeId"] not in (DEFAULT_TYPE, "default"):
        raise missing(call.values["typeId"], "CVDType")
    return json_response(_type(call))


def _type(call: Call) -> dict[str, Any]:
    own = f"{call.base}/api/v1/meta/types/user/{DEFAULT_TYPE}"
    return {
        "id": DEFAULT_TYPE,
        "name": "user",
        "displayName": "User",
        "description": "Okta user profile template with default permission settings",
        "default": True,
        "created": stamp(call.org.created),
        "lastUpdated": stamp(call.org.created),
        "createdBy": "sprfakesystem0000000",
        "lastUpdatedBy": "sprfakesystem0000000",
        "_links": {
            "self": {"rel": "self", "href": own, "method": "GET"},
            "schema": {
                "rel": "schema",
                "href": f"{call.base}/api/v1/meta/schemas/user/{SCHEMA_ID}",
                "method": "GET",
            },
        },
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", "/.well-known/okta-organization", well_known, "", "api"),
    Route("GET", ORG_FACTOR, get_org_factor, FACTORS_READ, "api"),
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
    Route("PUT", AUTHENTICATOR, replace_authenticator, MANAGE, "api"),
    Route("GET", AUTHENTICATOR, get_authenticator, READ, "api"),
    Route("POST", f"{AUTHENTICATOR}/lifecycle/activate", partial(switch_authenticator, status="ACTIVE"), MANAGE, "api"),
    Route(
        "POST", f"{AUTHENTICATOR}/lifecycle/deactivate", partial(switch_authenticator, status="INACTIVE"), MANAGE, "api"
    ),
    Route("GET", f"{AUTHENTICATOR}/methods", list_methods, READ, "api"),
    Route("GET", METHOD, get_method, READ, "api"),
    Route("POST", f"{METHOD}/lifecycle/activate", partial(switch_method, status="ACTIVE"), MANAGE, "api"),
    Route("POST", f"{METHOD}/lifecycle/deactivate", partial(switch_method, status="INACTIVE"), MANAGE, "api"),
    Route("GET", SCHEMA, get_schema, "okta.schemas.read", "api"),
    Route("GET", "/api/v1/meta/types/user", list_types, "okta.userTypes.read", "api"),
    Route("GET", "/api/v1/meta/types/user/{typeId}", get_type, "okta.userTypes.read", "api"),
    Route("POST", SCHEMA, update_schema, "okta.schemas.manage", "api"),
)
