"""`/api/v1/templates/sms`: words for text messages, kept and shown; the fake's own texts stay as they are."""

from dataclasses import replace
from typing import Any

from fakes.okta.call import Call, Endpoint, object_field, text_field
from fakes.okta.errors import invalid, missing
from fakes.okta.records import TextTemplate
from fakes.okta.times import stamp
from fakes.web import Response, Route, json_response

READ, MANAGE = "okta.templates.read", "okta.templates.manage"
ALL = "/api/v1/templates/sms"
ONE = f"{ALL}/{{templateId}}"
KIND = "SMS_VERIFY_CODE"
LONGEST = 161


def list_templates(call: Call) -> Response:
    wanted = call.request.parameters().get("templateType", KIND)
    found = list(call.org.tables.templates.values()) if wanted == KIND else []
    return json_response([_body(each) for each in found])


def create(call: Call) -> Response:
    now = call.org.now()
    return _kept(call, TextTemplate(call.org.source.id("cst"), "", "", {}, now, now), is_whole=True)


def get(call: Call) -> Response:
    return json_response(_body(_found(call)))


def replace_whole(call: Call) -> Response:
    return _kept(call, _found(call), is_whole=True)


def update(call: Call) -> Response:
    """What is given; translations are added to."""
    return _kept(call, _found(call), is_whole=False)


def delete(call: Call) -> Response:
    del call.org.tables.templates[_found(call).id]
    return Response(204)


def _kept(call: Call, before: TextTemplate, *, is_whole: bool) -> Response:
    document = call.document()
    name, words = text_field(document, "name"), text_field(document, "template")
    translations = {str(key): str(value) for key, value in object_field(document, "translations").items()}
    if document.get("type", KIND) != KIND:
        raise invalid("type", f"type: must be {KIND}")
    if is_whole and (not name or not words):
        raise invalid("name", "name and template are needed")
    for each in filter(None, (words, *translations.values())):
        if "${code}" not in each or len(each) > LONGEST:
            raise invalid("template", f"template: must have ${{code}} in at most {LONGEST} characters")
    kept = replace(
        before,
        name=name or before.name,
        template=words or before.template,
        translations=translations if is_whole else {**before.translations, **translations},
        last_updated=call.org.now(),
    )
    call.org.tables.templates[kept.id] = kept
    return json_response(_body(kept))


def _found(call: Call) -> TextTemplate:
    template = call.org.tables.templates.get(call.values["templateId"])
    if template is None:
        raise missing(call.values["templateId"], "AppInstance")  # so recorded
    return template


def _body(template: TextTemplate) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "type": KIND,
        "template": template.template,
        "created": stamp(template.created),
        "lastUpdated": stamp(template.last_updated),
        "translations": dict(template.translations),
    }


ROUTES: tuple[Route[Endpoint], ...] = (
    Route("GET", ALL, list_templates, READ, "api"),
    Route("POST", ALL, create, MANAGE, "api"),
    Route("GET", ONE, get, READ, "api"),
    Route("PUT", ONE, replace_whole, MANAGE, "api"),
    Route("POST", ONE, update, MANAGE, "api"),
    Route("DELETE", ONE, delete, MANAGE, "api"),
)
