"""Random commands to the fake and to a plain model of it agree, and no request whatever makes it fail."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakes.okta.app import OktaHandler
from fakes.okta.records import Settings
from fakes.okta.routes import ROUTES
from fakes.okta.state import Okta
from fakes.people import JANE, seed_people
from fakes.web import Request, Response, Route
from tests.fakes.door import Clock

BASE = "https://atko.okta.example"
FACTORS = f"/api/v1/users/{JANE.id}/factors"


@dataclass
class Model:
    """What a person would write on a sheet of paper about Jane, her phone and her prompts."""

    is_classic: bool = True
    now: float = 0.0
    is_locked: bool = False
    sent_at: float = -1e9
    texts: int = 0
    codes: list[tuple[str, float]] = field(default_factory=list)
    failures: list[float] = field(default_factory=list)
    pushes: dict[str, tuple[str, float]] = field(default_factory=dict)

    def challenge(self) -> str:
        if self.is_locked:
            return "E0000069"
        if self.now - self.sent_at < 30:
            return "E0000109"
        self.sent_at = self.now
        self.texts += 1
        if not self.is_classic:
            self.codes.clear()
        return "CHALLENGE"

    def answer(self, code: str) -> str:
        if self.is_locked:
            return "E0000069"
        for each in self.codes:
            if each[0] == code and self.now < each[1]:
                self.codes.remove(each)
                self.failures.clear()
                return "SUCCESS"
        self.failures = [at for at in self.failures if self.now - at < 300] + [self.now]
        self.is_locked = len(self.failures) >= 5
        return "E0000068"

    def poll(self, push: str) -> str:
        result, expires = self.pushes[push]
        if result == "WAITING" and self.now > expires:
            result = "TIMEOUT"
            self.pushes[push] = (result, expires)
        return "E0000007" if result == "CANCELLED" else result

    def waiting(self) -> list[str]:
        return [push for push, (result, expires) in self.pushes.items() if result == "WAITING" and self.now <= expires]


class FactorMachine(RuleBasedStateMachine):
    """Jane's factors under every order of events that the API and her handset allow."""

    forgotten: ClassVar[float] = 3600.0

    @initialize(pipeline=st.sampled_from(["v1", "idx"]))
    def begin(self, pipeline: str) -> None:
        self.clock = Clock()
        self.okta = Okta(now=self.clock, pipeline="v1" if pipeline == "v1" else "idx", settings=UNLIMITED)
        seed_people(self.okta)
        self.handler = OktaHandler(self.okta.org)
        self.model = Model(is_classic=pipeline == "v1", now=self.clock.at)
        rows = ask(self.handler, "GET", FACTORS)
        self.sms, self.push = (
            next(f"{FACTORS}/{row['id']}" for row in rows if row["factorType"] == kind) for kind in ("sms", "push")
        )

    @rule(seconds=st.sampled_from([0.5, 5.0, 29.5, 30.0, 100.0, 300.0, 300.5]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.model.now = self.clock.at

    @rule()
    def challenge(self) -> None:
        expected = self.model.challenge()

        assert outcome(self.handler, "POST", f"{self.sms}/verify") == expected
        if expected == "CHALLENGE":
            self.model.codes.append((self.okta.texts(JANE.phone)[-1].code, self.clock.at + 300))

    @rule(which=st.integers(-1, 2))
    def answer(self, which: int) -> None:
        """-1: a wrong code; else a code that arrived, newest first, good or not any more."""
        texts = self.okta.texts(JANE.phone)
        code = texts[-1 - which].code if 0 <= which < len(texts) else "wrong"

        assert outcome(self.handler, "POST", f"{self.sms}/verify", {"passCode": code}) == self.model.answer(code)

    @rule()
    def unlock(self) -> None:
        expected = "" if self.model.is_locked else "E0000032"
        if self.model.is_locked:
            self.model.is_locked = False
            self.model.failures.clear()

        assert outcome(self.handler, "POST", f"/api/v1/users/{JANE.id}/lifecycle/unlock") == expected

    @rule(with_number=st.booleans())
    def start_push(self, with_number: bool) -> None:
        body = {"useNumberMatchingChallenge": True} if with_number else None
        if self.model.is_locked:
            assert outcome(self.handler, "POST", f"{self.push}/verify", body) == "E0000069"
            return
        started = ask(self.handler, "POST", f"{self.push}/verify", body)
        push = started["_links"]["poll"]["href"].removeprefix(BASE)
        self.model.pushes[push] = ("WAITING", self.clock.at + 300)
        for old, (_, expires) in list(self.model.pushes.items()):
            if self.clock.at - (expires - 300) > self.forgotten:
                del self.model.pushes[old]

        assert started["factorResult"] == "WAITING"
        assert ("_embedded" in started) is with_number

    @precondition(lambda self: self.model.pushes)
    @rule(data=st.data())
    def poll(self, data: st.DataObject) -> None:
        push = data.draw(st.sampled_from(list(self.model.pushes)))

        assert outcome(self.handler, "GET", push) == self.model.poll(push)

    @precondition(lambda self: self.model.pushes)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        push = data.draw(st.sampled_from(list(self.model.pushes)))
        result = self.model.poll(push)
        if result == "WAITING":
            self.model.pushes[push] = ("CANCELLED", self.model.pushes[push][1])

        assert outcome(self.handler, "DELETE", push) == ("E0000007" if result == "E0000007" else "")

    @precondition(lambda self: self.model.waiting())
    @rule(approve=st.booleans(), right=st.booleans())
    def answer_push(self, approve: bool, right: bool) -> None:
        newest = self.model.waiting()[-1]
        prompt = self.okta.prompts(JANE.id)[-1]
        number = prompt.number
        if number is not None and not right:
            number = next(choice for choice in prompt.choices if choice != prompt.number)
        expected = "SUCCESS" if approve and (right or prompt.number is None) else "REJECTED"
        self.model.pushes[newest] = (expected, self.model.pushes[newest][1])

        assert self.okta.answer_push(JANE.id, approve, number) == expected

    @invariant()
    def the_model_and_the_fake_agree(self) -> None:
        if not hasattr(self, "okta"):
            return
        user = ask(self.handler, "GET", f"/api/v1/users/{JANE.id}")
        assert user["status"] == ("LOCKED_OUT" if self.model.is_locked else "ACTIVE")
        assert len(self.okta.texts(JANE.phone)) == self.model.texts
        assert [f"{self.push}/transactions/{each.transaction_id}" for each in self.okta.prompts(JANE.id)] == (
            self.model.waiting()
        )


UNLIMITED = Settings(enforce_limits=False)
TestFactorMachine = FactorMachine.TestCase
TestFactorMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def send(handler: OktaHandler, method: str, path: str, body: Any = None) -> Response:
    raw = b"" if body is None else json.dumps(body).encode()
    headers = {"authorization": "SSWS 00fakeDemoTokenNotASecret00000000000000000", "content-length": str(len(raw))}
    return handler.answer(Request(method, BASE, path, headers=headers, body=raw))


def ask(handler: OktaHandler, method: str, path: str, body: Any = None) -> Any:
    return json.loads(send(handler, method, path, body).body)


def outcome(handler: OktaHandler, method: str, path: str, body: Any = None) -> str:
    """The error code, the factor result, or nothing."""
    response = send(handler, method, path, body)
    found = json.loads(response.body) if response.body else {}
    return str(found.get("errorCode") or found.get("factorResult") or "")


WORDS = st.sampled_from(
    (
        *("login", "email", "sms", "push", "OKTA", "passCode", "name", "MFA_ENROLL", "include", "access", "ACTIVE"),
        *(JANE.id, JANE.login, "default", "\x00", "%", "é", "", "custom", "type", "enum", "oneOf", "CHALLENGE"),
    )
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 0, 10**30, "", [], {}, [None], [1], [{}], {"a": 1}, ["x"]])
    | st.integers()
    | st.floats(allow_nan=False)
    | WORDS
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
# Bodies that are good, or nearly: a fuzzed one differs from them in one place, which is what gets past the first check.
GOOD: list[Any] = [
    {
        "profile": {
            "login": "new@ivr.example",
            "email": "new@ivr.example",
            "firstName": "N",
            "ivrPhone": "+15550100123",
        },
        "credentials": {"password": {"value": "Corr3ct-horse"}},
        "groupIds": [],
    },
    {"factorType": "sms", "provider": "OKTA", "profile": {"phoneNumber": "+15550100123"}},
    {"factorType": "call", "provider": "OKTA", "profile": {"phoneNumber": "+15550100123", "phoneExtension": "12"}},
    {"factorType": "question", "provider": "OKTA", "profile": {"question": "disliked_food", "answer": "Liver"}},
    {"factorType": "email", "provider": "OKTA", "profile": {"email": "a@b.example"}},
    {"factorType": "token:software:totp", "provider": "OKTA"},
    {"passCode": "123456"},
    {"useNumberMatchingChallenge": True},
    {"answer": "Liver"},
    {
        "definitions": {
            "custom": {"properties": {"colour": {"type": "string", "enum": ["a"], "oneOf": [{"const": "a"}]}}}
        }
    },
    {"definitions": {"custom": {"properties": {"ivrPhone": {"type": "string", "maxLength": 5, "required": True}}}}},
    {"profile": {"name": "Callers", "description": "d"}},
    {
        "type": "MFA_ENROLL",
        "name": "Mine",
        "priority": 1,
        "conditions": {"people": {"groups": {"include": []}}},
        "settings": {"factors": {"okta_sms": {"enroll": {"self": "REQUIRED"}}}},
    },
    {
        "type": "SIGN_ON",
        "name": "Rule",
        "conditions": {"people": {"users": {"exclude": [JANE.id]}}},
        "actions": {
            "signon": {
                "access": "CHALLENGE",
                "requireFactor": False,
                "challenge": {
                    "chain": [{"criteria": [{"factorType": "sms"}], "next": [{"criteria": [{"factorType": "push"}]}]}]
                },
            },
            "enroll": {"self": "LOGIN"},
        },
    },
    {"username": JANE.login, "password": "Demo-Jane-2026", "options": {}, "context": {}},
    {"username": JANE.login},
]


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """One of the good bodies with at most one place in it replaced or left out."""
    body = json.loads(json.dumps(draw(st.sampled_from(GOOD))))
    places = list(_places(body))
    parent, key = draw(st.sampled_from(places))
    if draw(st.booleans()):
        parent[key] = draw(JSON)
    elif draw(st.booleans()):
        del parent[key]
    return body


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    for key in body if isinstance(body, dict) else range(len(body)):
        yield body, key
        if isinstance(body[key], dict | list):
            yield from _places(body[key])


PATH_VALUES = {"userId": [JANE.id, JANE.login, "me", "x"], "action": ["activate", "unlock", "x"]}


@pytest.fixture(scope="module")
def org() -> Okta:
    okta = Okta(now=Clock(), settings=UNLIMITED)
    seed_people(okta)
    return okta


QUERIES = st.sampled_from(["", "search=id%20pr", "filter=%22", "q=%00", "limit=-1", "after=%FF", "type=x"])
RAW = st.binary(max_size=20) | (bodies() | JSON).map(lambda body: json.dumps(body).encode())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(ROUTES), query=QUERIES, raw=RAW, data=st.data())
def test_no_request_makes_the_fake_fail(
    org: Okta, route: Route[Any], query: str, raw: bytes, data: st.DataObject
) -> None:
    """Each answer is a success or a refusal in Okta's (or OAuth's) form, and a refusal changes nothing."""
    before = org.snapshot()
    real = {"factorId": [factor.id for factor in org.org.tables.factors.values()]}
    real |= {"groupId": list(org.org.tables.groups), "policyId": list(org.org.tables.policies)}
    real |= {"ruleId": list(org.org.tables.rules), **PATH_VALUES}
    path = "/".join(
        data.draw(st.sampled_from([*real.get(part[1:-1], []), "nothing"])) if part.startswith("{") else part
        for part in route.template.split("/")
    )
    headers = {"authorization": f"SSWS {org.org.api_token}", "content-length": str(len(raw))}

    response = OktaHandler(org.org).answer(Request(route.method, BASE, path, query, headers, raw))

    assert response.status < 500, (route, raw)
    if response.status >= 400:
        assert {"errorCode", "errorId"} <= set(json.loads(response.body)) or b'"error"' in response.body
        for name in ("users", "factors", "groups", "policies", "rules", "attributes", "texts", "pushes"):
            assert getattr(org.org.tables, name) == getattr(before.tables, name), name
    org.restore(before)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@given(path=st.text(max_size=30), query=st.text(max_size=30))
def test_no_path_makes_the_fake_fail(method: str, path: str, query: str) -> None:
    okta = Okta(now=Clock())
    quoted = "/" + path.encode("utf-8", "replace").decode("latin-1")

    response = OktaHandler(okta.org).answer(Request(method, BASE, quoted, query, {"content-length": "0"}))

    assert response.status in (400, 403, 404, 405)
