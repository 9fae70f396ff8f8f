"""All scenarios, one after the other: the files that `ivr record` would write."""

from collections.abc import AsyncIterator, Collection
from datetime import date

from demo.recording.files import Recorded, recorded
from demo.recording.plans import CALLS, Plan
from demo.recording.scrub import Scrubber
from demo.recording.taping import on_fakes
from demo.recording.twilio_plans import ACCOUNT_PLANS, AccountPlan, account_on_fakes
from simulator.operator.clock import START

PLANS: tuple[Plan | AccountPlan, ...] = (*CALLS, *ACCOUNT_PLANS)
ALL_NAMES = tuple(f"{plan.service}/{plan.name}" for plan in PLANS)


async def from_fakes(on: date, only: Collection[str] = ALL_NAMES) -> AsyncIterator[Recorded]:
    """Each plan on fakes of its own, all on the same seed and clock: the same call leaves the same file."""
    for plan in CALLS:
        if f"{plan.service}/{plan.name}" not in only:
            continue
        async with on_fakes(plan) as session:
            await plan.story(session.actor)
        actor = session.actor
        scrubber = Scrubber(plan.role, session.phone, session.secrets, actor.codes, START)
        forbidden = [*session.secrets, *actor.codes]
        yield recorded(plan, session.tape, actor.marks, scrubber, source="fakes", on=on, forbidden=forbidden)
    for account_plan in ACCOUNT_PLANS:
        if f"twilio/{account_plan.name}" not in only:
            continue
        async with account_on_fakes() as (play, tape, secrets):
            await play(account_plan)
        scrubber = Scrubber(account_plan.role, account_plan.role.phone, secrets, (), START)
        yield recorded(account_plan, tape, (), scrubber, source="fakes", on=on, forbidden=secrets)
