"""Recording through the live backend, tried against served fakes as if they were a real org and a real account.

The person is nobody of the demo: whatever is theirs must be gone from the file.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo.recording.acting import Device
from demo.recording.files import Recorded, write
from demo.recording.live import Live
from demo.recording.plans import Role
from demo.recording.session import RealPeople, Skipped, from_live
from demo.recording.twilio_plans import moved_client
from fakes.doors import served
from fakes.okta.app import create_app
from fakes.okta.state import Okta
from fakes.people import JANE, JON, seed_people
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import API_URL, Twilio
from ivr.recordings.library import HOME, load
from simulator.operator.clock import ManualClock

PHONE, LINE, TOKEN = "+13126667788", "+12125556677", "00realToken_of-an.org1234567890abcdefghijk"
THEIRS = ("Alexandra", "Realperson", "alexandra.r@company.example", "company.example", "Alexandras Pixel")
LONG_AFTER = 1_900_000_000.0


@dataclass
class RealDevice:
    """The person does what they are told, as fast as the fake's clock."""

    okta: Okta
    user: str

    async def code(self, by: str) -> str:
        assert by == "sms"
        text = self.okta.texts(PHONE)[-1]
        assert text.code is not None
        return text.code

    async def tap(self, *, approve: bool, told: str) -> None:
        self.okta.prompts(self.user)  # looks at them: only then is there a number to choose
        self.okta.answer_push(self.user, approve, int(told) if told and approve else None)

    async def let_pass(self, seconds: float) -> None:
        self.okta.advance(seconds)


@dataclass
class RealOrg:
    """A served org with one real person in it, and how it is reached."""

    okta: Okta
    live: Live
    environ: dict[str, str]

    async def record(self, *names: str, **people: str) -> list[Recorded | Skipped]:
        """What becomes of these scenarios when this person plays those roles."""
        who = RealPeople(people, line=LINE)
        return [each async for each in from_live(date(2030, 3, 17), who, self.environ, None, self.live, names)]


def rename(okta: Okta) -> None:
    """Jane of the seed becomes somebody else; Jon goes, for a number is one person's."""
    tables = okta.org.tables
    profile = {
        "login": "alexandra.r@company.example",
        "email": "alexandra.r@company.example",
        "firstName": "Alexandra",
        "lastName": "Realperson",
        "mobilePhone": PHONE,
        "ivrPhone": PHONE,
        "ivrFactorPreference": "sms",
    }
    tables.users[JANE.id] = replace(tables.users[JANE.id], profile=profile)
    del tables.users[JON.id]
    for key, factor in list(tables.factors.items()):
        if factor.user_id == JANE.id:
            theirs = {"phoneNumber": PHONE, "credentialId": profile["login"], "name": "Alexandras Pixel"}
            known = {name: theirs.get(name, value) for name, value in factor.profile.items()}
            tables.factors[key] = replace(factor, profile=known)


@pytest.fixture
async def org() -> AsyncIterator[RealOrg]:
    clock = ManualClock(LONG_AFTER)
    okta = Okta(now=clock.now, seed=99, api_token=TOKEN)
    seed_people(okta)
    rename(okta)
    twilio = Twilio(now=clock.now, seed=99, account_sid="AC" + "ab" * 16, auth_token="f" * 32)
    twilio.add_number(LINE, voice_url="https://line.company.example/ivr/welcome", friendly_name="Front desk")
    async with served(create_app(okta)) as okta_url, served(twilio_app(twilio)) as twilio_url:

        def device(_: Role) -> Device:
            return RealDevice(okta, JANE.id)

        http: Any = moved_client(API_URL, twilio_url)
        live = Live(device, lambda: clock, None, lambda: http, twilio_url, {twilio_url: API_URL})
        environ = {
            "OKTA_ORG_URL": okta_url,
            "OKTA_API_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": "f" * 32,
        }
        yield RealOrg(okta, live, environ)


def the_same_requests(new: Recorded, home: Path) -> bool:
    """It asks what the committed recording from the fakes asks."""
    write(home, new)
    mine, ours = (load(place / new.service / f"{new.name}.yaml", new.service) for place in (home, HOME))
    one, other = ([(each.request.method, each.request.uri, each.request.body) for each in scenario.interactions]
                  for scenario in (mine, ours))  # fmt: skip
    return one == other


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("okta/sms-right", "jane"),
        ("okta/sms-wrong-then-right", "jane"),
        ("okta/sms-expired", "jane"),
        ("okta/authn-sms-right", "jane"),
        ("okta/unknown-caller", "nobody"),
        ("twilio/number-look-up", "nobody"),
        ("twilio/number-not-owned", "nobody"),
    ],
)
async def test_a_live_recording_holds_placeholders_only(org: RealOrg, tmp_path: Path, name: str, role: str) -> None:
    (new,) = await org.record(name, **{role: PHONE})

    assert isinstance(new, Recorded), new
    assert "Recorded 2030-03-17 from the real service." in new.text
    assert "source: live" in new.text
    assert the_same_requests(new, tmp_path)
    folded = new.text.casefold()
    theirs = (
        *THEIRS,
        TOKEN,
        PHONE[1:],
        LINE[1:],
        "Front desk",
        "667-7",
        "f" * 32,
        "ab" * 16,
        "127.0.0.1",
        "2030-03-17T",
    )
    assert not [each for each in theirs if each.casefold() in folded]


@pytest.mark.parametrize("name", ["okta/push-approved", "okta/push-rejected", "okta/push-number-right"])
async def test_a_person_who_prefers_push_plays_jon(org: RealOrg, tmp_path: Path, name: str) -> None:
    user = org.okta.org.tables.users[JANE.id]
    preferring = {**user.profile, "ivrFactorPreference": "push"}
    org.okta.org.tables.users[JANE.id] = replace(user, profile=preferring)

    (new,) = await org.record(name, jon=PHONE)

    assert isinstance(new, Recorded), new
    assert not [each for each in (*THEIRS, TOKEN, PHONE[1:]) if each in new.text]
    assert the_same_requests(new, tmp_path)


async def test_what_remains_of_a_person_is_refused_with_its_place_and_kind(org: RealOrg) -> None:
    """Mr. Active is on the safe side: his first name is one of Okta's words, and nobody can tell which is which."""
    user = org.okta.org.tables.users[JANE.id]
    profile = {**user.profile, "firstName": "Active"}
    org.okta.org.tables.users[JANE.id] = replace(user, profile=profile)

    (new,) = await org.record("okta/sms-right", jane=PHONE)

    assert isinstance(new, Skipped)
    assert new.has_failed
    assert new.why == (
        "okta/sms-right.yaml is not written: a value that was to be replaced would remain in the body of answer 1."
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("okta/sms-right", "Nobody plays Jane Ivr: add --caller jane=+1…"),
        ("okta/refused-503", "Trouble can only be ordered from the fakes."),
        ("accounts/balance-jane", "The accounts API is the company's own, and there is none but the fake."),
        ("twilio/call-out", "It would change the account or cost money, so it is recorded from the fakes alone."),
    ],
)
async def test_what_cannot_be_recorded_live_is_skipped_with_the_reason(org: RealOrg, name: str, why: str) -> None:
    (skipped,) = await org.record(name)

    service, _, scenario = name.partition("/")
    assert skipped == Skipped(service, scenario, why)


async def test_a_call_that_goes_another_way_is_told_and_not_kept(org: RealOrg) -> None:
    """Lea's number with an unlocked person behind it, who is really sent a code, though she hears the same."""
    (failed,) = await org.record("okta/locked", lea=PHONE)

    assert isinstance(failed, Skipped)
    assert failed.has_failed
    assert "something was sent to a caller who cannot be proven" in failed.why
    assert PHONE not in failed.why
