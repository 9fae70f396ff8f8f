"""The plans' calls on a real org and a real account, with a human being's device; what they ask is not faked here."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from demo.recording.acting import Actor, Device
from demo.recording.plans import Plan, Role
from demo.recording.taping import Session, listening
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock

if TYPE_CHECKING:
    from ivr.settings import Settings


TWILIO = "https://api.twilio.com"


class PersonAtTheTerminal:
    """Somebody who has the phone in their hand and is told what to do with it."""

    def __init__(self, role: Role) -> None:
        self._who = role.name

    async def code(self, by: str) -> str:
        """Typed without being shown."""
        where = {"sms": "the text message", "call": "the call", "totp": "Okta Verify"}[by]
        return await asyncio.to_thread(self._ask, f"{self._who}: type the code from {where}", hide=True)

    async def tap(self, *, approve: bool, told: str) -> None:
        """Done by hand."""
        what = "deny the request" if not approve else f"choose {told}" if told else "approve the request"
        await asyncio.to_thread(self._ask, f"{self._who}: {what} in Okta Verify, then press Enter", hide=False)

    async def let_pass(self, seconds: float) -> None:
        """Okta's time cannot be put forward."""
        import click

        click.echo(f"{self._who}: wait {seconds:.0f} seconds", err=True)
        await asyncio.sleep(seconds)

    @staticmethod
    def _ask(words: str, *, hide: bool) -> str:
        import click

        return str(click.prompt(words, default=None if hide else "", hide_input=hide, show_default=False, err=True))


def _now() -> ManualClock:
    return ManualClock(time.time())


def _twilio() -> Any:
    from ivr.outside import twilio_over_the_network

    return twilio_over_the_network()


@dataclass(frozen=True, slots=True)
class Live:
    """How live plans reach people and services; every part can be replaced.

    `clock` begins at the services' own time and moves as `pace` lets it; `twilio` makes the SDK's HTTP client.
    """

    device: Callable[[Role], Device] = PersonAtTheTerminal
    clock: Callable[[], ManualClock] = _now
    pace: Callable[[float], Awaitable[None]] | None = asyncio.sleep
    twilio: Callable[[], Any] = _twilio
    twilio_origin: str = TWILIO
    secrets: Mapping[str, str] = field(default_factory=dict)


def live_settings(environ: Mapping[str, str], env_file: Path | None, plan: Plan) -> "Settings":
    """The live backend's, for a line in this process that only we call: nobody is to be misled by its pace.

    Raises SettingsError.
    """
    from demo.world import ACCOUNT_SID, LINE_URL, SIGNING_TOKEN
    from ivr.settings import read_settings

    ours = {
        "IVR_BACKEND": "live",
        "IVR_PUBLIC_URL": LINE_URL.removesuffix("/ivr/welcome"),
        "IVR_EVEN_PACE": "0",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": SIGNING_TOKEN,
    }
    return read_settings(environ, env_file=env_file, **ours, **plan.settings)


@asynccontextmanager
async def on_live(plan: Plan, settings: "Settings", phone: str, live: Live) -> AsyncIterator[Session]:
    """The plan's actor, with the number `phone`, on a line of the live backend; only Okta is real."""
    from demo.world import LINE_NUMBER, LINE_URL, SIGNING_TOKEN, connected
    from ivr.calls.store import MemoryCalls
    from ivr.limits import MemoryLimits
    from ivr.live import live_line
    from ivr.recordings.backend import OKTA_URL
    from simulator.exchange.exchange import Exchange
    from simulator.exchange.numbers import Number
    from simulator.operator.operator import Operator

    clock = live.clock()
    now = clock.now
    line = replace(live_line(settings), calls=MemoryCalls(now), limits=MemoryLimits(now), now=now, dialler=None)
    assert settings.okta_org_url is not None
    async with connected(line, clock) as wire:
        operator = Operator(Exchange(seed=0), wire, clock, auth_token=SIGNING_TOKEN)
        operator.exchange.own(Number(LINE_NUMBER, LINE_URL))
        with listening(clock, {settings.okta_org_url: "okta"}) as tape:
            handset = Handset(operator, clock, phone, pace=live.pace)
            actor = Actor(handset, LINE_NUMBER, live.device(plan.role), None, lambda: tape)
            host = urlsplit(settings.okta_org_url).netloc
            known = {settings.okta_org_url: OKTA_URL, host: urlsplit(OKTA_URL).netloc, **_credentials(settings)}
            yield Session(actor, phone, tape, {**known, **live.secrets}, clock.now())


def _credentials(settings: "Settings") -> dict[str, str]:
    from ivr.recordings.backend import SCRUBBED

    secrets = (settings.okta_api_token, settings.okta_private_key)
    names = (settings.okta_client_id, settings.okta_key_id)
    values = [*(each.get_secret_value() for each in secrets if each is not None), *names]
    return {value: SCRUBBED for value in values if value}
