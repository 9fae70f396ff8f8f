"""`/api/v1/meta/schemas/user/default`: the user schema over HTTP; what may stand in it is in `fakes.okta.schema`."""

from typing import Any

from fakes.okta import schema
from fakes.okta.call import Call, Endpoint, object_field
from fakes.okta.errors import invalid
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

PATH = "/api/v1/meta/schemas/user/default"


def get_schema(call: Call) -> Response:
    return json_response(_body(call))


def update_schema(call: Call) -> Response:
    """A partial update of the custom attributes; the whole schema is the answer (U19)."""
    definitions = object_field(call.document(), "definitions")
    if definitions.get("base"):
        raise invalid("definitions.base", "definitions.base: changes to base attributes are not simulated")
    properties = object_field(object_field(definitions, "custom"), "properties")
    schema.set_attributes(call.org, properties)
    return json_response(_body(call))


def _body(call: Call) -> dict[str, Any]:
    return {
        "id": f"{call.base}{PATH}",
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": "user",
        "title": "User",
        "type": "object",
        "created": stamp(call.org.created),
        "lastUpdated": stamp(call.org.created),
        "definitions": {
            "custom": {
                "id": "#custom",
                "type": "object",
                "properties": {name: _custom(body) for name, body in call.org.tables.attributes.items()},
                "required": [name for name, body in call.org.tables.attributes.items() if body.get("required")],
            },
            "base": {
                "id": "#base",
                "type": "object",
                "properties": {name: _base(name) for name in schema.BASE},
                "required": [name for name, (_, required, _length) in schema.BASE.items() if required],
            },
        },
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
    }


def _custom(body: dict[str, Any]) -> dict[str, Any]:
    """With the keys that Okta adds on its own."""
    added = {"scope": "NONE", "mutability": "READ_WRITE", "master": {"type": "PROFILE_MASTER"}}
    return {"type": "string", "required": False, **body, **added}


def _base(name: str) -> dict[str, Any]:
    """`unique` is a string on the wire, though the specification says boolean; the official SDK trips over it."""
    title, required, longest = schema.BASE[name]
    body: dict[str, Any] = {"title": title, "type": "string", "required": required, "mutability": "READ_WRITE"}
    if name == "login":
        body |= {"minLength": 5, "unique": "UNIQUE_VALIDATED"}
    if longest is not None:
        body["maxLength"] = longest
    return body | {
        "scope": "NONE",
        "permissions": [{"principal": "SELF", "action": "READ_ONLY" if name == "login" else "READ_WRITE"}],
        "master": {"type": "PROFILE_MASTER"},
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", PATH, get_schema, "okta.schemas.read", "api"),
    Route("POST", PATH, update_schema, "okta.schemas.manage", "api"),
)
