"""Which requests the line lets in: signatures, addresses, CallSids, bodies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quart import Quart, Response
from twilio.request_validator import RequestValidator

from ivr.app import create_app
from ivr.backends import live_line
from ivr.settings import SettingsError, load_settings
from tests.ivr.conftest import Build, build_world
from tests.ivr.handset import JANE, World, parameters, sid
from tests.ivr.test_ivr_env_sample import SHOWN

TOKEN = "12345"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(url: str, form: Mapping[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


async def post(app: Quart, path: str, form: Mapping[str, str], headers: Mapping[str, str], **more: Any) -> Response:
    return await app.test_client().post(path, form=dict(form), headers={"Host": "line.example", **headers}, **more)


async def test_a_signed_webhook_is_answered_empty_parameters_included(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    form = parameters(sid(1), JANE)
    assert "" in form.values()

    response = await post(world.app, "/ivr/welcome", form, signed("http://line.example/ivr/welcome", form))

    assert response.status_code == 200
    assert response.mimetype == "text/xml"


@pytest.mark.parametrize(("values", "status"), [(("b", "a"), 200), (("b",), 403)], ids=["both", "one kept back"])
async def test_a_field_that_comes_twice_is_signed_with_both_its_values(
    build: Build, values: tuple[str, ...], status: int
) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    form = parameters(sid(1), JANE)
    signature = signed("http://line.example/ivr/welcome", {**form, "Zone": "aZoneb"})  # each with its name, in order
    body = urlencode([*form.items(), *(("Zone", value) for value in values)])

    response = await world.app.test_client().post(
        "/ivr/welcome", data=body, headers={"Host": "line.example", **FORM, **signature}
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        signed("http://line.example/ivr/welcome", parameters(sid(1), JANE), token="another"),
        signed("http://line.example/ivr/menu", parameters(sid(1), JANE)),
        signed("http://line.example/ivr/welcome", parameters(sid(2), JANE)),
    ],
    ids=["none", "empty", "made up", "another token", "another address", "another call"],
)
async def test_a_webhook_without_a_valid_signature_is_refused(build: Build, headers: dict[str, str]) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)

    response = await post(world.app, "/ivr/welcome", parameters(sid(1), JANE), headers)

    assert response.status_code == 403
    assert "valid Twilio signature" in str(await response.get_data(as_text=True))


@pytest.mark.parametrize("path", ["menu", "authenticate", "verify_sms", "verify_okta_push", "account_menu"])
async def test_every_webhook_is_behind_the_signature(build: Build, path: str) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    client = world.app.test_client()

    for ask in (client.get, client.post, client.head):
        assert (await ask(f"/ivr/{path}?CallSid={sid(1)}")).status_code == 403


async def test_a_signed_get_is_checked_over_the_query_byte_for_byte(build: Build) -> None:
    """T02: GET parameters are in the address; a decoded and encoded again query would not match."""
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    query = "a=1&b=%7e+x&" + urlencode(parameters(sid(1), JANE))
    headers = {"Host": "line.example", **signed(f"http://line.example/ivr/welcome?{query}", {})}

    response = await world.app.test_client().get(
        "/ivr/welcome", headers=headers, scope_base={"query_string": query.encode()}
    )

    assert response.status_code == 200
    assert "Thanks for calling" in str(await response.get_data(as_text=True))


async def test_the_public_address_is_what_was_signed_behind_a_proxy_or_tunnel(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL="https://public.example/phone/")
    form = parameters(sid(1), JANE)

    response = await post(world.app, "/ivr/welcome", form, signed("https://public.example/phone/ivr/welcome", form))

    assert response.status_code == 200
    assert 'action="/phone/ivr/menu"' in str(await response.get_data(as_text=True)), "links live below it too"


async def test_the_original_s_webhook_address_is_a_public_address_too(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN, TWILIO_PHONE_WEBHOOK_URL="https://abc.ngrok.example/ivr/welcome")
    form = parameters(sid(1), JANE)

    response = await post(world.app, "/ivr/welcome", form, signed("https://abc.ngrok.example/ivr/welcome", form))

    assert response.status_code == 200


async def test_a_live_line_without_an_auth_token_lets_nobody_in() -> None:
    """No setting leads here (`require`); should a mistake of ours do, nobody is let in."""
    world = build_world()
    line = replace(world.line, settings=load_settings({"IVR_BACKEND": "live"}))

    response = await post(create_app(line), "/ivr/welcome", parameters(sid(1), JANE), {})

    assert response.status_code == 403


def test_no_setting_switches_signatures_off_for_live_callers() -> None:
    """All settings at once, in every way that .env.sample shows, but for the token."""
    everything = {name: value for name, value in SHOWN.items() if value} | {
        "IVR_BACKEND": "live",
        "OKTA_ORG_URL": "https://org.example",
        "OKTA_API_TOKEN": "a token",
    }
    for name in ("OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY", "TWILIO_AUTH_TOKEN"):
        everything.pop(name, None)

    with pytest.raises(SettingsError, match=r"^TWILIO_AUTH_TOKEN is not set"):
        live_line(load_settings(everything))


NAMES_OF_HOSTS = st.just("line.example") | st.from_regex(
    r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,9}){0,3}(:\d{0,6})?", fullmatch=True
)


@settings(max_examples=30, deadline=None, database=None)
@given(host=NAMES_OF_HOSTS, forwarded=NAMES_OF_HOSTS)
def test_no_host_header_makes_a_forged_request_good(host: str, forwarded: str) -> None:
    """What the sender says about the address is compared with what Twilio signed, never trusted instead of it."""
    form = parameters(sid(1), JANE)
    headers = {
        **signed("https://line.example/ivr/welcome", form, token="another"),
        "X-Forwarded-Host": forwarded,
        "X-Forwarded-Proto": "https",
    }

    async def answered() -> int:
        app = build_world(TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL="https://line.example").app
        response = await app.test_client().post("/ivr/welcome", form=form, headers={"Host": host, **headers})
        return response.status_code

    assert asyncio.run(answered()) == 403


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "public.example, inner.example"}


async def test_forwarded_headers_count_when_told_to_trust_the_proxy(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN, IVR_TRUST_PROXY="true")
    form = parameters(sid(1), JANE)
    headers = {**FORWARDED, **signed("https://public.example/ivr/welcome", form)}

    assert (await post(world.app, "/ivr/welcome", form, headers)).status_code == 200


async def test_forwarded_headers_do_not_count_otherwise(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    form = parameters(sid(1), JANE)
    headers = {**FORWARDED, **signed("https://public.example/ivr/welcome", form)}

    assert (await post(world.app, "/ivr/welcome", form, headers)).status_code == 403


@pytest.mark.parametrize("host", ["line.example:99999", "a:b", "line.example:8080"])
async def test_an_odd_host_header_is_refused_not_an_error(build: Build, host: str) -> None:
    world = build(TWILIO_AUTH_TOKEN=TOKEN)
    form = parameters(sid(1), JANE)

    response = await post(world.app, "/ivr/welcome", form, {"Host": host, "X-Twilio-Signature": "x" * 28})

    assert response.status_code == 403


@pytest.mark.parametrize("host", [b".", b"a..b", b"x" * 300, b"[", b"\xff", b"a b", b""])
async def test_a_host_that_is_no_name_is_refused_and_raises_nothing(build: Build, host: bytes) -> None:
    app = build(TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL="https://line.example").app
    bodies, told = [b""], []
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/ivr/welcome",
             "raw_path": b"/ivr/welcome", "query_string": b"", "root_path": "", "headers": [(b"host", host)],
             "asgi": {"version": "3.0"}, "extensions": {}}  # fmt: skip

    async def receive() -> dict[str, Any]:
        if not bodies:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": bodies.pop(), "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]  # hypercorn's types are wider than these

    assert told[0]["status"] in (400, 403)


@pytest.mark.parametrize("call_sid", ["", "CA123", "CA" + "g" * 32, "CA" + "0" * 33, "XX" + "0" * 32, "CA" + "٠" * 32])
async def test_a_malformed_call_sid_is_refused_in_a_sentence(world: World, call_sid: str) -> None:
    response = await post(world.app, "/ivr/welcome", parameters(call_sid, JANE), {})

    assert response.status_code == 400
    assert "CA and 32 hexadecimal digits" in str(await response.get_data(as_text=True))


@pytest.mark.parametrize("digits", ["a", "1 ", "٣", "1" * 65, "<Say>", "1\n"])
async def test_digits_that_no_telephone_has_are_refused(world: World, digits: str) -> None:
    response = await post(world.app, "/ivr/menu", parameters(sid(1), JANE, Digits=digits), {})

    assert response.status_code == 400


async def test_a_post_is_judged_by_its_form_alone(world: World) -> None:
    """A query string must not smuggle in parameters."""
    phone = world.handset()
    await phone.dial()

    reply = await phone.post("/ivr/menu?Digits=2")

    assert not world.accounts.callbacks
    assert reply.action == "/ivr/menu"


async def test_get_works_for_a_number_configured_with_it(world: World) -> None:
    response = await world.app.test_client().get("/ivr/welcome", query_string=parameters(sid(1), JANE))

    assert "Chicago, Illinois" in str(await response.get_data(as_text=True))
    assert response.headers["Cache-Control"] == "no-store"


async def test_an_oversize_body_is_refused(world: World) -> None:
    response = await world.app.test_client().post("/ivr/welcome", data=b"a=" + b"x" * 70_000, headers=FORM)

    assert response.status_code == 413


@pytest.mark.parametrize("drips", [False, True], ids=["silence", "a byte at a time"])
async def test_a_body_that_never_ends_is_given_up(world: World, drips: bool) -> None:
    """Whoever opens connections and sends little must not keep them."""
    assert 0 < world.app.config["BODY_TIMEOUT"] <= 5
    world.app.config["BODY_TIMEOUT"] = 0.05
    headers = [(name.lower().encode(), value.encode()) for name, value in FORM.items()]
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/ivr/welcome",
             "raw_path": b"/ivr/welcome", "query_string": b"", "root_path": "", "headers": headers,
             "asgi": {"version": "3.0"}, "extensions": {}}  # fmt: skip
    first, told = [b"CallSid="], []

    async def receive() -> dict[str, Any]:
        if not first and not drips:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        return {"type": "http.request", "body": first.pop() if first else b"x", "more_body": True}

    async def send(message: Any) -> None:
        told.append(message)

    async with asyncio.timeout(4):
        await world.app(scope, receive, send)  # type: ignore[arg-type]  # hypercorn's types are wider than these

    assert told[0]["status"] in (408, 413)


async def test_a_body_that_is_no_form_is_refused(world: World) -> None:
    response = await world.app.test_client().post("/ivr/welcome", data=b'{"CallSid": 1}', headers=FORM)

    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/ivr/nowhere", "/ivr/welcome/", "/static/x"])
async def test_other_addresses_are_not_found(world: World, path: str) -> None:
    assert (await world.app.test_client().post(path)).status_code == 404


async def test_the_log_has_one_line_a_webhook_and_nothing_private(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    phone = world.handset()
    with caplog.at_level(logging.DEBUG):
        await phone.reach("1", "1", "918273")
        await phone.press(world.code())
        await phone.press("1")

    ours = [record.getMessage() for record in caplog.records if record.name == "ivr.webhooks"]
    assert len(ours) == len(phone.paths)
    assert "from=…1234 keys=6 stage=code asked>verified" in ours[4]
    for secret in (JANE, JANE[1:], world.code(), "918273", "142", "Jane", world.okta.org.api_token):
        assert secret not in "\n".join(record.getMessage() for record in caplog.records if "asyncio" not in record.name)
