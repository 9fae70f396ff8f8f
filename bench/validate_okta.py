"""Holds the fake Okta's answers against Okta's own OpenAPI description, on both engines, and prints what does not fit.

`python -m bench.validate_okta management.yaml`. The description is the vendor's and is not kept here. A probe asks for
most of what the fake simulates; each answer is validated by the schema that is described for its status. Formats are
not looked at, and of alternatives any one will do. Where Okta's own answers break the description, the fake does, too.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # it has no types of its own

from fakes.okta.app import OktaHandler
from fakes.okta.records import Settings
from fakes.okta.state import Okta
from fakes.people import JANE, JON, seed_people
from fakes.web import Match, Request, Route, Router

NAMES = {"firstName": "Mira", "lastName": "Holt", "login": "mira@ivr.example", "email": "mira@ivr.example"}
PERSON = {"profile": NAMES, "credentials": {"password": {"value": "Corr3ct-horse"}}}
FACTORS = f"/api/v1/users/{JANE.id}/factors"
SMS = {"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": "+13055550182"}}
QUESTION = {"question": "disliked_food", "answer": "Liver and onions"}
EXPRESSION = {"expression": {"type": "urn:okta:expression:1.0", "value": 'user.firstName == "Mira"'}}
RULE = {"type": "group_rule", "name": "Miras", "conditions": EXPRESSION}
# Method, path, body, and the name under which the id of the answer is put into later paths and bodies, as {name}.
PROBE: tuple[tuple[str, str, Any, str], ...] = (
    ("POST", "/api/v1/users", PERSON, "user"),
    ("GET", "/api/v1/users", None, ""),
    ("GET", "/api/v1/users/{user}", None, ""),
    ("POST", "/api/v1/users/{user}", {"profile": {"title": "Pilot"}}, ""),
    ("PUT", "/api/v1/users/{user}", {"profile": NAMES}, ""),
    ("GET", "/api/v1/users/{user}/groups", None, ""),
    ("GET", "/api/v1/users/{user}/blocks", None, ""),
    ("POST", "/api/v1/users/{user}/lifecycle/expire_password", None, ""),
    ("POST", "/api/v1/users/{user}/lifecycle/reset_password?sendEmail=false", None, ""),
    ("POST", "/api/v1/users/{user}/roles", {"type": "APP_ADMIN"}, "role"),
    ("GET", "/api/v1/users/{user}/roles", None, ""),
    ("GET", "/api/v1/users/{user}/roles/{role}", None, ""),
    ("GET", "/api/v1/users/nobody", None, ""),
    ("GET", FACTORS, None, ""),
    ("GET", f"{FACTORS}/catalog", None, ""),
    ("GET", f"{FACTORS}/questions", None, ""),
    ("POST", f"{FACTORS}", {"factorType": "question", "provider": "OKTA", "profile": QUESTION}, "question"),
    ("GET", f"{FACTORS}/{{question}}", None, ""),
    ("POST", f"{FACTORS}", {"factorType": "token:software:totp", "provider": "OKTA"}, "totp"),
    ("POST", "/api/v1/users/{user}/factors", SMS, "sms"),
    ("POST", f"/api/v1/users/{JON.id}/factors", {**SMS, "factorType": "call"}, "call"),
    ("GET", "/api/v1/meta/schemas/user/default", None, ""),
    ("GET", "/api/v1/meta/types/user", None, ""),
    ("POST", "/api/v1/groups", {"profile": {"name": "VIP", "description": "Very"}}, "group"),
    ("GET", "/api/v1/groups", None, ""),
    ("GET", "/api/v1/groups/{group}", None, ""),
    ("PUT", "/api/v1/groups/{group}", {"profile": {"name": "VIPs"}}, ""),
    ("GET", "/api/v1/groups/{group}/users", None, ""),
    ("POST", "/api/v1/groups/rules", {**RULE, "actions": {"assignUserToGroups": {"groupIds": ["{group}"]}}}, "rule"),
    ("GET", "/api/v1/groups/rules", None, ""),
    ("GET", "/api/v1/groups/rules/{rule}", None, ""),
    *(("GET", f"/api/v1/policies?type={kind}", None, "") for kind in ("MFA_ENROLL", "OKTA_SIGN_ON", "PASSWORD")),
    ("GET", "/api/v1/policies?type=ACCESS_POLICY", None, ""),
    ("POST", "/api/v1/policies", {"type": "OKTA_SIGN_ON", "name": "Ours"}, "policy"),
    ("GET", "/api/v1/policies/{policy}", None, ""),
    (
        "POST",
        "/api/v1/policies/{policy}/rules",
        {"type": "SIGN_ON", "name": "All", "actions": {"signon": {"access": "ALLOW"}}},
        "signon",
    ),
    ("GET", "/api/v1/policies/{policy}/rules", None, ""),
    ("GET", "/api/v1/policies/{policy}/rules/{signon}", None, ""),
    ("GET", "/api/v1/authenticators", None, ""),
    ("GET", "/api/v1/authenticators/phone_number/methods", None, ""),
    ("GET", "/api/v1/authenticators/okta_verify/methods/push", None, ""),
    ("POST", "/api/v1/templates/sms", {"name": "Ours", "type": "SMS_VERIFY_CODE", "template": "${code}"}, "template"),
    ("GET", "/api/v1/templates/sms/{template}", None, ""),
    ("GET", "/api/v1/logs", None, ""),
    ("GET", "/.well-known/okta-organization", None, ""),
)


# What does not fit in Okta's own answers either: recorded (resend), or in its documentation's example (the log).
AS_IN_OKTA = re.compile(r"POST \S*/factors 200 _links\.resend: |GET /api/v1/logs 200 .*: None is not of type ")


@dataclass(slots=True)
class Verdict:
    """How many answers were held against the description, and what did not fit, by endpoint."""

    held: int = 0
    as_in_okta: int = 0
    undescribed: list[str] = field(default_factory=list)
    misfits: dict[str, Counter[str]] = field(default_factory=dict)


class Description:
    """An OpenAPI 3.0 document, asked for the schema of an answer."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = _as_json_schema(document.get("components") or {})
        rows = [(method.upper(), path) for path, each in document["paths"].items() for method in each]
        self._router = Router([Route(method, path, _nothing) for method, path in rows])
        self._paths = document["paths"]

    def misfits(self, method: str, path: str, status: int, body: Any) -> Iterator[str] | None:
        """Where the body does not fit; None where nothing is described for it."""
        found = self._router.find(method, path)
        if not isinstance(found, Match):
            return None
        answers = self._paths[found.route.template][method.lower()]["responses"]
        answer = answers.get(str(status)) or answers.get(status)
        if answer is not None and "$ref" in answer:
            answer = self._components["responses"].get(answer["$ref"].rpartition("/")[2])
        schema = ((answer or {}).get("content") or {}).get("application/json", {}).get("schema")
        if schema is None:
            return None
        whole = {**_as_json_schema(schema), "components": self._components}
        return (
            f"{'.'.join('[]' if isinstance(part, int) else part for part in error.absolute_path) or 'body'}: "
            f"{error.message[:160]}"
            for error in Draft4Validator(whole).iter_errors(body)
        )


def validate(description: Description, pipeline: str) -> Verdict:
    """The probe's answers, of a new org of that engine with the demo's people in it."""
    clock = count(1_795_528_800.0, 60)
    now = [next(clock)]
    okta = Okta(
        now=lambda: now[0], pipeline="idx" if pipeline == "idx" else "v1", settings=Settings(enforce_limits=False)
    )
    seed_people(okta)
    handler, verdict = OktaHandler(okta.org), Verdict()
    ids: dict[str, str] = {}
    for method, template, body, name in PROBE:
        now[0] = next(clock)
        path, _, query = _filled(template, ids).partition("?")
        sent = b"" if body is None else _filled(json.dumps(body), ids).encode()
        headers = {"authorization": f"SSWS {okta.api_token}", "content-length": str(len(sent))}
        answer = handler.answer(Request(method, okta.url, path, query, headers, sent))
        found = json.loads(answer.body) if answer.body else None
        if name and isinstance(found, dict) and "id" in found:
            ids[name] = found["id"]
        _hold(verdict, description, f"{method} {template} {answer.status}", (method, path, answer.status, found))
    return verdict


def _hold(verdict: Verdict, description: Description, name: str, answer: tuple[str, str, int, Any]) -> None:
    misfits = description.misfits(*answer)
    if misfits is None:
        verdict.undescribed.append(name)
        return
    verdict.held += 1
    found = Counter(misfits)
    own = {each: times for each, times in found.items() if not AS_IN_OKTA.match(f"{name} {each}")}
    verdict.as_in_okta += len(found) - len(own)
    if own:
        verdict.misfits[name] = Counter(own)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.validate_okta", description=__doc__)
    parser.add_argument("description", type=Path, help="Okta's management API in OpenAPI 3, as YAML or JSON")
    given = parser.parse_args()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    description = Description(yaml.load(given.description.read_text(encoding="utf-8"), loader))
    verdicts = {pipeline: validate(description, pipeline) for pipeline in ("v1", "idx")}
    for pipeline, verdict in verdicts.items():
        known = f"{verdict.as_in_okta} differences are Okta's own"
        print(f"{pipeline}: {verdict.held} answers held, {len(verdict.misfits)} do not fit; {known}")
        for name, found in verdict.misfits.items():
            print(f"  {name}")
            for why, times in found.most_common(5):
                print(f"    {times} x {why}")
        print(f"  not described: {', '.join(verdict.undescribed) or 'none'}")
    sys.exit(any(verdict.misfits for verdict in verdicts.values()))


def _as_json_schema(value: Any) -> Any:
    """OpenAPI's own words as those of JSON Schema: what is nullable may be null; of alternatives any one will do."""
    if isinstance(value, list):
        return [_as_json_schema(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {
        {"oneOf": "anyOf"}.get(name, name): _as_json_schema(each)
        for name, each in value.items()
        if name not in ("example", "examples", "default", "description", "discriminator")
    }
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"enum": [None]}]}
    return found


def _filled(text: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: ids.get(name.group(1), name.group()), text)


def _nothing() -> None: ...


if __name__ == "__main__":
    main()
