"""Where recordings come from: the fakes served over loopback, or a real org and a real account with people at hand."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from ivr.recordings.session import ACCOUNTS_URL, OKTA_URL, SCRUBBED, TWILIO_URL
from okta_twilio_ivr.line import SIGNING_TOKEN
from okta_twilio_ivr.recording.files import Recorded, recorded
from okta_twilio_ivr.recording.scenarios import LINE, ROLES, SCENARIOS, STRANGER, Role, Scenario
from okta_twilio_ivr.recording.scrubbing import Scrubber
from okta_twilio_ivr.recording.steps import POLL_PAUSE, Device, Performer, RecordingError
from okta_twilio_ivr.recording.taping import listening
from simulator.operator.clock import ManualClock

if TYPE_CHECKING:
    from ivr.settings import Settings
    from okta_twilio_ivr.line import Fakes

NAMES = tuple(each.name for each in SCENARIOS)
BASE = "https://atko-mobile.example"
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of a fictitious person's Okta Verify


@dataclass(frozen=True, slots=True)
class Skipped:
    """A scenario that was not recorded, and why, in one sentence; `has_failed` when it was tried."""

    name: str
    why: str
    has_failed: bool = False


# ---------------------------------------------------------------- real services


class PersonAtTheTerminal:
    """Somebody who has the phone in their hand and is told what to do with it."""

    def __init__(self, role: Role) -> None:
        self._who = role.name

    async def code(self, by: str) -> str:
        """Typed without being shown."""
        where = {"sms": "the text message", "call": "the call", "totp": "Okta Verify"}[by]
        return await asyncio.to_thread(self._ask, f"{self._who}: type the code from {where}", hide=True)

    async def tap(self, *, approve: bool, number: int | None) -> None:
        """Done by hand."""
        what = "deny the request" if not approve else "approve the request" if number is None else f"choose {number}"
        await asyncio.to_thread(self._ask, f"{self._who}: {what} in Okta Verify, then press Enter", hide=False)

    async def wait(self, seconds: float) -> None:
        """Okta's time cannot be put forward."""
        from ivr.printing import print_line

        if seconds > POLL_PAUSE:
            print_line(f"{self._who}: wait {seconds:.0f} seconds", err=True)
        await asyncio.sleep(seconds)

    @staticmethod
    def _ask(words: str, *, hide: bool) -> str:
        import click

        from ivr.printable import one_line

        return str(
            click.prompt(one_line(words), default=None if hide else "", hide_input=hide, show_default=False, err=True)
        )


# ---------------------------------------------------------------- recording


@dataclass(frozen=True, slots=True)
class Source:
    """Services, by the settings of the live backend, and people: who plays a role with which number."""

    environ: Mapping[str, str]
    env_file: Path | None = None
    people: Mapping[Role, str] = field(default_factory=dict)
    device: Callable[[Role], Device] = PersonAtTheTerminal
    now: Callable[[], float] = time.time
    refuse: Callable[[str, int], None] | None = None


async def record_fakes(
    on: date, only: Collection[str] = NAMES, *, clock: Callable[[], ManualClock] = ManualClock
) -> AsyncIterator[Recorded]:
    """Each scenario on fakes of its own: the same requests leave the same file."""
    for scenario in SCENARIOS:
        if scenario.name in only:
            async with _served_fakes(scenario, clock()) as source:
                yield await _record(scenario, on, source, "fakes")


async def record_live(on: date, source: Source, only: Collection[str] = NAMES) -> AsyncIterator[Recorded | Skipped]:
    """Each scenario that can be played on real services. Raises SettingsError before anything is asked."""
    for scenario in SCENARIOS:
        if scenario.name not in only:
            continue
        if (why := _cannot_be_live(scenario, source)) is not None:
            yield Skipped(scenario.name, why)
            continue
        try:
            yield await _record(scenario, on, source, "live")
        except RecordingError as error:
            yield Skipped(scenario.name, str(error), has_failed=True)


def _cannot_be_live(scenario: Scenario, source: Source) -> str | None:
    role = scenario.role
    if scenario.only_fakes or role in source.people or role is STRANGER:
        return scenario.only_fakes or None
    if role is LINE:
        return "Nobody said which number is the line's: add --number."
    return f"Nobody plays {role.name}: add --caller {role.first_name.lower()}=+1…"


async def _record(scenario: Scenario, on: date, source: Source, kind: Literal["fakes", "live"]) -> Recorded:
    from ivr.backends import live_line
    from ivr.calls.store import MemoryCalls
    from ivr.limits import MemoryLimits
    from ivr.settings import read_settings

    instead = {"IVR_PUBLIC_URL": BASE, **scenario.settings}
    if scenario.service == "twilio":  # no org is needed
        instead |= {"IVR_BACKEND": "fake", "OKTA_ORG_URL": OKTA_URL, "OKTA_API_TOKEN": SCRUBBED}
    else:  # no account
        instead |= {"IVR_BACKEND": "live", "TWILIO_AUTH_TOKEN": SIGNING_TOKEN}
    settings = read_settings(source.environ, env_file=source.env_file, **instead)
    line = replace(live_line(settings, source.now), calls=MemoryCalls(source.now), limits=MemoryLimits(source.now))
    with listening() as tape:
        performer = Performer(line, scenario, source.device, tape, source.refuse, source.people)
        try:
            await performer.perform()
        finally:
            await line.directory.close()
            await line.accounts.close()
            if line.dialler is not None:
                await line.dialler.close()
    hosts = {
        "okta": settings.okta_org_url or OKTA_URL,
        "accounts": settings.accounts_api_url or ACCOUNTS_URL,
        "twilio": settings.twilio_api_url or TWILIO_URL,
    }
    people = {phone: role for role, phone in source.people.items()}
    scrubber = Scrubber(scenario.role, people, _placeholders(settings, hosts), performer.codes)
    return recorded(scenario, tape, hosts[scenario.service], scrubber, kind, on)


def _placeholders(settings: "Settings", hosts: Mapping[str, str]) -> dict[str, str]:
    """What stands for addresses and credentials."""
    put = dict(zip(hosts.values(), (OKTA_URL, ACCOUNTS_URL, TWILIO_URL), strict=True))
    put[urlsplit(hosts["okta"]).netloc] = urlsplit(OKTA_URL).netloc
    secrets = (
        *(settings.okta_api_token, settings.okta_private_key, settings.accounts_api_token),
        *(settings.twilio_auth_token, settings.twilio_api_secret),
        *(settings.direct_client_secret, settings.direct_private_key),
    )
    names = (settings.okta_client_id, settings.okta_key_id, settings.twilio_api_key, settings.direct_client_id)
    values = (*(each.get_secret_value() for each in secrets if each is not None), *names)
    put |= {value: SCRUBBED for value in values if value}
    return {real: placeholder for real, placeholder in put.items() if real != placeholder}


# ---------------------------------------------------------------- the fakes


class FakeDevice:
    """The handset of one of the demo's people; `clock` is the fakes' own."""

    def __init__(self, fakes: "Fakes", clock: ManualClock, role: Role) -> None:
        self._okta = fakes.okta
        self._clock = clock
        self._phone = role.phone

    async def code(self, by: str) -> str:
        """The newest code that arrived, or the one that Okta Verify shows now."""
        from fakes.okta import verify

        if by == "totp":
            return self._okta.totp(self._owner)
        return verify.delivered(self._okta.org, self._phone, by)[-1].code

    async def tap(self, *, approve: bool, number: int | None) -> None:
        """Answer the newest prompt, with its own number where none is given."""
        prompt = self._okta.prompts(self._owner)[-1]
        self._okta.answer_push(self._owner, approve, (prompt.number if number is None else number) if approve else None)

    async def wait(self, seconds: float) -> None:
        """Move the clock."""
        self._clock.move_to(self._clock.now() + seconds)

    @property
    def _owner(self) -> str:
        users = self._okta.org.tables.users.values()
        return next(user.id for user in users if user.profile["ivrPhone"] == self._phone)


def fakes_for(scenario: Scenario, clock: ManualClock) -> "Fakes":
    """Fresh ones, with the line's number and the factors that the scenario's person has nowhere else."""
    from fakes.okta import factors
    from okta_twilio_ivr.line import Fakes

    fakes = Fakes(clock.now, mfa_api=scenario.settings.get("OKTA_MFA_API", "factors"))
    fakes.twilio.add_number(LINE.phone, voice_url=f"{BASE}/ivr/welcome")
    org, phone = fakes.okta.org, scenario.role.phone
    user = next((each for each in org.tables.users.values() if each.profile["ivrPhone"] == phone), None)
    if user is not None and scenario.enrols == "call":
        factors.add(org, user, "call", {"phoneNumber": phone})
    elif user is not None and scenario.enrols == "totp":
        factors.add(org, user, "token:software:totp", {"credentialId": scenario.role.login}, secret=SECRET)
    return fakes


@asynccontextmanager
async def _served_fakes(scenario: Scenario, clock: ManualClock) -> AsyncIterator[Source]:
    """Over loopback, all on the same seed."""
    from fakes.accounts.state import DEMO_TOKEN
    from fakes.doors import served
    from fakes.people import SIGN_IN_APP
    from fakes.twilio.app import create_app
    from okta_twilio_ivr.line import over_http

    fakes = fakes_for(scenario, clock)
    account = fakes.twilio.account
    faults = {"okta": fakes.okta.faults, "accounts": fakes.accounts.faults}
    async with over_http(fakes) as way, served(create_app(fakes.twilio)) as twilio:
        environ = {
            "OKTA_ORG_URL": way.okta,
            "OKTA_API_TOKEN": fakes.okta.org.api_token,
            "OKTA_DIRECT_CLIENT_ID": SIGN_IN_APP["client_id"],
            "OKTA_DIRECT_CLIENT_SECRET": SIGN_IN_APP["secret"],
            "ACCOUNTS_API_URL": way.accounts,
            "ACCOUNTS_API_TOKEN": DEMO_TOKEN,
            "TWILIO_API_URL": twilio,
            "TWILIO_ACCOUNT_SID": account.sid,
            "TWILIO_AUTH_TOKEN": account.auth_token,
            "IVR_AGENT_NUMBER": "+12075550100",
        }
        yield Source(
            environ,
            people={each: each.phone for each in ROLES},
            device=lambda role: FakeDevice(fakes, clock, role),
            now=clock.now,
            refuse=lambda service, status: faults[service].fail_next(status, times=20),
        )
