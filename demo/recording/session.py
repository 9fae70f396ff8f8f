"""All scenarios, one after the other: the files that `ivr record` would write, from the fakes or from real services."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demo.recording.acting import RecordingError
from demo.recording.files import Recorded, recorded
from demo.recording.live import TWILIO, Live, live_settings, on_live
from demo.recording.plans import CALLS, STRANGER, Plan
from demo.recording.scrub import Scrubber
from demo.recording.taping import on_fakes
from demo.recording.twilio_plans import ACCOUNT_PLANS, AccountPlan, account_on_fakes, account_taped
from simulator.operator.clock import START

PLANS: tuple[Plan | AccountPlan, ...] = (*CALLS, *ACCOUNT_PLANS)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A scenario that was not recorded, and why, in one sentence; `has_failed` when it was tried."""

    service: str
    name: str
    why: str
    has_failed: bool = False


def name_of(plan: Plan | AccountPlan) -> str:
    """As people give it: service and file."""
    return f"{plan.service}/{plan.name}"


ALL_NAMES = tuple(map(name_of, PLANS))


async def from_fakes(on: date, only: Collection[str] = ALL_NAMES) -> AsyncIterator[Recorded]:
    """Each plan on fakes of its own, all on the same seed and clock: the same call leaves the same file."""
    for plan in PLANS:
        if name_of(plan) not in only:
            continue
        if isinstance(plan, Plan):
            async with on_fakes(plan) as session:
                await plan.story(session.actor)
            actor = session.actor
            scrubber = Scrubber(plan.role, session.phone, session.secrets, actor.codes, session.began)
            never = [*session.secrets, *actor.codes]
            yield recorded(plan, session.tape, actor.marks, scrubber, source="fakes", on=on, forbidden=never)
        else:
            async with account_on_fakes() as account:
                await account.play(plan)
            scrubber = Scrubber(plan.role, account.number, account.secrets, (), START)
            yield recorded(plan, account.tape, (), scrubber, source="fakes", on=on, forbidden=account.secrets)


@dataclass(frozen=True, slots=True)
class RealPeople:
    """Who plays the roles, by the role's first name in small letters, and the line's own number; all E.164."""

    phones: Mapping[str, str]
    line: str | None = None


async def from_live(
    on: date,
    people: RealPeople,
    environ: Mapping[str, str],
    env_file: Path | None,
    live: Live,
    only: Collection[str] = ALL_NAMES,
) -> AsyncIterator[Recorded | Skipped]:
    """Each plan that can be played on real services. Raises SettingsError before anything is asked."""
    for plan in PLANS:
        if name_of(plan) not in only:
            continue
        if (why := _cannot_be_live(plan, people)) is not None:
            yield Skipped(plan.service, plan.name, why)
            continue
        try:
            if isinstance(plan, Plan):
                yield await _call(plan, on, people, environ, env_file, live)
            else:
                yield await _account(plan, on, people, environ, env_file, live)
        except RecordingError as error:
            yield Skipped(plan.service, plan.name, str(error), has_failed=True)


def _cannot_be_live(plan: Plan | AccountPlan, people: RealPeople) -> str | None:
    role = plan.role.name.partition(" ")[0].lower()
    if isinstance(plan, AccountPlan):
        if plan.has_effect:
            return "It would change the account or cost money, so it is recorded from the fakes alone."
        return None if people.line else "Nobody said which number is the line's: add --number."
    if plan.is_trouble:
        return "Trouble can only be ordered from the fakes."
    if plan.service != "okta":
        return "The accounts API is the company's own, and there is none but the fake."
    if plan.role is not STRANGER and role not in people.phones:
        return f"Nobody plays {plan.role.name}: add --caller {role}=+1…"
    return None


async def _call(
    plan: Plan, on: date, people: RealPeople, environ: Mapping[str, str], env_file: Path | None, live: Live
) -> Recorded:
    role = plan.role.name.partition(" ")[0].lower()
    phone = people.phones.get(role, plan.role.phone)
    async with on_live(plan, live_settings(environ, env_file, plan), phone, live) as session:
        await plan.story(session.actor)
    actor = session.actor
    scrubber = Scrubber(plan.role, phone, session.secrets, actor.codes, session.began)
    never = [*session.secrets, *actor.codes, *([phone] if phone != plan.role.phone else [])]
    return recorded(plan, session.tape, actor.marks, scrubber, source="live", on=on, forbidden=never)


async def _account(
    plan: AccountPlan, on: date, people: RealPeople, environ: Mapping[str, str], env_file: Path | None, live: Live
) -> Recorded:
    from ivr.settings import load_settings
    from ivr.twilio_access import TwilioTroubleError

    assert people.line is not None
    settings = load_settings(environ, env_file=env_file)
    clock = live.clock()
    began = clock.now()
    origin = settings.twilio_api_url or live.twilio_origin
    try:
        with account_taped(settings, live.twilio, clock, origin, people.line) as account:
            await account.play(plan)
    except TwilioTroubleError as error:
        raise RecordingError(str(error)) from None
    secrets = {**account.secrets, **live.secrets, origin: TWILIO}
    never = [*secrets, *([people.line] if people.line != plan.role.phone else [])]
    scrubber = Scrubber(plan.role, people.line, secrets, (), began)
    return recorded(plan, account.tape, (), scrubber, source="live", on=on, forbidden=never)
