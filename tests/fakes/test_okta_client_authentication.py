"""S01 to S08: who may call, and what every answer carries."""

from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from fakes.okta.records import Settings
from fakes.people import JANE
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import Door, Reply


async def test_S01_a_management_call_without_credentials_is_refused(door: Door) -> None:
    door.token = None

    reply = await door.get("/api/v1/users")

    assert (reply.status, reply.error) == (403, "E0000005")


@pytest.mark.parametrize("header", ["SSWS wrong", "SSWSwrong", "Bearer wrong", "Basic eDp5", "SSWS", "nonsense"])
async def test_S02_an_unknown_token_is_refused(door: Door, header: str) -> None:
    reply = await door.get("/api/v1/users", headers={"Authorization": header})

    assert (reply.status, reply.error) == (401, "E0000011")


@pytest.mark.parametrize("between", ["", " "])
async def test_S03_the_scheme_and_the_token_may_touch(door: Door, between: str) -> None:
    reply = await door.get("/api/v1/users", headers={"Authorization": f"SSWS{between}{door.token}"})

    assert reply.status == 200


async def test_S05_every_answer_has_a_request_id_and_the_limits(door: Door) -> None:
    replies = [await door.get(path) for path in ("/api/v1/users", "/api/v1/users/nobody", "/api/v1/nothing")]

    assert [reply.status for reply in replies] == [200, 404, 404]
    assert len({reply.headers["X-Okta-Request-Id"] for reply in replies}) == 3
    for reply in replies:
        limit, left = int(reply.headers["X-Rate-Limit-Limit"]), int(reply.headers["X-Rate-Limit-Remaining"])
        assert 0 <= left <= limit
        assert int(reply.headers["X-Rate-Limit-Reset"]) == int(door.clock.at) + 60


async def test_S05_a_used_up_limit_answers_429_until_the_window_ends(door: Door) -> None:
    door.okta.faults.rate_limit(2, "GET /api/v1/users/*")
    path = f"/api/v1/users/{JANE.id}"

    replies = [await door.get(path) for _ in range(3)]
    door.clock.advance(60)
    later = await door.get(path)

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].error == "E0000047"
    assert replies[2].headers["X-Rate-Limit-Remaining"] == "0"
    assert replies[2].headers["X-Rate-Limit-Limit"] == "2"
    assert later.status == 200


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_S06_the_engine_is_told_without_credentials(open_door: OpenDoor, pipeline: str) -> None:
    door = await open_door(pipeline=pipeline)
    door.token = None

    reply = await door.get("/.well-known/okta-organization")

    assert reply.status == 200
    assert reply.body["pipeline"] == pipeline


KEY = {"kid": "one", "alg": "RS256", "use": "sig"}
RULE = {"type": "SIGN_ON", "name": "Chain", "conditions": {"people": {"users": {"exclude": []}}}}
CHAIN = [{"criteria": [{"factorType": "sms", "provider": "OKTA"}]}]


@pytest.fixture
def service_app(door: Door, private_key: rsa.RSAPrivateKey) -> "ServiceClient":
    public = RSAAlgorithm.to_jwk(private_key.public_key(), as_dict=True)
    scopes = ["okta.users.read", "okta.users.manage"]
    door.okta.add_service_app("0oafakeApp", [{**public, **KEY}], scopes)
    return ServiceClient(door, private_key)


class ServiceClient:
    """A program that signs its assertions itself, by the org's clock."""

    def __init__(self, door: Door, key: rsa.RSAPrivateKey) -> None:
        self.door = door
        self.key = key

    def assertion(self, **changed: Any) -> str:
        claims = {
            "iss": "0oafakeApp",
            "sub": "0oafakeApp",
            "aud": f"{self.door.base}/oauth2/v1/token",
            "exp": self.door.clock.at + 300,
            "jti": "1",
            **changed,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.key, algorithm="RS256", headers={"kid": "one"})

    async def ask(self, scope: str = "okta.users.read", **changed: str) -> Reply:
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
            **changed,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": ""}
        return await self.door.post("/oauth2/v1/token", raw=urlencode(form), headers=headers)

    async def token(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {(await self.ask(scope)).body['access_token']}"}


async def test_S04_a_token_does_what_its_scope_says_and_no_more(door: Door, service_app: ServiceClient) -> None:
    path = await door.factor_path(JANE.id, "sms")
    reading = await service_app.token("okta.users.read")

    listed = await door.get(f"/api/v1/users/{JANE.id}/factors", headers=reading)
    refused = await door.post(f"{path}/verify", headers=reading)

    assert listed.status == 200
    assert (refused.status, refused.error) == (403, "E0000006")
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="okta.users.manage"' in challenge
    assert door.okta.texts(JANE.phone) == []


async def test_S04_manage_includes_read(door: Door, service_app: ServiceClient) -> None:
    path = await door.factor_path(JANE.id, "sms")
    managing = await service_app.token("okta.users.manage")

    assert (await door.get("/api/v1/users", headers=managing)).status == 200
    assert (await door.post(f"{path}/verify", headers=managing)).status == 200
    assert (await door.get("/api/v1/groups", headers=managing)).status == 403


async def test_an_access_token_lives_an_hour(door: Door, service_app: ServiceClient) -> None:
    granted = await service_app.ask("okta.users.read okta.users.manage")
    headers = {"Authorization": f"Bearer {granted.body['access_token']}"}
    door.clock.advance(3599)
    before = await door.get("/api/v1/users", headers=headers)
    door.clock.advance(1)
    after = await door.get("/api/v1/users", headers=headers)

    assert (granted.body["token_type"], granted.body["expires_in"]) == ("Bearer", 3600)
    assert granted.body["scope"] == "okta.users.manage okta.users.read"
    assert before.status == 200
    assert (after.status, after.error) == (401, "E0000011")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/oauth2/v1/token"},
        {"iss": "other"},
        {"sub": "other"},
        {"exp": 1},
        {"exp": None},
        {"exp": 99_999_999_999},
        {"exp": "soon"},
    ],
)
async def test_a_bad_assertion_is_refused(service_app: ServiceClient, claims: dict[str, Any]) -> None:
    reply = await service_app.ask(client_assertion=service_app.assertion(**claims))

    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


async def test_an_assertion_by_another_key_or_none_is_refused(door: Door, service_app: ServiceClient) -> None:
    stranger = ServiceClient(door, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    unsigned = jwt.encode({"sub": "0oafakeApp"}, "", algorithm="none")

    replies = [await service_app.ask(client_assertion=forged) for forged in (stranger.assertion(), unsigned, "x", "")]

    assert [(reply.status, reply.body["error"]) for reply in replies] == [(401, "invalid_client")] * 4


async def test_an_assertion_is_good_once(service_app: ServiceClient) -> None:
    first = await service_app.ask()
    again = await service_app.ask()
    other = await service_app.ask(client_assertion=service_app.assertion(jti="2"))

    assert [first.status, again.status, other.status] == [200, 401, 200]


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"scope": "okta.groups.read"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": ""}, 401, "invalid_client"),
    ],
)
async def test_a_bad_token_request_is_refused(
    service_app: ServiceClient, changed: dict[str, str], status: int, error: str
) -> None:
    reply = await service_app.ask(**changed)

    assert (reply.status, reply.body["error"]) == (status, error)


async def test_S07_classic_switches_factors_on_and_off(door: Door) -> None:
    off = await door.post("/api/v1/org/factors/okta_sms/lifecycle/deactivate")
    listed = await door.get(f"/api/v1/users/{JANE.id}/factors")
    on = await door.post("/api/v1/org/factors/okta_sms/lifecycle/activate")
    rows = await door.get("/api/v1/org/factors")

    assert (off.status, off.body["status"], on.status, on.body["status"]) == (200, "INACTIVE", 200, "ACTIVE")
    assert [row["factorType"] for row in listed.body] == ["push"]
    assert next(row for row in rows.body if row["id"] == "okta_sms")["provider"] == "OKTA"
    assert (await door.post("/api/v1/org/factors/pigeon/lifecycle/activate")).error == "E0000007"


async def test_S07_identity_engine_refuses_org_factors_and_has_authenticators(idx_door: Door) -> None:
    refused = await idx_door.post("/api/v1/org/factors/okta_sms/lifecycle/activate")
    found = (await idx_door.get("/api/v1/authenticators")).body
    phone = next(each for each in found if each["key"] == "phone_number")
    path = f"/api/v1/authenticators/{phone['id']}"
    off = await idx_door.post(f"{path}/methods/sms/lifecycle/deactivate")
    last = await idx_door.post(f"{path}/methods/voice/lifecycle/deactivate")
    listed = await idx_door.get(f"/api/v1/users/{JANE.id}/factors")
    in_use = await idx_door.post(f"{path}/lifecycle/deactivate")

    assert (refused.status, refused.error) == (403, "E0000006")
    assert (off.status, off.body["status"]) == (200, "INACTIVE")
    assert last.error == "E0000001"
    assert [row["factorType"] for row in listed.body] == ["email", "push"]
    assert (in_use.status, in_use.error) == (403, "E0000148")
    assert in_use.causes == ["Authenticator Enrollment Policies: Default Policy, Autobot IVR Factor Policy"]


async def test_an_authenticator_is_added_once_and_never_removed(open_door: OpenDoor) -> None:
    door = await open_door(pipeline="idx")
    door.okta.org.tables.switches["phone_number"] = "ABSENT"
    before = await door.get("/api/v1/authenticators")

    added = await door.post("/api/v1/authenticators?activate=true", {"key": "phone_number", "name": "Phone"})
    again = await door.post("/api/v1/authenticators", {"key": "phone_number", "name": "Phone"})
    unknown = await door.post("/api/v1/authenticators", {"key": "pigeon", "name": "Pigeon"})
    nameless = await door.post("/api/v1/authenticators", {})

    assert "phone_number" not in [each["key"] for each in before.body]
    assert (added.status, added.body["key"], added.body["status"]) == (200, "phone_number", "ACTIVE")
    assert [reply.error for reply in (again, unknown, nameless)] == ["E0000001"] * 3
    assert (await door.call("DELETE", f"/api/v1/authenticators/{added.body['id']}")).status == 405


async def test_an_authenticator_that_sends_texts_needs_telephony(open_door: OpenDoor) -> None:
    door = await open_door(pipeline="idx", settings=Settings(telephony=False))
    door.okta.org.tables.switches["phone_number"] = "ABSENT"

    reply = await door.post("/api/v1/authenticators?activate=true", {"key": "phone_number", "name": "Phone"})

    assert (reply.status, reply.error) == (400, "E0000264")


@pytest.mark.parametrize(
    ("pipeline", "first", "status"),
    [
        ("idx", "PASSWORD_IDP_ANY_FACTOR", 200),
        ("idx", "PIGEON", 400),
        ("v1", "PASSWORD_IDP_ANY_FACTOR", 400),
    ],
)
async def test_any_factor_may_come_first_on_identity_engine(
    open_door: OpenDoor, pipeline: str, first: str, status: int
) -> None:
    door = await open_door(pipeline=pipeline)
    policy = await door.post("/api/v1/policies", {"type": "OKTA_SIGN_ON", "name": "Mine"})
    rule = {**RULE, "actions": {"signon": {"access": "ALLOW", "primaryFactor": first}}}

    reply = await door.post(f"/api/v1/policies/{policy.body['id']}/rules", rule)

    assert reply.status == status


async def test_authenticators_are_not_there_on_classic(door: Door) -> None:
    reply = await door.get("/api/v1/authenticators")

    assert (reply.status, reply.error) == (401, "E0000015")


@pytest.mark.parametrize(
    ("pipeline", "settings", "status"),
    [("v1", Settings(), 200), ("v1", Settings(factor_sequencing=False), 400), ("idx", Settings(), 400)],
)
async def test_S08_factor_sequencing_needs_its_feature(
    open_door: OpenDoor, pipeline: str, settings: Settings, status: int
) -> None:
    door = await open_door(pipeline=pipeline, settings=settings)
    policy = await door.post("/api/v1/policies", {"type": "OKTA_SIGN_ON", "name": "Mine"})
    rule = {**RULE, "actions": {"signon": {"access": "CHALLENGE", "challenge": {"chain": CHAIN}}}}

    reply = await door.post(f"/api/v1/policies/{policy.body['id']}/rules", rule)

    assert reply.status == status, reply.text
    if status == 400:
        assert reply.error == "E0000001"
        assert "PASSWORDLESS_AUTHN_SIGNON_POLICY" in reply.causes[0]
    else:
        assert reply.body["actions"]["signon"]["challenge"]["chain"] == CHAIN


async def test_one_authenticator_and_its_methods_can_be_read_and_switched(open_door: OpenDoor) -> None:
    door = await open_door(pipeline="idx", settings=Settings(telephony=False))
    question = await door.get("/api/v1/authenticators/security_question")
    path = f"/api/v1/authenticators/{question.body['id']}"
    *own, default = (await door.get("/api/v1/policies?type=MFA_ENROLL")).body
    await door.call("DELETE", f"/api/v1/policies/{own[0]['id']}")
    rows = [row for row in default["settings"]["authenticators"] if row["key"] != "security_question"]
    settings = {"type": "AUTHENTICATORS", "authenticators": rows}
    await door.call("PUT", f"/api/v1/policies/{default['id']}", {"name": "Default Policy", "settings": settings})

    off = await door.post(f"{path}/lifecycle/deactivate")
    on = await door.post(f"{path}/lifecycle/activate")
    methods = await door.get("/api/v1/authenticators/phone_number/methods")
    no_telephony = await door.post("/api/v1/authenticators/phone_number/methods/sms/lifecycle/activate")
    unknown = await door.post("/api/v1/authenticators/phone_number/methods/fax/lifecycle/activate")

    assert (off.body["status"], on.body["status"]) == ("INACTIVE", "ACTIVE")
    assert {method["type"]: method["status"] for method in methods.body} == {"sms": "ACTIVE", "voice": "ACTIVE"}
    assert (no_telephony.status, no_telephony.error) == (400, "E0000264")
    assert unknown.error == "E0000007"
    assert (await door.get("/api/v1/authenticators/fax")).error == "E0000007"
