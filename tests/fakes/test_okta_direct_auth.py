"""Direct Authentication and CIBA of the fake org, by the statements D01 to D65 of docs/okta.md."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from fakes.okta import direct, factors, users
from fakes.okta.direct import CIBA, GRANTS, MFA_OOB, MFA_OTP, OOB, OTP, PASSWORD, REFRESH
from fakes.okta.records import Settings, SignInApp
from fakes.people import JANE, LEA, MAX, TOM, TOTP_SECRET, VIC, Person
from tests.fakes.conftest import OpenDoor
from tests.fakes.door import START, Door, Reply

APP = "0oafakeDirectApp0d7"
SECRET = "not-a-secret-of-anybody-0123456789"
V1 = "/oauth2/v1"


def ready(door: Door, **options: Any) -> Door:
    """With an application that may do everything; its own id alone is enough for it."""
    app = SignInApp(**{"client_id": APP, "method": "none", "grants": frozenset(GRANTS), **options})
    door.okta.add_sign_in_app(app)
    door.token = None
    return door


@pytest.fixture
async def direct_door(idx_door: Door) -> Door:
    return ready(idx_door)


async def send(door: Door, path: str, headers: dict[str, str] | None = None, /, **form: str) -> Reply:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"client_id": APP, **form})
    return await door.call("POST", f"{V1}/{path}", raw=body, headers={**kind, **(headers or {})})


async def begin(door: Door, person: Person, channel: str) -> Reply:
    return await send(door, "primary-authenticate", login_hint=person.login, channel_hint=channel, challenge_hint=OOB)


async def token(door: Door, kind: str, **form: str) -> Reply:
    return await send(door, "token", **{"grant_type": kind, "scope": "openid", **form})


async def with_otp(door: Door, **form: str) -> Reply:
    return await token(door, OTP, login_hint=TOM.login, otp=door.okta.totp(TOM.id), **form)


def is_error(reply: Reply, status: int, error: str) -> bool:
    return (reply.status, reply.body["error"]) == (status, error)


def claims_of(door: Door, value: str, keys: Any) -> dict[str, Any]:
    key = jwt.PyJWK.from_dict(keys["keys"][0])
    found: dict[str, Any] = jwt.decode(
        value,
        key,
        algorithms=["RS256"],
        audience=APP,
        issuer=door.base,
        options={"verify_exp": False, "verify_iat": False},
    )
    return found


async def mfa_token(door: Door, person: Person = JANE, **form: str) -> str:
    reply = await token(door, PASSWORD, username=person.login, password=f"Demo-{person.first}-2026", **form)
    assert is_error(reply, 403, "mfa_required"), reply.text
    return str(reply.body["mfa_token"])


async def test_D02_the_older_name_begins_a_push_too(direct_door: Door) -> None:
    reply = await send(direct_door, "oob-authenticate", login_hint=JANE.login, channel_hint="push", challenge_hint=OOB)

    assert reply.body["channel"] == "push"


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post"])
async def test_D04_a_client_shows_itself_as_it_is_set_up(idx_door: Door, method: str) -> None:
    door = ready(idx_door, method=method, secret="" if method == "none" else SECRET)
    basic = {"Authorization": "Basic " + b64encode(f"{APP}:{SECRET}".encode()).decode()}
    code = door.okta.totp(TOM.id)
    own = {"grant_type": OTP, "login_hint": TOM.login, "otp": code, "scope": "openid"}
    answers = {
        "client_secret_basic": await send(door, "token", basic, **own),
        "client_secret_post": await send(door, "token", client_secret=SECRET, **own),
        "none": await send(door, "token", **own),
    }

    assert answers.pop(method).status == 200
    assert all(is_error(reply, 401, "invalid_client") for reply in answers.values())


@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt"])
async def test_D04_an_assertion_is_good_once(idx_door: Door, private_key: rsa.RSAPrivateKey, method: str) -> None:
    public = RSAAlgorithm.to_jwk(private_key.public_key(), as_dict=True)
    door = ready(idx_door, method=method, secret=SECRET, keys={"one": public})
    own: dict[str, Any] = {"iss": APP, "sub": APP, "aud": f"{door.base}{V1}/token", "exp": START + 60, "jti": "1"}
    key, algorithm = (SECRET, "HS256") if method == "client_secret_jwt" else (private_key, "RS256")
    signed = jwt.encode(own, key, algorithm=algorithm, headers={"kid": "one"})
    form = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed,
    }
    first, second = await with_otp(door, **form), await with_otp(door, **form)

    assert first.status == 200
    assert is_error(second, 401, "invalid_client")


async def test_D05_the_metadata_names_the_token_endpoint_alone(direct_door: Door) -> None:
    body = (await direct_door.get("/.well-known/openid-configuration")).body

    assert body["issuer"] == direct_door.base
    assert body["token_endpoint"] == f"{direct_door.base}{V1}/token"
    assert "primary-authenticate" not in str(body)


async def test_D06_the_scope_openid_is_needed(direct_door: Door) -> None:
    assert is_error(await with_otp(direct_door, scope="profile"), 400, "invalid_scope")


async def test_D10_D40_a_code_of_the_app_is_worth_tokens_at_once(direct_door: Door) -> None:
    reply = await with_otp(direct_door, scope="openid profile offline_access")

    assert reply.body["token_type"] == "Bearer"
    assert (reply.body["expires_in"], reply.body["scope"]) == (3600, "offline_access openid profile")
    assert set(reply.body) >= {"access_token", "id_token", "refresh_token"}


async def test_D40_the_id_token_is_signed_and_says_who(direct_door: Door) -> None:
    reply = await with_otp(direct_door, scope="openid profile email")
    keys = (await direct_door.get(f"{V1}/keys")).body

    found = claims_of(direct_door, reply.body["id_token"], keys)
    assert (found["sub"], found["aud"], found["iss"]) == (TOM.id, APP, direct_door.base)
    assert (found["email"], found["preferred_username"], found["name"]) == (TOM.login, TOM.login, "Tom Totp")
    assert (found["iat"], found["exp"], found["amr"]) == (START, START + 3600, ["otp"])


@pytest.mark.parametrize(("channel", "person"), [("sms", JANE), ("voice", VIC)])
async def test_D11_D22_a_code_is_sent_and_given_back(direct_door: Door, channel: str, person: Person) -> None:
    started = await begin(direct_door, person, channel)
    code = (direct_door.okta.texts if channel == "sms" else direct_door.okta.calls)(person.phone)[-1].code
    wrong = await token(direct_door, OOB, oob_code=started.body["oob_code"], binding_code="0")
    right = await token(direct_door, OOB, oob_code=started.body["oob_code"], binding_code=code)

    assert started.body.items() >= {"expires_in": 300, "channel": channel, "binding_method": "prompt"}.items()
    assert is_error(wrong, 400, "invalid_grant")
    assert right.status == 200


async def test_D42_a_push_is_polled_until_it_is_approved(direct_door: Door) -> None:
    started = await begin(direct_door, JANE, "push")
    form = {"oob_code": started.body["oob_code"]}
    waiting = await token(direct_door, OOB, **form)
    at_once = await token(direct_door, OOB, **form)
    direct_door.okta.answer_push(JANE.id, True)
    done = await token(direct_door, OOB, **form)
    again = await token(direct_door, OOB, **form)

    assert started.body.items() >= {"binding_method": "none", "interval": 5}.items()
    assert is_error(waiting, 400, "authorization_pending")
    assert is_error(at_once, 400, "authorization_pending")  # no slow_down is documented here (D43)
    assert done.status == 200
    assert is_error(again, 400, "invalid_grant")


async def test_D22_D23_the_number_of_a_push_is_told_as_two_digits(open_door: OpenDoor) -> None:
    door = ready(await open_door(pipeline="idx", settings=Settings(number_challenge="always")))
    started = await begin(door, JANE, "push")
    number = started.body["binding_code"]
    door.okta.answer_push(JANE.id, True, int(number))

    assert started.body["binding_method"] == "transfer"
    assert len(number) == 2
    assert (await token(door, OOB, oob_code=started.body["oob_code"])).status == 200


@pytest.mark.parametrize("channel", ["otp", "sms"])
async def test_D12_D13_a_second_factor_follows_the_first(idx_door: Door, channel: str) -> None:
    door = ready(idx_door, factors=2)
    org = door.okta.org
    factors.add(org, users.find(org, JANE.id), "token:software:totp", {}, secret=TOTP_SECRET)
    first = await mfa_token(door)
    if channel == "otp":
        reply = await token(door, MFA_OTP, mfa_token=first, otp=door.okta.totp(JANE.id))
    else:
        started = await send(door, "challenge", mfa_token=first, channel_hint="sms", challenge_types_supported=MFA_OOB)
        assert started.body["challenge_type"] == MFA_OOB
        form = {"oob_code": started.body["oob_code"], "binding_code": door.okta.texts(JANE.phone)[-1].code}
        reply = await token(door, MFA_OOB, mfa_token=first, **form)
    keys = (await door.get(f"{V1}/keys")).body

    methods = claims_of(door, reply.body["id_token"], keys)["amr"]
    assert methods == [*sorted(["pwd", channel]), "mfa"]
    assert is_error(await token(door, MFA_OTP, mfa_token=first, otp="1"), 403, "access_denied")


async def test_D14_a_password_is_enough_where_the_policy_says_so(direct_door: Door) -> None:
    right = await token(direct_door, PASSWORD, username=JANE.login, password="Demo-Jane-2026")
    wrong = await token(direct_door, PASSWORD, username=JANE.login, password="nonsense")
    unknown = await token(direct_door, PASSWORD, username="nobody@ivr.example", password="nonsense")

    assert right.status == 200
    assert is_error(wrong, 400, "invalid_grant")
    assert wrong.body == unknown.body


async def test_D16_D48_what_cannot_satisfy_the_policy_is_refused_at_once(idx_door: Door) -> None:
    door = ready(idx_door, factors=2)
    own = {"username": JANE.login, "password": "Demo-Jane-2026"}

    assert is_error(await token(door, PASSWORD, grant_types_supported=MFA_OTP, **own), 403, "access_denied")
    assert is_error(await token(door, PASSWORD, grant_types_supported=MFA_OOB, **own), 403, "mfa_required")


async def test_D20_a_scope_at_the_beginning_is_an_error(direct_door: Door) -> None:
    form = {"login_hint": JANE.login, "channel_hint": "push", "challenge_hint": OOB}

    assert is_error(await send(direct_door, "primary-authenticate", scope="openid", **form), 400, "invalid_request")


async def test_D30_a_challenge_for_a_code_of_the_app_sends_nothing(idx_door: Door) -> None:
    door = ready(idx_door, factors=2)
    org = door.okta.org
    factors.add(org, users.find(org, JANE.id), "token:software:totp", {}, secret=TOTP_SECRET)
    reply = await send(door, "challenge", mfa_token=await mfa_token(door), challenge_types_supported=MFA_OTP)

    assert reply.body == {"challenge_type": MFA_OTP}


async def test_D44_a_denied_push_is_an_invalid_grant(direct_door: Door) -> None:
    started = await begin(direct_door, JANE, "push")
    direct_door.okta.answer_push(JANE.id, False)

    reply = await token(direct_door, OOB, oob_code=started.body["oob_code"])
    assert is_error(reply, 400, "invalid_grant")
    assert reply.body["error_description"] == "User rejected out-of-band authentication prompt."


@pytest.mark.parametrize("code", ["", "000000"])
async def test_D45_a_wrong_or_empty_code_is_an_invalid_grant(direct_door: Door, code: str) -> None:
    reply = await token(direct_door, OTP, login_hint=TOM.login, otp=code)

    assert is_error(reply, 400, "invalid_grant")
    assert reply.body["error_description"] == direct.WRONG_CODE


async def test_D46_codes_and_tokens_end(idx_door: Door) -> None:
    door = ready(idx_door, factors=2)
    started = await begin(door, VIC, "voice")
    first = await mfa_token(door)
    door.clock.advance(301)
    late = await token(door, OOB, oob_code=started.body["oob_code"], binding_code="1")
    second = await send(door, "challenge", mfa_token=first, channel_hint="sms")

    assert is_error(late, 403, "access_denied")
    assert "'oob_code' has expired" in late.body["error_description"]
    assert is_error(second, 403, "access_denied")
    assert "'mfa_token' has expired" in second.body["error_description"]


async def test_D47_who_lacks_the_factor_is_denied(direct_door: Door) -> None:
    assert is_error(await begin(direct_door, MAX, "push"), 403, "access_denied")
    assert is_error(await token(direct_door, OTP, login_hint=JANE.login, otp="1"), 403, "access_denied")


async def test_D48_a_locked_user_is_denied(direct_door: Door) -> None:
    reply = await begin(direct_door, LEA, "sms")

    assert is_error(reply, 403, "access_denied")
    assert reply.body["error_description"] == direct.UNSATISFIED


async def test_D49_a_hint_must_be_somebody_s(direct_door: Door) -> None:
    own = {"channel_hint": "push", "challenge_hint": OOB}
    unknown = await send(direct_door, "primary-authenticate", login_hint="nobody@ivr.example", **own)
    missing = await send(direct_door, "primary-authenticate", **own)

    assert is_error(unknown, 400, "invalid_grant")
    assert is_error(missing, 400, "invalid_request")


async def test_D50_people_grants_and_secrets_are_checked(idx_door: Door) -> None:
    door = ready(idx_door, people=frozenset({JANE.id}), grants=frozenset({OTP, OOB}))

    assert is_error(await with_otp(door), 400, "access_denied")
    refused = await token(door, PASSWORD, username=JANE.login, password="Demo-Jane-2026")
    assert is_error(refused, 400, "unauthorized_client")
    assert OTP in refused.body["error_description"]
    assert is_error(await send(door, "token", client_secret="wrong", grant_type=OTP), 401, "invalid_client")


async def test_D51_hints_of_no_use_are_invalid(direct_door: Door) -> None:
    own = {"login_hint": JANE.login, "channel_hint": "push", "challenge_hint": OOB}

    for name in ("channel_hint", "challenge_hint"):
        reply = await send(direct_door, "primary-authenticate", **{**own, name: "pigeon"})
        assert is_error(reply, 400, "invalid_request")


async def test_D52_parts_of_two_transactions_do_not_fit(idx_door: Door) -> None:
    door = ready(idx_door, factors=2)
    door.okta.add_sign_in_app(SignInApp("0oaOther", "none", frozenset(GRANTS)))
    first, started = await mfa_token(door), await begin(door, JANE, "sms")
    mixed = await token(door, MFA_OOB, mfa_token=first, oob_code=started.body["oob_code"], binding_code="1")
    foreign = await token(door, OOB, client_id="0oaOther", oob_code=started.body["oob_code"], binding_code="1")
    widened = await token(door, MFA_OTP, mfa_token=first, otp="1", scope="openid email")

    assert is_error(mixed, 400, "invalid_request")
    assert is_error(foreign, 401, "invalid_client")
    assert is_error(widened, 400, "invalid_scope")


async def test_D53_too_many_texts_are_an_invalid_grant(direct_door: Door) -> None:
    await begin(direct_door, JANE, "sms")

    assert is_error(await begin(direct_door, JANE, "sms"), 429, "invalid_grant")


async def test_D54_without_telephony_nothing_is_sent(open_door: OpenDoor) -> None:
    door = ready(await open_door(pipeline="idx", settings=Settings(telephony=False)))

    assert is_error(await begin(door, JANE, "sms"), 500, "server_error")


async def test_D55_wrong_codes_leave_the_transaction_and_lock_at_five(direct_door: Door) -> None:
    started = await begin(direct_door, JANE, "sms")
    form = {"oob_code": started.body["oob_code"]}
    for _ in range(4):
        assert is_error(await token(direct_door, OOB, binding_code="0", **form), 400, "invalid_grant")
    await token(direct_door, OOB, binding_code="0", **form)
    right = await token(direct_door, OOB, binding_code=direct_door.okta.texts(JANE.phone)[-1].code, **form)

    assert is_error(right, 403, "access_denied")
    assert users.find(direct_door.okta.org, JANE.id).status == "LOCKED_OUT"


async def test_a_token_is_read_introspected_refreshed_and_revoked(direct_door: Door) -> None:
    given = (await with_otp(direct_door, scope="openid email offline_access")).body
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    info = await direct_door.get(f"{V1}/userinfo", headers=bearer)
    live = await send(direct_door, "introspect", token=given["access_token"])
    again = await send(direct_door, "token", grant_type=REFRESH, refresh_token=given["refresh_token"])
    await send(direct_door, "revoke", token=given["access_token"])
    dead = await send(direct_door, "introspect", token=given["access_token"])
    denied = await direct_door.get(f"{V1}/userinfo", headers=bearer)

    assert info.body == {"sub": TOM.id, "email": TOM.login, "email_verified": True}
    assert live.body.items() >= {"active": True, "uid": TOM.id, "client_id": APP}.items()
    assert again.body["access_token"] != given["access_token"]
    assert dead.body == {"active": False}
    assert is_error(denied, 401, "invalid_token")


@pytest.fixture
async def ciba_door(idx_door: Door) -> Door:
    return ready(idx_door, method="client_secret_post", secret=SECRET)


async def ask(door: Door, **form: str) -> Reply:
    return await send(door, "bc/authorize", **{"client_secret": SECRET, "scope": "openid", **form})


async def test_D60_D61_a_device_is_asked_with_a_message(ciba_door: Door) -> None:
    reply = await ask(ciba_door, login_hint=JANE.login, binding_message="Approve 250 dollars")
    (prompt,) = ciba_door.okta.prompts(JANE.id)

    assert set(reply.body) == {"auth_req_id", "expires_in", "interval"}
    assert (reply.body["expires_in"], reply.body["interval"]) == (300, 5)
    assert prompt.origin == "Approve 250 dollars"


async def test_D62_D63_a_request_is_polled_slowly(ciba_door: Door) -> None:
    asked = await ask(ciba_door, login_hint=JANE.login)
    form = {"auth_req_id": asked.body["auth_req_id"], "client_secret": SECRET}
    waiting, early = await token(ciba_door, CIBA, **form), await token(ciba_door, CIBA, **form)
    ciba_door.clock.advance(5)
    ciba_door.okta.answer_push(JANE.id, True)
    done, over = await token(ciba_door, CIBA, **form), await token(ciba_door, CIBA, **form)

    assert is_error(waiting, 400, "authorization_pending")
    assert is_error(early, 400, "slow_down")
    assert done.status == 200
    assert is_error(over, 400, "expired_token")


async def test_D63_no_hint_two_hints_or_nobody_s_are_invalid(ciba_door: Door) -> None:
    for form in ({}, {"login_hint": "a", "id_token_hint": "b"}, {"login_hint": "nobody"}, {"id_token_hint": "x"}):
        assert is_error(await ask(ciba_door, **form), 400, "invalid_request")
    assert is_error(await ask(ciba_door, login_hint=MAX.login), 400, "access_denied")


async def test_D64_a_public_client_may_not_ask(direct_door: Door) -> None:
    reply = await send(direct_door, "bc/authorize", scope="openid", login_hint=JANE.login)

    assert is_error(reply, 400, "unauthorized_client")


async def test_D65_a_refusal_is_access_denied(ciba_door: Door) -> None:
    asked = await ask(ciba_door, login_hint=JANE.login)
    ciba_door.okta.answer_push(JANE.id, False)

    reply = await token(ciba_door, CIBA, auth_req_id=asked.body["auth_req_id"], client_secret=SECRET)
    assert is_error(reply, 400, "access_denied")


async def test_an_app_is_ordered_of_the_control_plane(idx_door: Door) -> None:
    order = {"client_id": APP, "secret": SECRET, "grants": ["otp"], "people": [TOM.login]}
    made = await idx_door.post("/_fake/apps", order)
    idx_door.token = None
    basic = {"Authorization": f"Basic {b64encode(f'{APP}:{SECRET}'.encode()).decode()}"}
    otp = {"grant_type": OTP, "scope": "openid", "login_hint": TOM.login, "otp": idx_door.okta.totp(TOM.id)}
    proved = await send(idx_door, "token", basic, **otp)
    other = await send(idx_door, "token", basic, **{**otp, "grant_type": PASSWORD})

    assert made.body == {"client_id": APP}
    assert proved.status == 200
    assert is_error(other, 400, "unauthorized_client")


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"secret": "x"}, "client_id is a string"),
        ({"client_id": APP, "shoe": 9}, "an app has no shoe"),
        ({"client_id": APP, "grants": ["magic"]}, "unknown grant magic"),
        ({"client_id": APP, "grants": "otp"}, "grants and people are lists"),
        ({"client_id": APP, "keys": ["x"]}, "each key is a JWK"),
        ({"client_id": APP, "factors": 3}, "factors is 1 or 2"),
        ({"client_id": APP, "method": "handshake"}, "method is one of none"),
    ],
)
async def test_a_bad_order_of_an_app_is_refused(door: Door, order: dict[str, Any], why: str) -> None:
    reply = await door.post("/_fake/apps", order)

    assert reply.status == 400
    assert why in reply.body["error"]
    assert not door.okta.org.tables.sign_in_apps


async def test_D01_forms_are_answered_with_json(idx_door: Door) -> None:
    door = ready(idx_door, factors=2)
    for path, form in (
        ("primary-authenticate", {"login_hint": JANE.login, "channel_hint": "sms", "challenge_hint": OOB}),
        ("challenge", {"mfa_token": await mfa_token(door), "challenge_types_supported": MFA_OTP}),
        ("token", {"grant_type": PASSWORD}),
    ):
        assert (await send(door, path, **form)).headers["Content-Type"] == "application/json"


async def test_D17_mail_is_no_channel(direct_door: Door) -> None:
    assert is_error(await begin(direct_door, JANE, "email"), 400, "invalid_request")


@pytest.mark.parametrize(
    ("channel", "person", "more"), [("sms", JANE, set()), ("push", JANE, {"interval"}), ("voice", VIC, set())]
)
async def test_D21_the_answer_has_these_fields(direct_door: Door, channel: str, person: Person, more: set[str]) -> None:
    answer = (await begin(direct_door, person, channel)).body

    assert set(answer) == {"oob_code", "expires_in", "channel", "binding_method"} | more


async def test_D41_a_second_factor_is_wanted_with_a_token_to_go_on(idx_door: Door) -> None:
    reply = await token(ready(idx_door, factors=2), PASSWORD, username=JANE.login, password="Demo-Jane-2026")

    assert is_error(reply, 403, "mfa_required")
    assert reply.body["mfa_token"]


async def test_D43_polling_fast_is_only_pending(direct_door: Door) -> None:
    code = (await begin(direct_door, JANE, "push")).body["oob_code"]
    replies = [await token(direct_door, OOB, oob_code=code) for _ in range(3)]

    assert all(is_error(reply, 400, "authorization_pending") for reply in replies)
