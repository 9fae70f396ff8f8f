"""Callers proven by Direct Authentication: which requests it makes, second factors, numbers, and forged ID tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from fakes.okta import direct, factors, users
from fakes.okta.records import Settings
from fakes.people import JANE as JANE_IVR
from fakes.people import JON as JON_IVR
from fakes.people import SIGN_IN_APP, TOM
from ivr.app import create_app
from ivr.identity.directory import Directory
from ivr.identity.okta_direct import DirectClient, OktaDirect
from ivr.identity.okta_wire import OktaWire
from ivr.identity.protocol import Attempt, Factor, Kind, Push, Unavailable, Unusable, Verified
from ivr.settings import SettingsError, read_settings
from tests.ivr.conftest import ORG, build_world
from tests.ivr.handset import JON, World
from tests.ivr.stand_ins import Canned, CannedSession

CLIENT, PERSON, NOW = "0oaApp", "00u1", 1_800_000_000.0


@dataclass
class Spy:
    """A session that notes which path is asked with which kind of credentials."""

    inner: Any
    asked: list[tuple[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def request(self, method: str, url: str, **options: Any) -> AsyncIterator[Any]:
        headers = dict(options.get("headers") or {})
        self.asked.append((urlsplit(url).path, str(headers.get("Authorization", "none")).split()[0]))
        async with self.inner.request(method, url, **options) as answer:
            yield answer

    async def close(self) -> None:
        await self.inner.close()


def spied(world: World) -> Spy:
    spy = Spy(world.session)
    wire = OktaWire(ORG, world.okta.org.api_token, session=spy)
    settings = world.line.settings
    assert settings.direct_client_id is not None
    assert settings.direct_client_secret is not None
    client = DirectClient(settings.direct_client_id, settings.direct_client_secret.get_secret_value())
    identity = OktaDirect(wire, client, (Kind.SMS, Kind.PUSH), world.clock)
    world.app = create_app(replace(world.line, directory=Directory(wire), identity=identity))
    return spy


async def test_after_the_look_up_nothing_is_asked_with_the_management_token() -> None:
    world = build_world(api="direct")
    spy = spied(world)
    phone = world.handset()
    await phone.reach("1")
    looked_up = len(spy.asked)

    await phone.press("1")
    assert "Jane" in (await phone.press(world.code())).said

    assert [how for _, how in spy.asked[:looked_up]] == ["SSWS", "SSWS"]
    assert spy.asked[looked_up:] == [
        ("/oauth2/v1/primary-authenticate", "Basic"),
        ("/oauth2/v1/token", "Basic"),
        ("/oauth2/v1/keys", "none"),
    ]


async def test_a_service_app_that_may_only_read_users_suffices_for_the_look_up() -> None:
    app = {"OKTA_CLIENT_ID": "0oaReader", "OKTA_PRIVATE_KEY": private_jwk(), "OKTA_SCOPES": "okta.users.read"}

    assert build_world(api="direct", org=None, **app).line.settings.okta_scopes == "okta.users.read"


async def test_the_app_may_authenticate_itself_by_a_key() -> None:
    key = json.loads(private_jwk())
    world = build_world(
        api="direct",
        OKTA_DIRECT_CLIENT_ID="0oaKeyed",
        OKTA_DIRECT_CLIENT_SECRET="",
        OKTA_DIRECT_PRIVATE_KEY=private_jwk(),
    )
    public = {name: key[name] for name in ("kty", "kid", "n", "e")}
    direct.read_app(world.okta.org, {"client_id": "0oaKeyed", "keys": [public]})
    phone = world.handset()
    await phone.reach("1", "1")

    assert "Jane" in (await phone.press(world.code())).said


async def test_the_policy_s_second_factor_is_asked_for_in_the_same_call() -> None:
    world = build_world(api="direct", OKTA_DIRECT_FACTORS="sms push")
    direct.read_app(world.okta.org, {**SIGN_IN_APP, "factors": 2})
    factors.add(world.okta.org, users.find(world.okta.org, JANE_IVR.id), "push", factors.device("jane", "phone"))
    phone = world.handset()
    await phone.reach("1", "1")

    offered = await phone.press(world.code())
    assert "One more step" in offered.said
    assert "Okta Verify" in offered.said
    assert "Jane" not in offered.said
    await phone.press("1")
    world.okta.answer_push(JANE_IVR.id, approve=True)

    assert "Jane" in (await phone.wait()).said


async def test_one_factor_of_two_opens_nothing() -> None:
    world = build_world(api="direct", OKTA_DIRECT_FACTORS="sms")
    direct.read_app(world.okta.org, {**SIGN_IN_APP, "factors": 2})
    phone = world.handset()
    await phone.reach("1", "1")

    said = (await phone.press(world.code())).said

    assert "Jane" not in said
    assert "cannot reach you that way" in said


async def test_D24_the_number_that_okta_names_is_spoken() -> None:
    world = build_world(api="direct", org=Settings(number_challenge="always"))
    phone = world.handset(JON)

    said = (await phone.reach("1", "1")).said
    number = world.okta.prompts(JON_IVR.id)[-1].number
    assert number is not None
    assert f"choose the number {number}" in said
    world.okta.answer_push(JON_IVR.id, approve=True, number=number)

    assert "Jon" in (await phone.wait()).said


async def test_a_factor_that_the_person_does_not_have_leads_to_another_way() -> None:
    world = build_world(api="direct", OKTA_DIRECT_FACTORS="push sms")
    for factor in factors.of_user(world.okta.org, users.find(world.okta.org, JON_IVR.id)):
        if factor.type == "push":
            factors.set_status(world.okta.org, factor, "INACTIVE")
    phone = world.handset(JON)

    refused = await phone.reach("1", "1")
    assert "cannot reach you that way" in refused.said
    await phone.press("1")

    assert "Jon" in (await phone.press(world.code(JON))).said


async def test_a_code_that_an_app_shows() -> None:
    world = build_world(api="direct", OKTA_DIRECT_FACTORS="totp sms")
    phone = world.handset(TOM.phone)
    await phone.reach("1", "1")

    assert "Tom" in (await phone.press(world.okta.totp(TOM.id))).said


@cache
def _key(which: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_jwk() -> str:
    return json.dumps(RSAAlgorithm.to_jwk(_key("ours"), as_dict=True) | {"kid": "k1"})


def public_keys() -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(_key("ours").public_key(), as_dict=True)
    return {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}


CLAIMS = {"iss": ORG, "aud": CLIENT, "sub": PERSON, "iat": int(NOW), "exp": int(NOW) + 3600}


def signed(key: Any = None, algorithm: str = "RS256", kid: str = "k1", **other: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **other}.items() if value is not None}
    return jwt.encode(claims, key or _key("ours"), algorithm=algorithm, headers={"kid": kid})


def unsigned() -> str:
    parts = ({"alg": "none", "kid": "k1"}, CLAIMS)
    return ".".join(urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts) + "."


async def answered(token: object) -> object:
    """What a right code leads to when Okta answers it with this ID token."""

    def answer(method: str, url: str) -> Canned:
        return Canned(200, json.dumps(public_keys() if url.endswith("/keys") else {"id_token": token}))

    wire = OktaWire(ORG, "token", session=CannedSession(answer))
    identity = OktaDirect(wire, DirectClient(CLIENT, "secret"), (Kind.TOTP,), lambda: NOW)
    return await identity.verify(Attempt(PERSON, "jane"), Factor("totp", Kind.TOTP), "123456")


async def test_a_good_id_token_proves() -> None:
    assert await answered(signed()) == Verified()


FORGED: dict[str, Callable[[], object]] = {
    "none at all": lambda: None,
    "no token": lambda: "nonsense",
    "no signature": unsigned,
    "another key": lambda: signed(_key("theirs")),
    "a key that is not the org's": lambda: signed(_key("theirs"), kid="k2"),
    "a shared secret": lambda: signed("0123456789abcdef0123456789abcdef", "HS256"),
    "another org's": lambda: signed(iss="https://other.okta.com"),
    "another app's": lambda: signed(aud="0oaOther"),
    "somebody else's": lambda: signed(sub="00u2"),
    "over": lambda: signed(exp=int(NOW) - 301),
    "of tomorrow": lambda: signed(iat=int(NOW) + 86_400),
    "without an end": lambda: signed(exp=None),
    "without a person": lambda: signed(sub=None),
}


@pytest.mark.parametrize("which", FORGED)
async def test_attack_a_forged_id_token_opens_nothing(which: str) -> None:
    assert isinstance(await answered(FORGED[which]()), Unavailable)


ODD: tuple[object, ...] = (None, True, "5", -1, 0, 1e9, 10**400, [], {})


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_answer_to_a_push_is_no_matter(odd: object) -> None:
    answer = {"oob_code": "o", "binding_method": "transfer", "interval": odd, "binding_code": odd}
    wire = OktaWire(ORG, "token", session=CannedSession(Canned(200, json.dumps(answer))))
    identity = OktaDirect(wire, DirectClient(CLIENT, "secret"), (Kind.PUSH,), lambda: NOW)

    push = await identity.start_push(Attempt(PERSON, "jane"), Factor("push", Kind.PUSH))

    assert isinstance(push, Push)
    assert push.interval == 5.0
    assert push.number is None or 0 <= push.number <= 999


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "7", '"text"', "{}", '{"oob_code": 7}', '{"error": ["x"]}', "<html>"]
)
@pytest.mark.parametrize("status", [200, 400, 403, 429, 500])
async def test_whatever_okta_answers_nobody_is_proven(status: int, body: str) -> None:
    wire = OktaWire(ORG, "token", session=CannedSession(Canned(status, body)))
    identity = OktaDirect(wire, DirectClient(CLIENT, "secret"), (Kind.SMS,), lambda: NOW)
    attempt, sms = Attempt(PERSON, "jane", challenge="sms o"), Factor("sms", Kind.SMS)

    answers = [
        await identity.challenge(attempt, sms),
        await identity.verify(attempt, sms, "123456"),
        await identity.start_push(attempt, Factor("push", Kind.PUSH)),
        await identity.poll_push(attempt, Push("o", None)),
    ]

    assert all(isinstance(each, Unavailable | Unusable) for each in answers)


LIVE = {
    "IVR_BACKEND": "live",
    "OKTA_MFA_API": "direct",
    "OKTA_ORG_URL": ORG,
    "OKTA_API_TOKEN": "t",
    "TWILIO_AUTH_TOKEN": "t",
}


def test_live_callers_need_the_app() -> None:
    with pytest.raises(SettingsError, match="OKTA_DIRECT_CLIENT_ID and OKTA_DIRECT_CLIENT_SECRET are not set"):
        read_settings(LIVE)


def test_the_app_has_a_secret_or_a_key() -> None:
    both = {"OKTA_DIRECT_CLIENT_SECRET": "s", "OKTA_DIRECT_PRIVATE_KEY": private_jwk()}

    with pytest.raises(SettingsError, match="exclude each other"):
        read_settings({**LIVE, "OKTA_DIRECT_CLIENT_ID": "0oaApp", **both})
