"""What breaks and is mended during a spell, and the application's restarts; the plan says when."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bench.soak.plan import Fault, Restart, Spell
from bench.soak.road import Road
from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.operator.operator import Operator

if TYPE_CHECKING:
    from ivr.line import Line
    from okta_twilio_ivr.line import Fakes

_FOR_EVER = 1_000_000
MEANINGS = {
    "okta-down": ("Okta answers 503", "Okta"),
    "okta-slow": ("Okta takes a minute to answer", "Okta"),
    "okta-crawling": ("Okta takes four seconds to answer", "Okta"),
    "okta-429": ("Okta's rate limit is used up", "Okta"),
    "okta-shaky": ("Okta fails at its next three requests", "Okta"),
    "accounts-down": ("the accounts API answers 503", "accounts"),
    "accounts-slow": ("the accounts API takes half a minute to answer", "accounts"),
    "network-bad": ("webhooks are late, lost and delivered twice", ""),
}


def disturb(
    tasks: asyncio.TaskGroup,
    spell: Spell,
    fakes: "Fakes",
    road: Road,
    operator: Operator,
    line: Callable[[], "Line"],
    tally: Counter[str],
) -> list[asyncio.Task[None]]:
    """Begin to wait for the moments at which things break; `line` makes a line for a new process."""
    deeds = _deeds(fakes, road)

    async def broken(fault: Fault) -> None:
        begin, end = deeds[fault.name]
        meaning, party = MEANINGS[fault.name]
        await asyncio.sleep(fault.begin)
        begin()
        tally[f"fault {fault.name}"] += 1
        operator.note("", TroubleBegan(fault.name, meaning, party))
        await asyncio.sleep(fault.end - fault.begin)
        end()
        operator.note("", TroubleEnded(fault.name, meaning, party))

    async def restarted(restart: Restart) -> None:
        await asyncio.sleep(restart.at)
        tally["restarts, killed" if restart.kills else "restarts, in peace"] += 1
        await road.replace(line(), down=restart.down, kills=restart.kills)

    return [
        *[tasks.create_task(broken(fault)) for fault in spell.faults],
        *[tasks.create_task(restarted(restart)) for restart in spell.restarts],
    ]


def _deeds(fakes: "Fakes", road: Road) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
    okta, accounts = fakes.okta.org.faults, fakes.accounts.faults
    return {
        "okta-down": (partial(okta.fail_next, 503, times=_FOR_EVER), okta.clear),
        "okta-slow": (partial(okta.slow_by, 60.0), okta.clear),
        "okta-crawling": (partial(okta.slow_by, 4.0), okta.clear),
        "okta-429": (partial(okta.rate_limit, 0), okta.clear),
        "okta-shaky": (partial(okta.fail_next, 500, times=3), okta.clear),
        "accounts-down": (partial(accounts.fail_next, 503, times=_FOR_EVER), accounts.clear),
        "accounts-slow": (partial(accounts.slow_by, 30.0), accounts.clear),
        "network-bad": (partial(setattr, road, "is_bad", True), partial(setattr, road, "is_bad", False)),
    }
