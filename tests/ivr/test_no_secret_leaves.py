"""No token, key, secret, password or code is printed, logged or written by any command, in health and in trouble."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import RSAAlgorithm

from fakes.okta.state import Okta
from okta_twilio_ivr.world import open_world
from simulator.cli.phone import make_phone
from simulator.network import Network
from simulator.operator.clock import Clock
from tests.ivr.desk import CALLS, WHO, Desk, open_desk

OKTA_TOKEN = "00markerOktaTokenMarkerOktaTokenMarker000"
AUTH_TOKEN = "a0c0ffee0marker0auth0token00beef"
ACCOUNTS_TOKEN = "marker-accounts-token"
WRONG = "00markerOfAWrongSecretMarkerOfAWrongSecre"
CLIENT = "0oaMarkerClient00000"
SCOPES = [
    f"okta.{what}.{deed}"
    for what in ("users", "groups", "schemas", "policies", "factors", "authenticators")
    for deed in ("read", "manage")
]
GIVEN = {"calls.yaml", "wrong.yaml"}
CALL_FILES = {"report": "r.json", "junit": "j.xml", "journal": "c.jsonl"}
EXPORTS = {"html": "p.html", "mermaid": "s.mmd", "script": "s.yaml"}
WRONG_CODE = "739146"
WRONG_CALL = f"""
name: a wrong code
from: "+17735551234"
steps:
- press: "1"
- press: "1"
- press: "{WRONG_CODE}#"
- hear: "what nobody says"
"""


def key_pair() -> tuple[str, dict[str, object]]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, {**RSAAlgorithm.to_jwk(private.public_key(), as_dict=True), "kid": "marker"}


def traces(secrets: Iterable[str], texts: dict[str, str]) -> list[tuple[str, str]]:
    """Where a secret stands; a code also with something between its digits, as it would be spoken."""
    found = []
    for name, text in texts.items():
        bare = "".join(each for each in text if each.isalnum())
        for secret in secrets:
            if secret in text or (not secret.isdecimal() and "".join(filter(str.isalnum, secret)) in bare):
                found.append((name, secret))
    return found


def files(folder: Path) -> dict[str, str]:
    """What the commands wrote: all but the scripts that we gave them."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name not in GIVEN}


async def everything(desk: Desk, folder: Path, pem: str, api_secret: str) -> dict[str, str]:
    """Every command that has to do with the services, well and ill; what each printed."""
    service_app = {"OKTA_API_TOKEN": "", "OKTA_CLIENT_ID": CLIENT, "OKTA_PRIVATE_KEY": pem}
    wrong = {"OKTA_API_TOKEN": WRONG, "TWILIO_AUTH_TOKEN": WRONG, "ACCOUNTS_API_TOKEN": WRONG}
    key = {"TWILIO_API_KEY": next(iter(desk.twilio.account.api_keys)), "TWILIO_API_SECRET": api_secret}
    bad_key = {**service_app, "OKTA_PRIVATE_KEY": f"-----BEGIN PRIVATE KEY-----\n{WRONG}\n-----END PRIVATE KEY-----"}
    script, failing = folder / "calls.yaml", folder / "wrong.yaml"
    script.write_text(CALLS)
    failing.write_text(WRONG_CALL)
    line = ("--url", f"{desk.environ['IVR_PUBLIC_URL']}/ivr/welcome", "--okta", desk.environ["OKTA_ORG_URL"])
    signed = ("--auth-token", AUTH_TOKEN)
    out = [
        f"--{kind}={folder / name}" for kind, name in (("report", "r.json"), ("junit", "j.xml"), ("journal", "c.jsonl"))
    ]
    told = [
        f"--{kind}={folder / name}" for kind, name in (("html", "p.html"), ("mermaid", "s.mmd"), ("script", "s.yaml"))
    ]
    results = {
        "set up, planned": await desk.set_up(*WHO, "--dry-run"),
        "set up, wrong token": await desk.set_up(*WHO, "--yes", **wrong),
        "set up, bad key": await desk.set_up(*WHO, "--yes", **bad_key),
        "set up by the service app": await desk.set_up(*WHO, "--yes", "--json", **service_app),
        "number": await desk.ivr("setup", "twilio", "--yes"),
        "number by key": await desk.ivr("setup", "twilio", "--yes", "--json", **key),
        "number, wrong": await desk.ivr("setup", "twilio", "--yes", **wrong),
        "doctor": await desk.ivr("doctor", "--phone", "+17735551234"),
        "doctor, wrong": await desk.ivr("doctor", "--phone", "+17735551234", "--json", **wrong),
        "doctor, service app": await desk.ivr("doctor", "--phone", "+17735551234", **service_app),
        "doctor, malformed": await desk.ivr("doctor", OKTA_ORG_URL=f"https://x:{WRONG}@org.example"),
        "serve": await desk.ivr("serve", "--port", "0"),
        "serve, wrong": await desk.ivr("serve", "--port", "0", **wrong),
        "serve, bad key": await desk.ivr("serve", "--port", "0", **bad_key),
        "tunnel": await desk.ivr("tunnel", "--port", "0", "--yes"),
        "tunnel, wrong": await desk.ivr("tunnel", "--port", "0", "--yes", **wrong),
        "calls": await desk.phone("call", str(script), *line, *signed, *out),
        "export": await desk.phone("export", str(folder / "c.jsonl"), *told),
        "a wrong code": await desk.phone("call", str(failing), *line, *signed, f"--journal={folder / 'w.jsonl'}"),
        "unsigned": await desk.phone("call", str(script), *line, "--auth-token", WRONG),
        "undo": await desk.set_up("--undo", "--yes"),
    }
    raised = [result.exception for result in results.values()]
    unforeseen = [error for error in raised if error is not None and not isinstance(error, SystemExit)]
    assert not unforeseen
    assert results["calls"].exit_code == results["export"].exit_code == results["undo"].exit_code == 0
    assert {name for name, result in results.items() if result.exit_code == 0} >= {"serve", "tunnel", "number by key"}
    return {name: result.output for name, result in results.items()}


async def test_no_secret_is_printed_logged_or_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pem, public = key_pair()
    open_marked = partial(open_desk, okta_token=OKTA_TOKEN, twilio_token=AUTH_TOKEN, accounts_token=ACCOUNTS_TOKEN)
    async with open_marked(tmp_path) as desk:
        desk.okta.add_service_app(CLIENT, [public], SCOPES)
        (key,) = desk.twilio.account.api_keys.values()
        printed = await everything(desk, tmp_path, pem, key.secret)
        codes = [text.code for text in desk.okta.texts("+17735551234")]
    written = files(tmp_path)
    lines = [part for part in pem.splitlines() if not part.startswith("-----")]

    assert len(codes) >= 2, "a right and a wrong call had one sent each"
    assert {*CALL_FILES.values(), *EXPORTS.values(), "w.jsonl"} <= set(written)
    secrets = [OKTA_TOKEN, AUTH_TOKEN, ACCOUNTS_TOKEN, WRONG, WRONG_CODE, key.secret, *codes, *lines]
    assert not traces(secrets, {**printed, **written, "log": caplog.text})


async def test_the_traces_are_found_where_a_secret_is_shown(tmp_path: Path) -> None:
    """Unmasked journals hold them, so the search above can fail."""
    async with open_desk(tmp_path) as desk:
        await desk.set_up(*WHO, "--yes")
        script = tmp_path / "calls.yaml"
        script.write_text(CALLS)
        line = ("--url", f"{desk.environ['IVR_PUBLIC_URL']}/ivr/welcome", "--okta", desk.environ["OKTA_ORG_URL"])
        signed = ("--auth-token", desk.environ["TWILIO_AUTH_TOKEN"])
        await desk.phone("call", str(script), *line, *signed, "--unmasked", f"--journal={tmp_path / 'c.jsonl'}")
        (code, *_) = [text.code for text in desk.okta.texts("+17735551234")]

    assert traces([code], {"journal": (tmp_path / "c.jsonl").read_text()}) == [("journal", code)]


def test_the_demo_s_journal_and_its_exports_hold_no_code(tmp_path: Path) -> None:
    orgs: list[Okta] = []

    @asynccontextmanager
    async def opened(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_world(clock, seed=seed) as world:
            orgs.append(world.okta)
            yield world.network

    run = CliRunner().invoke
    out = [f"--report={tmp_path / 'r.json'}", f"--junit={tmp_path / 'j.xml'}", f"--journal={tmp_path / 'c.jsonl'}"]
    called = run(make_phone(opened), ["call", "docs/calls/sms.yaml", *out])
    told = run(make_phone(opened), ["export", str(tmp_path / "c.jsonl"), f"--html={tmp_path / 'p.html'}"])
    (code, *_) = [text.code for org in orgs for text in org.texts("+17735551234")]

    assert (called.exit_code, told.exit_code) == (0, 0), called.output + told.output
    assert json.loads((tmp_path / "r.json").read_text())
    written = files(tmp_path)
    assert not traces([code], {**written, "printed": called.output + told.output})
