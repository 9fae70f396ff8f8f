"""`ivr doctor` as a user types it, against a fake org, a fake account and the running line."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.doors import InProcessSession, served
from fakes.okta import direct, schema
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import DEMO_TOKEN
from fakes.people import ATTRIBUTES, LINE_NUMBER, SIGN_IN_APP
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import Twilio
from ivr.cli import make_cli
from ivr.external import ExternalServices
from tests.ivr.conftest import ACCOUNTS, ORG, build_world
from tests.ivr.handset import JANE, STRANGER, World
from tests.ivr.stand_ins import Canned, CannedSession
from tests.ivr.twilio_doors import InProcessTwilio, MovedTwilio

TOKEN = "fake0secret0of0the0doctor0000000"
BASE = "https://line.example"
WELCOME = f"{BASE}/ivr/welcome"
AGENT = "+12075550100"
TOM = "+13055550182"
CHECKS = [
    "settings", "okta.yaml", "okta org", "clock", "okta api", "okta token", "ivrPhone", "ivrFactorPreference", "caller",
    "factors", "number", "voice url", "agent", "signature", "accounts", "store",
]  # fmt: skip


@dataclass
class Clinic:
    """Everything in order, until a test breaks it."""

    world: World = field(default_factory=lambda: build_world(TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=BASE))
    http: Callable[[], Any] | None = None
    session: Any = None
    late: float = 0.0
    folders: tuple[Path, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.twilio = Twilio(now=self.world.clock, auth_token=TOKEN)
        self.number = self.twilio.add_number(
            LINE_NUMBER, voice_url=WELCOME, voice_fallback_url=WELCOME, status_callback=f"{BASE}/ivr/call_status"
        )
        self.session = InProcessSession(
            {ORG: okta_app(self.world.okta), BASE: self.world.app, ACCOUNTS: accounts_app(self.world.accounts)}
        )
        self.environ = {
            "IVR_BACKEND": "live",
            "OKTA_ORG_URL": ORG,
            "OKTA_API_TOKEN": DEMO_TOKEN,
            "TWILIO_ACCOUNT_SID": self.twilio.account.sid,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_PHONE_SID": self.number.sid,
            "IVR_PUBLIC_URL": BASE,
            "ACCOUNTS_API_URL": ACCOUNTS,
            "ACCOUNTS_API_TOKEN": ACCOUNTS_TOKEN,
            "IVR_AGENT_NUMBER": AGENT,
        }

    def run(self, *words: str, **environ: str) -> Result:
        outside = ExternalServices(
            session=self.session,
            twilio=self.http or (lambda: InProcessTwilio(self.twilio)),
            now=lambda: self.world.clock() + self.late,
            folders=lambda: self.folders,
        )
        command = make_cli({}, {**self.environ, **environ}, outside=outside)
        result = CliRunner().invoke(command, ["doctor", "--env-file", os.devnull, *words])
        for secret in (TOKEN, DEMO_TOKEN, ACCOUNTS_TOKEN):
            assert secret not in result.output, "no secret is ever printed"
        return result

    def report(self, *words: str, **environ: str) -> tuple[int, dict[str, Mapping[str, str]]]:
        """Exit code and the findings by check."""
        result = self.run("--json", *words, **environ)
        report = json.loads(result.stdout)
        assert report["ok"] == (result.exit_code == 0)
        return result.exit_code, {each["check"]: each for each in report["checks"]}


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def test_a_line_in_order_is_green_from_top_to_bottom(clinic: Clinic) -> None:
    result = clinic.run("--phone", JANE)

    rows = result.stdout.splitlines()
    assert [row.split("  ")[0] for row in rows] == ["ok"] * len(CHECKS)
    assert [row[4:].split("  ")[0] for row in rows] == CHECKS
    assert result.exit_code == 0


def test_json_says_the_same(clinic: Clinic) -> None:
    code, findings = clinic.report("--phone", JANE)

    assert code == 0
    assert list(findings) == CHECKS
    assert findings["okta org"] == {
        "check": "okta org",
        "state": "ok",
        "found": f"{ORG}, Classic Engine.",
        "remedy": "",
    }
    assert findings["factors"]["found"] == "push, sms."


def test_the_engine_is_told_without_credentials() -> None:
    world = build_world(pipeline="idx", TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=BASE)

    _, findings = Clinic(world).report(OKTA_API_TOKEN="wrong")

    assert "Identity Engine" in findings["okta org"]["found"]


def test_without_a_phone_number_nobody_is_looked_up(clinic: Clinic) -> None:
    code, findings = clinic.report()

    assert code == 0
    assert (findings["caller"]["state"], findings["factors"]["state"]) == ("skipped", "skipped")
    assert "--phone" in findings["caller"]["remedy"]


def test_no_call_and_no_challenge_comes_of_it(clinic: Clinic) -> None:
    clinic.run("--phone", JANE)

    assert not clinic.world.okta.texts(JANE)
    assert not clinic.twilio.account.tables.calls


@pytest.mark.parametrize(
    ("environ", "check", "found", "remedy"),
    [
        ({"OKTA_API_TOKEN": "wrong"}, "okta token", "E0000011", "set OKTA_API_TOKEN"),
        ({"OKTA_ORG_URL": "https://nowhere.example"}, "okta org", "out of reach", "Check OKTA_ORG_URL"),
        ({"OKTA_ORG_URL": BASE}, "okta org", "does not answer as an Okta org (404)", "Correct OKTA_ORG_URL"),
        ({"OKTA_ORG_URL": ""}, "settings", "OKTA_ORG_URL is not set", ".env"),
        ({"IVR_VOICE": "not a voice"}, "settings", "IVR_VOICE is malformed", "correct it"),
        ({"TWILIO_PHONE_SID": "PN" + "0" * 32}, "number", "no such number", "TWILIO_PHONE_SID"),
        ({"TWILIO_API_KEY": "SK0", "TWILIO_API_SECRET": "x"}, "number", "refuses the credentials", "TWILIO_API_KEY"),
        ({"TWILIO_ACCOUNT_SID": ""}, "number", "TWILIO_ACCOUNT_SID is not set", "set it"),
        ({"IVR_PUBLIC_URL": f"{BASE}/elsewhere"}, "voice url", f"voice_url is {WELCOME}", "ivr setup twilio"),
        ({"IVR_PUBLIC_URL": ""}, "voice url", "public address is not known", "IVR_PUBLIC_URL"),
        ({"IVR_PUBLIC_URL": "https://nowhere.example"}, "signature", "out of reach", "start the line"),
        ({"IVR_PUBLIC_URL": ORG}, "signature", "Something else answers", "IVR_PUBLIC_URL"),
        ({"IVR_AGENT_NUMBER": LINE_NUMBER}, "agent", "the line's own number", "phone of a person"),
        ({"ACCOUNTS_API_TOKEN": "another"}, "accounts", "refuses the token (401)", "ACCOUNTS_API_TOKEN"),
        ({"ACCOUNTS_API_URL": "https://nowhere.example"}, "accounts", "out of reach", "can be reached"),
        ({"ACCOUNTS_API_URL": ORG}, "accounts", "not as the accounts API", "check ACCOUNTS_API_URL"),
        ({"TWILIO_AUTH_TOKEN": "another"}, "signature", "refuses a right signature", "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": ""}, "signature", "anybody can pose as Twilio", "set it"),
    ],
)
def test_what_is_wrong_in_the_settings_has_its_line_and_remedy(
    clinic: Clinic, environ: dict[str, str], check: str, found: str, remedy: str
) -> None:
    code, findings = clinic.report(**environ)

    assert code == 1
    assert findings[check]["state"] == "failed"
    assert found in findings[check]["found"]
    assert remedy in findings[check]["remedy"]


def test_a_stray_okta_yaml_is_a_warning_and_changes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "okta.yaml").write_text("okta: {client: {orgUrl: 'https://other.example', token: 00straySecret}}")
    clinic.folders = (tmp_path / "elsewhere", tmp_path)

    code, findings = clinic.report("--phone", JANE)

    assert code == 0
    assert findings["okta.yaml"]["state"] == "warning"
    assert str(tmp_path / "okta.yaml") in findings["okta.yaml"]["found"]
    assert "remove" in findings["okta.yaml"]["remedy"]
    assert findings["okta org"]["found"].startswith(ORG)


def test_a_token_without_rights_is_told_from_a_wrong_one(clinic: Clinic) -> None:
    clinic.world.okta.faults.fail_next(403, "E0000006", route="GET /api/v1/users")

    code, findings = clinic.report()

    assert code == 1
    assert "may not read users (E0000006)" in findings["okta token"]["found"]
    assert "administrator" in findings["okta token"]["remedy"]
    assert findings["ivrPhone"]["state"] == "skipped"


def test_an_org_without_the_attributes_is_half_set_up(clinic: Clinic) -> None:
    clinic.world.okta.org.tables.attributes.clear()

    code, findings = clinic.report()

    assert code == 1
    assert findings["ivrPhone"]["state"] == "failed"
    assert "ivr setup okta" in findings["ivrPhone"]["remedy"]
    assert findings["ivrFactorPreference"]["state"] == "warning"


def test_a_number_that_users_may_change_themselves_is_a_fault(clinic: Clinic) -> None:
    """Whoever can write their ivrPhone can be called by another's name."""
    loose = {**ATTRIBUTES["ivrPhone"], "permissions": [{"principal": "SELF", "action": "READ_WRITE"}]}
    schema.set_attributes(clinic.world.okta.org, {"ivrPhone": loose})

    code, findings = clinic.report()

    assert code == 1
    assert "Users may change their own" in findings["ivrPhone"]["found"]
    assert "ivr setup okta" in findings["ivrPhone"]["remedy"]


@pytest.mark.parametrize("lacking", ["push", "totp"])
def test_a_preference_that_cannot_say_every_factor_is_a_warning(clinic: Clinic, lacking: str) -> None:
    values = [each for each in ("sms", "push", "call", "totp") if each != lacking]
    schema.set_attributes(
        clinic.world.okta.org,
        {"ivrFactorPreference": {**ATTRIBUTES["ivrFactorPreference"], "enum": values, "oneOf": None}},
    )

    code, findings = clinic.report()

    assert code == 0
    assert findings["ivrFactorPreference"]["state"] == "warning"
    assert f"({lacking})" in findings["ivrFactorPreference"]["found"]


@pytest.mark.parametrize("named", ["totp", "token:software:totp"])
def test_who_prefers_the_app_s_code_is_well(clinic: Clinic, named: str) -> None:
    """A profile may name the factor as Okta does."""
    attribute = {**ATTRIBUTES["ivrFactorPreference"], "enum": None, "oneOf": None}
    schema.set_attributes(clinic.world.okta.org, {"ivrFactorPreference": attribute})
    clinic.world.okta.change_profile("tom.totp@example.com", {"ivrFactorPreference": named})

    code, findings = clinic.report("--phone", TOM)

    assert code == 0
    assert findings["caller"]["found"].endswith("who prefers totp.")
    assert (findings["factors"]["state"], findings["factors"]["found"]) == ("ok", "totp.")


def test_a_preferred_factor_that_is_not_enrolled_is_a_warning(clinic: Clinic) -> None:
    clinic.world.okta.change_profile("tom.totp@example.com", {"ivrFactorPreference": "push"})

    code, findings = clinic.report("--phone", TOM)

    assert code == 0
    assert findings["factors"]["state"] == "warning"
    assert "prefer (push) is not among them" in findings["factors"]["found"]
    assert findings["factors"]["remedy"] == "enrol push, or change their ivrFactorPreference."


def test_an_unknown_caller_is_shown_by_four_digits(clinic: Clinic) -> None:
    result = clinic.run("--phone", STRANGER)

    assert result.exit_code == 1
    assert "…0199: no user has this number" in result.stdout
    assert STRANGER not in result.stdout


def test_a_caller_without_factors_cannot_be_proven(clinic: Clinic) -> None:
    clinic.world.okta.org.tables.factors.clear()

    code, findings = clinic.report("--phone", JANE)

    assert code == 1
    assert findings["caller"]["state"] == "ok"
    assert "Enrol" in findings["factors"]["remedy"]


@pytest.mark.parametrize(("late", "state"), [(0.0, "ok"), (59.0, "ok"), (-61.0, "failed"), (3600.0, "failed")])
def test_a_clock_that_is_off_is_noticed(clinic: Clinic, late: float, state: str) -> None:
    clinic.late = late

    _, findings = clinic.report()

    assert findings["clock"]["state"] == state


def test_a_running_line_that_checks_no_signatures_is_a_fault() -> None:
    code, findings = Clinic(build_world(IVR_PUBLIC_URL=BASE)).report()

    assert code == 1
    assert "checks no signatures" in findings["signature"]["found"]


def test_a_number_with_an_application_or_no_fallback_is_noticed(clinic: Clinic) -> None:
    http = InProcessTwilio(clinic.twilio)
    http.set_number(VoiceFallbackUrl="")
    assert clinic.report()[1]["voice url"]["state"] == "warning"

    http.set_number(VoiceApplicationSid=http.create_application("old", "https://old.example/app"))
    assert "voice_application_sid is AP" in clinic.report()[1]["voice url"]["found"]


def test_an_agent_without_the_status_callback_is_a_warning(clinic: Clinic) -> None:
    InProcessTwilio(clinic.twilio).set_number(StatusCallback="https://statistics.example/calls")

    code, findings = clinic.report()

    assert code == 0
    assert findings["agent"]["state"] == "warning"
    assert f"--status-callback {BASE}/ivr/call_status" in findings["agent"]["remedy"]


def test_without_agent_and_accounts_api_their_lines_say_what_callers_miss(clinic: Clinic) -> None:
    _, findings = clinic.report(IVR_AGENT_NUMBER="", ACCOUNTS_API_URL="")

    assert (findings["agent"]["state"], findings["accounts"]["state"]) == ("skipped", "skipped")
    assert "cannot hear their balance" in findings["accounts"]["found"]


def test_an_accounts_api_in_trouble_is_told_from_a_wrong_one(clinic: Clinic) -> None:
    clinic.world.accounts.faults.fail_next(503)

    assert "in trouble itself (503)" in clinic.report()[1]["accounts"]["found"]


def test_what_setup_twilio_does_makes_the_number_green(clinic: Clinic) -> None:
    InProcessTwilio(clinic.twilio).set_number(VoiceUrl="https://old.example/voice", VoiceMethod="GET")
    assert clinic.report()[0] == 1

    outside = ExternalServices(twilio=lambda: InProcessTwilio(clinic.twilio))
    command = make_cli({}, clinic.environ, outside=outside)
    CliRunner().invoke(command, ["setup", "twilio", "--env-file", os.devnull, "--yes"])

    assert clinic.report()[0] == 0


def test_garbage_instead_of_answers_is_no_traceback(clinic: Clinic) -> None:
    clinic.session = CannedSession(Canned(200, '{"pipeline": "v1", "definitions": []}'))

    result = clinic.run("--phone", JANE)

    assert result.exit_code == 1
    assert not isinstance(result.exception, Exception)
    assert "Something else answers" in result.stdout


def test_a_phone_number_of_the_wrong_form_is_wrong_use(clinic: Clinic) -> None:
    result = clinic.run("--phone", "773-555-1234")

    assert result.exit_code == 2
    assert "--phone must be a number" in result.stderr


async def test_it_works_over_the_network(clinic: Clinic) -> None:
    async with (
        served(okta_app(clinic.world.okta)) as okta,
        served(twilio_app(clinic.twilio)) as twilio,
        served(accounts_app(clinic.world.accounts)) as accounts,
        served(clinic.world.app) as line,
    ):
        # The running line believes to be at BASE, so the signature made for its loopback address is another's.
        clinic.session, clinic.http = None, lambda: MovedTwilio(twilio)
        addresses = {"OKTA_ORG_URL": okta, "IVR_PUBLIC_URL": line, "ACCOUNTS_API_URL": accounts}
        _, findings = await asyncio.to_thread(lambda: clinic.report("--phone", JANE, **addresses))

    states = {name: each["state"] for name, each in findings.items() if each["state"] != "ok"}
    assert states == {"voice url": "failed", "agent": "warning", "signature": "failed"}
    assert "refuses a right signature" in findings["signature"]["found"]


DIRECT = {"OKTA_MFA_API": "direct", "OKTA_DIRECT_CLIENT_ID": SIGN_IN_APP["client_id"]}
SECRET = {"OKTA_DIRECT_CLIENT_SECRET": SIGN_IN_APP["secret"]}


def test_the_app_of_direct_authentication_is_looked_at() -> None:
    clinic = Clinic(build_world(api="direct", TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=BASE))

    code, findings = clinic.report("--phone", JANE, **DIRECT, **SECRET)

    assert code == 0, findings
    assert "Okta knows the app" in findings["okta api"]["found"]
    assert not clinic.world.okta.texts(JANE)


@pytest.mark.parametrize(
    ("grants", "secret", "found"),
    [(None, "wrong", "invalid_client"), (["password"], SIGN_IN_APP["secret"], "may not use Direct Authentication")],
)
def test_an_app_that_okta_refuses_is_told(grants: list[str] | None, secret: str, found: str) -> None:
    clinic = Clinic(build_world(api="direct", TWILIO_AUTH_TOKEN=TOKEN, IVR_PUBLIC_URL=BASE))
    if grants is not None:
        direct.read_app(clinic.world.okta.org, {**SIGN_IN_APP, "grants": grants})

    code, findings = clinic.report(**DIRECT, OKTA_DIRECT_CLIENT_SECRET=secret)

    assert code == 1
    assert found in findings["okta api"]["found"]


def test_the_fake_line_is_checked_where_no_real_org_is_set() -> None:
    world = build_world()
    command = make_cli({"fake": lambda _: world.line}, {})

    result = CliRunner().invoke(command, ["doctor", "--env-file", os.devnull, "--phone", JANE])

    assert result.exit_code == 0, result.output
    assert "The backend is fake: nothing outside this machine is checked." in result.stdout
    assert "is one active user" in result.stdout
    assert "failed" not in result.stdout


def test_without_a_fake_backend_live_settings_are_asked_for() -> None:
    result = CliRunner().invoke(make_cli({}, {}), ["doctor", "--env-file", os.devnull])

    assert result.exit_code == 1
    assert "OKTA_ORG_URL, OKTA_API_TOKEN and TWILIO_AUTH_TOKEN are not set" in result.stdout
