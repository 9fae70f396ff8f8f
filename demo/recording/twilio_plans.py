"""The Twilio scenarios: what `ivr setup twilio` asks of the account, and an outbound call, through the official SDK."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from demo.recording.plans import Role
from demo.recording.tape import Taped

LINE = Role("The line", "+12075551234")
AWAY = "https://atko-mobile.example/ivr/elsewhere"
CALLED = "+17735551234"
BASE = "https://atko-mobile.example"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One scenario; `story` is given an account and the SDK's client, both blocking."""

    name: str
    about: str
    story: Callable[[Any, Any], None]
    role: Role = LINE
    service: str = "twilio"
    is_trouble: bool = False


def _look_up(account: Any, client: Any) -> None:
    account.number(LINE.phone)


def _look_up_the_only_one(account: Any, client: Any) -> None:
    account.number()


def _update(account: Any, client: Any) -> None:
    from ivr.setup.number import wanted

    account.change(account.number(LINE.phone), wanted(BASE, status_callback=""))


def _not_owned(account: Any, client: Any) -> None:
    from ivr.twilio_access import TwilioTroubleError

    try:
        account.number("+12075550199")
    except TwilioTroubleError:
        return
    raise AssertionError("the account owns a number it should not")


def _call_out(account: Any, client: Any) -> None:
    call = client.calls.create(to=CALLED, from_=LINE.phone, url=f"{BASE}/ivr/welcome", method="POST", timeout=20)
    client.calls(call.sid).fetch()
    client.calls(call.sid).update(status="completed")


ACCOUNT_PLANS = (
    AccountPlan("number-look-up", "The line's number is looked up by its digits", _look_up),
    AccountPlan("number-the-only-one", "The account's numbers are listed, and there is one", _look_up_the_only_one),
    AccountPlan("number-not-owned", "A number is looked up that the account does not own", _not_owned),
    AccountPlan("number-update", "The number is pointed at the line (what `ivr setup twilio` does)", _update),
    AccountPlan("call-out", "An outbound call is ordered, looked at, and ended", _call_out),
)


@asynccontextmanager
async def account_on_fakes() -> AsyncIterator[tuple[Callable[[AccountPlan], Any], list[Taped], dict[str, str]]]:
    """The fake account of the demo's network, served over loopback; plays a plan in a thread, as the SDK blocks."""
    from demo.recording.taping import listening
    from demo.world import open_world
    from fakes.doors import served
    from fakes.twilio.app import create_app
    from fakes.twilio.state import API_URL, DEMO_AUTH_TOKEN
    from ivr.recordings.backend import SCRUBBED
    from ivr.settings import load_settings
    from ivr.setup.twilio_account import TwilioAccount
    from simulator.operator.clock import ManualClock

    clock = ManualClock()
    async with open_world(clock) as world, served(create_app(world.twilio)) as base:
        sid, token = world.twilio.account.sid, world.twilio.account.auth_token
        settings = load_settings({"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token})

        def play(plan: AccountPlan) -> None:
            from twilio.rest import Client

            http = moved_client(API_URL, base)
            plan.story(TwilioAccount(settings, lambda: http), Client(sid, token, http_client=http))

        with listening(clock, {base: "twilio"}) as tape:

            async def in_a_thread(plan: AccountPlan) -> None:
                await asyncio.to_thread(play, plan)

            yield in_a_thread, tape, {base: API_URL, token: SCRUBBED, DEMO_AUTH_TOKEN: SCRUBBED}


def moved_client(api_url: str, base: str) -> Any:
    """The SDK's own blocking client, asking another host; nothing is kept open afterwards."""
    from twilio.http.http_client import TwilioHttpClient

    class Moved(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            return super().request(method, url.replace(api_url, base, 1), *args, **options)

    return Moved(pool_connections=False, timeout=10)
