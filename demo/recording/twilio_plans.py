"""The Twilio scenarios: what `ivr setup twilio` asks of the account, and an outbound call, through the official SDK."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from demo.recording.acting import RecordingError
from demo.recording.plans import Role
from demo.recording.tape import Taped
from simulator.operator.clock import Clock

if TYPE_CHECKING:
    from ivr.settings import Settings

LINE = Role("The line", "+12075551234")
AWAY = "https://atko-mobile.example/ivr/elsewhere"
CALLED = "+17735551234"
BASE = "https://atko-mobile.example"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One scenario; `story` is given an account, the SDK's client (both blocking) and the line's own number."""

    name: str
    about: str
    story: Callable[[Any, Any, str], None]
    role: Role = LINE
    service: str = "twilio"
    is_trouble: bool = False
    has_effect: bool = False  # changes the account or costs money, so it is recorded from the fakes alone


def _look_up(account: Any, client: Any, number: str) -> None:
    account.number(number)


def _look_up_the_only_one(account: Any, client: Any, number: str) -> None:
    account.number()


def _update(account: Any, client: Any, number: str) -> None:
    from ivr.setup.number import wanted

    account.change(account.number(number), wanted(BASE, status_callback=""))


def _not_owned(account: Any, client: Any, number: str) -> None:
    from ivr.twilio_access import TwilioTroubleError

    try:
        account.number("+12075550199")
    except TwilioTroubleError:
        return
    raise RecordingError("The account owns +12075550199, a number that does not exist.")


def _call_out(account: Any, client: Any, number: str) -> None:
    call = client.calls.create(to=CALLED, from_=number, url=f"{BASE}/ivr/welcome", method="POST", timeout=20)
    client.calls(call.sid).fetch()
    client.calls(call.sid).update(status="completed")


ACCOUNT_PLANS = (
    AccountPlan("number-look-up", "The line's number is looked up by its digits", _look_up),
    AccountPlan("number-the-only-one", "The account's numbers are listed, and there is one", _look_up_the_only_one),
    AccountPlan("number-not-owned", "A number is looked up that the account does not own", _not_owned),
    AccountPlan(
        "number-update", "The number is pointed at the line (what `ivr setup twilio` does)", _update, has_effect=True
    ),
    AccountPlan("call-out", "An outbound call is ordered, looked at, and ended", _call_out, has_effect=True),
)


@dataclass(frozen=True, slots=True)
class AccountSession:
    """What is needed to record plans of an account whose line has `number`. `secrets` as in a call's session."""

    play: Callable[[AccountPlan], Awaitable[None]]
    number: str
    tape: list[Taped]
    secrets: Mapping[str, str]


@asynccontextmanager
async def account_on_fakes() -> AsyncIterator[AccountSession]:
    """The fake account of the demo's network, served over loopback."""
    from demo.world import open_world
    from fakes.doors import served
    from fakes.twilio.app import create_app
    from fakes.twilio.state import API_URL, DEMO_AUTH_TOKEN
    from ivr.recordings.backend import SCRUBBED
    from ivr.settings import load_settings
    from simulator.operator.clock import ManualClock

    clock = ManualClock()
    async with open_world(clock) as world, served(create_app(world.twilio)) as base:
        sid, token = world.twilio.account.sid, world.twilio.account.auth_token
        settings = load_settings({"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token})
        http = moved_client(API_URL, base)
        with account_taped(settings, lambda: http, clock, base, LINE.phone) as session:
            secrets = {base: API_URL, token: SCRUBBED, DEMO_AUTH_TOKEN: SCRUBBED}
            yield replace(session, secrets={**session.secrets, **secrets})


@contextmanager
def account_taped(
    settings: "Settings", http: Callable[[], Any], clock: Clock, origin: str, number: str
) -> Iterator[AccountSession]:
    """The account that the settings name, through the official SDK; a plan plays in a thread, as the SDK blocks."""
    from demo.recording.taping import listening
    from ivr.recordings.backend import SCRUBBED
    from ivr.setup.twilio_account import TwilioAccount
    from ivr.twilio_access import credentials

    user, password = credentials(settings)

    def play(plan: AccountPlan) -> None:
        from twilio.rest import Client

        client = Client(user, password, settings.twilio_account_sid, http_client=http())
        plan.story(TwilioAccount(settings, http), client, number)

    with listening(clock, {origin: "twilio"}) as tape:

        async def in_a_thread(plan: AccountPlan) -> None:
            await asyncio.to_thread(play, plan)

        yield AccountSession(in_a_thread, number, tape, {password: SCRUBBED})


def moved_client(api_url: str, base: str) -> Any:
    """The SDK's own blocking client, asking another host; nothing is kept open afterwards."""
    from twilio.http.http_client import TwilioHttpClient

    class Moved(TwilioHttpClient):  # type: ignore[misc]  # the SDK is not typed
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            return super().request(method, url.replace(api_url, base, 1), *args, **options)

    return Moved(pool_connections=False, timeout=10)
