"""A line with all its services in process, and a telephone that notes what a stranger could: words, time and requests.

Time is virtual: what the line waits for is added up for each webhook. What goes on after an answer counts for none.
"""

from __future__ import annotations

import re
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.accounts.app import AccountsHandler
from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.doors import InProcessSession
from fakes.faults import Faults
from fakes.okta.app import OktaHandler
from fakes.request_log import RequestLog
from fakes.twilio.app import TwilioHandler
from fakes.twilio.state import API_URL, DEMO_KEY, Twilio
from ivr.accounts import HttpAccounts
from ivr.app import create_app
from ivr.backends import okta_identity
from ivr.callback import TwilioDialler
from ivr.identity.directory import Directory
from ivr.identity.okta_wire import OktaWire
from ivr.line import Background
from ivr.webhooks.pages import PAGES
from tests.ivr.conftest import ACCOUNTS, ORG, build_world
from tests.ivr.handset import Handset, Reply, World

PACE = "0.5"
AGENT = "+12075550100"
ACCOUNT = "AC" + "0" * 32
BEFORE_THE_PROOF = {
    "/ivr/welcome",
    "/ivr/menu",
    "/ivr/authenticate",
    "/ivr/another_way",
    "/ivr/verify_sms",
    "/ivr/verify_code",
    "/ivr/verify_okta_push",
    "/ivr/call_back_order",
}
BEHIND_IT = {"/ivr/account_welcome", "/ivr/account_menu"}
OF_THE_LINE_S_OWN_CALLS = {"/ivr/call_back", "/ivr/call_back_join", "/ivr/call_back_over"}
assert {page.path for page in PAGES} == BEFORE_THE_PROOF | BEHIND_IT | OF_THE_LINE_S_OWN_CALLS, "a new page? Say which"


@dataclass
class Step:
    """One webhook as it looks from outside. `asked`: the requests until the answer, without anybody's ids."""

    path: str
    twiml: str = ""
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)


STEP: ContextVar[Step | None] = ContextVar("STEP", default=None)


async def sleep(seconds: float) -> None:
    """Time that a webhook's sender has to wait."""
    if (step := STEP.get()) is not None:
        step.seconds = round(step.seconds + seconds, 6)


def stopwatch() -> float:
    """How long the present webhook has taken."""
    step = STEP.get()
    return 0.0 if step is None else step.seconds


def no_webhook() -> Context:
    """Where work goes on that no sender waits for."""
    apart = copy_context()
    apart.run(STEP.set, None)
    return apart


@dataclass(frozen=True)
class Noting:
    """A session that notes what is asked."""

    inner: InProcessSession

    def request(self, method: str, url: str, **options: Any) -> Any:
        if (step := STEP.get()) is not None:
            path = re.sub(r"^https?://", "", str(url)).partition("?")[0]
            step.asked.append(f"{method} {re.sub(r'(?<=users/|ctors/)[^/]+|(?<=transactions/)[^/]+', '{id}', path)}")
        return self.inner.request(method, url, **options)

    async def close(self) -> None:
        await self.inner.close()


@dataclass
class Services:
    """The faults of each, to be ordered."""

    okta: Faults
    accounts: Faults
    twilio: Faults


@dataclass
class Observed(Handset):
    """A telephone that notes every step."""

    steps: list[Step] = field(default_factory=list)

    async def post(self, path: str, **more: str) -> Reply:
        step = Step(path)
        before = STEP.set(step)
        try:
            chicago = {"FromCity": "CHICAGO", "FromState": "IL", "FromCountry": "US"}  # wherever they call from
            reply = await super().post(path, **{**chicago, **more})
        finally:
            STEP.reset(before)
        step.twiml = reply.text
        self.steps.append(step)
        return reply


def observed_world(api: str, **environ: str) -> tuple[World, Services]:
    """A line that calls back by Twilio those it knows, and has the company call the others."""
    settings = {
        "IVR_EVEN_PACE": PACE,
        "IVR_AGENT_NUMBER": AGENT,
        "IVR_PUBLIC_URL": "https://line.example",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_API_KEY": DEMO_KEY.sid,
        "TWILIO_API_SECRET": DEMO_KEY.secret,
        **environ,
    }
    world = build_world(api=api, **settings)  # type: ignore[arg-type]  # environ alone
    twilio = Twilio(now=world.clock, account_sid=ACCOUNT)
    twilio.add_number("+12075551234")
    parties: dict[str, Any] = {
        ORG: OktaHandler(world.okta.org, RequestLog(world.clock)),
        ACCOUNTS: AccountsHandler(world.accounts, RequestLog(world.clock)),
        API_URL: TwilioHandler(twilio.account),
    }
    session = Noting(InProcessSession(parties, sleep=sleep))
    wire = OktaWire(ORG, world.okta.org.api_token, session=session)
    line = replace(
        world.line,
        directory=Directory(wire),
        identity=okta_identity(world.line.settings, wire, world.line.now),
        accounts=HttpAccounts(ACCOUNTS, ACCOUNTS_TOKEN, session=session),
        dialler=TwilioDialler(world.line.settings, session=session),
        stopwatch=stopwatch,
        pause=sleep,
        background=Background(no_webhook),
    )
    world.line, world.app = line, create_app(line)
    return world, Services(world.okta.faults, world.accounts.faults, twilio.faults)
