"""Recording through the live backend, tried against served fakes as if they were a real org and a real account.

The person is nobody of the demo: whatever is theirs must be gone from the file.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from fakes.doors import served
from fakes.okta.app import create_app
from fakes.okta.state import Okta
from fakes.people import JANE, JON, seed_people
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import Twilio
from ivr.recordings.library import HOME, load
from okta_twilio_ivr.recording import scenarios
from okta_twilio_ivr.recording.files import Recorded, write
from okta_twilio_ivr.recording.scenarios import LINE, Role
from okta_twilio_ivr.recording.sources import Skipped, Source, record_live
from simulator.operator.clock import ManualClock

PHONE, NUMBER, TOKEN = "+13126667788", "+12125556677", "00realToken_of-an.org1234567890abcdefghijk"
THEIRS = ("Alexandra", "Realperson", "alexandra.r@company.example", "company.example", "Alexandras Pixel")
LONG_AFTER = 1_900_000_000.0


@dataclass
class RealDevice:
    """The person does what they are told, as fast as the fake's clock."""

    okta: Okta
    user: str
    clock: ManualClock

    async def code(self, by: str) -> str:
        assert by == "sms"
        text = self.okta.texts(PHONE)[-1]
        assert text.code is not None
        return text.code

    async def tap(self, *, approve: bool, number: int | None) -> None:
        self.okta.prompts(self.user)  # looks at them: only then is there a number to choose
        self.okta.answer_push(self.user, approve, number if approve else None)

    async def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)


@dataclass
class RealOrg:
    """A served org with one real person in it, and how it is reached."""

    okta: Okta
    live: Source

    async def record(self, *names: str, role: Role | None = None) -> list[Recorded | Skipped]:
        """What becomes of these scenarios when this person plays that role."""
        played = {LINE: NUMBER} if role is None else {LINE: NUMBER, role: PHONE}
        live = replace(self.live, people=played)
        return [each async for each in record_live(date(2030, 3, 17), live, names)]


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
    twilio.add_number(NUMBER, voice_url="https://line.company.example/ivr/welcome", friendly_name="Front desk")
    async with served(create_app(okta)) as okta_url, served(twilio_app(twilio)) as twilio_url:
        environ = {
            "OKTA_ORG_URL": okta_url,
            "OKTA_API_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": "f" * 32,
            "TWILIO_API_URL": twilio_url,
        }
        yield RealOrg(okta, Source(environ, device=lambda _: RealDevice(okta, JANE.id, clock), now=clock.now))


def the_same_requests(new: Recorded, home: Path) -> bool:
    """It asks what the committed recording from the fakes asks."""
    write(home, new)
    mine, ours = (load(new.path(place), new.name.partition("/")[0]) for place in (home, HOME))
    one, other = ([(each.request.method, each.request.uri, each.request.body) for each in scenario.interactions]
                  for scenario in (mine, ours))  # fmt: skip
    return one == other


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("okta/sms-right", scenarios.JANE),
        ("okta/sms-wrong-then-right", scenarios.JANE),
        ("okta/sms-expired", scenarios.JANE),
        ("okta/authn-sms-right", scenarios.JANE),
        ("okta/unknown-caller", None),
        ("twilio/numbers", None),
    ],
)
async def test_a_live_recording_holds_placeholders_only(
    org: RealOrg, tmp_path: Path, name: str, role: Role | None
) -> None:
    (new,) = await org.record(name, role=role)

    assert isinstance(new, Recorded), new
    assert "Recorded 2030-03-17 from the real service." in new.text
    assert "source: live" in new.text
    assert the_same_requests(new, tmp_path)
    folded = new.text.casefold()
    theirs = (
        *THEIRS,
        TOKEN,
        PHONE[1:],
        NUMBER[1:],
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

    (new,) = await org.record(name, role=scenarios.JON)

    assert isinstance(new, Recorded), new
    assert not [each for each in (*THEIRS, TOKEN, PHONE[1:]) if each in new.text]
    assert the_same_requests(new, tmp_path)


async def test_what_remains_of_a_person_is_refused_with_its_place_and_kind(org: RealOrg) -> None:
    """Mr. Active is on the safe side: his first name is one of Okta's words, and nobody can tell which is which."""
    user = org.okta.org.tables.users[JANE.id]
    profile = {**user.profile, "firstName": "Active"}
    org.okta.org.tables.users[JANE.id] = replace(user, profile=profile)

    (new,) = await org.record("okta/sms-right", role=scenarios.JANE)

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
        ("accounts/balance", "The accounts API is the company's own, and there is none but the fake."),
        ("twilio/call-out", "It would change the account or cost money, so it is recorded from the fakes alone."),
    ],
)
async def test_what_cannot_be_recorded_live_is_skipped_with_the_reason(org: RealOrg, name: str, why: str) -> None:
    (skipped,) = await org.record(name)

    assert skipped == Skipped(name, why)


async def test_a_person_who_does_not_fit_the_role_is_told_and_sent_nothing(org: RealOrg) -> None:
    """Lea's number with an unlocked person behind it."""
    (failed,) = await org.record("okta/locked", role=scenarios.LEA)

    assert isinstance(failed, Skipped)
    assert failed.has_failed
    assert failed.why == "okta/locked: whoever plays Lea Locked can be proven."
    assert org.okta.texts(PHONE) == []
