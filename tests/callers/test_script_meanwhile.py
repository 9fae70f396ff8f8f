"""What people do while the application works on a webhook reaches it during that webhook."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from fakes.doors import served
from simulator.callers.handset import Handset
from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.result import CallResult
from simulator.callers.time_driver import Pace
from simulator.mobile import PushPrompt
from simulator.network import Network, OpenNetwork, Trouble, open_network
from simulator.operator.clock import Clock, ManualClock
from simulator.vocabulary import Updated
from tests.callers.line import HandMobile, Line, Page, Pages, Play, open_line

PATIENCE = 5.0
"""Real seconds that the application waits within a webhook; the tests never wait so long unless they fail."""
SENT = "<Say>We have sent a prompt.</Say><Redirect>/verify</Redirect>"


class Waiting:
    """A line whose webhook `/verify` waits until `happened` is set, and then says so; other pages are `pages`."""

    def __init__(self, pages: Pages, *, sends: Callable[[], None] = lambda: None) -> None:
        self.happened = asyncio.Event()
        self.pages: dict[str, Page] = {**pages, "/yes": "<Say>In time.</Say>", "/no": "<Say>Too late.</Say>"}
        self._sends = sends
        self._line = Line(self.pages)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        if scope.get("path") == "/verify":
            self._sends()
            scope = scope | {"path": "/yes" if await self._is_in_time() else "/no"}
        await self._line(scope, receive, send)

    async def _is_in_time(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.happened.wait()
        except TimeoutError:
            return False


class Mobile(HandMobile):
    """Tells the line about the answer, as Okta would when it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.line: Waiting | None = None
        self.was_looked_at = asyncio.Event()
        """Set when a person has looked so often that they must be waiting for something."""
        self._looks = 0

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        self._looks += 1
        if self._looks == 10:
            self.was_looked_at.set()
        return await super().prompts(number)

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        await super().answer(number, prompt, approve=approve, choice=choice)
        if self.line is not None:
            self.line.happened.set()


async def in_no_time(_: float) -> None:
    """As `--realtime`, for a machine in a hurry."""


@pytest.fixture(params=[None, in_no_time], ids=["virtual", "realtime"])
def settings(request: pytest.FixtureRequest) -> Settings:
    pace: Pace | None = request.param
    return Settings(pace=pace)


async def played(play: Play, steps: str, network: OpenNetwork, settings: Settings) -> CallResult:
    (script,) = read_scripts(play.write(steps))
    return await run_call(script, network, settings)


@pytest.mark.parametrize("is_sent", ["before the words", "within the webhook"])
async def test_a_prompt_is_answered_after_the_sentence_that_announces_it(
    play: Play, settings: Settings, is_sent: str
) -> None:
    mobile = Mobile()

    def send() -> None:
        mobile.prompt("sign in")

    def voice(_: object) -> str:
        if is_sent == "before the words":
            send()
        return SENT

    mobile.line = line = Waiting({"/voice": voice}, sends=send if is_sent == "within the webhook" else lambda: None)
    steps = """
        - hear: we have sent
        - push: approve
        - hear: in time
        - expect_end: completed
    """

    assert (await played(play, steps, open_line(line, mobile), settings)).message() is None
    assert mobile.answered == [("sign in", True, None)]


@pytest.mark.parametrize(
    ("voice", "steps"),
    [
        ('<Gather numDigits="1" action="/verify"/>', "- press: 2\n- push: deny"),
        ('<Gather input="speech" action="/verify"/>', "- speak: Okta\n- push: deny"),
        ('<Gather timeout="3"/><Redirect>/verify</Redirect>', "- timeout: true\n- push: deny"),
        ('<Record action="/verify"/>', "- record: 2\n- push: deny"),
        ('<Dial action="/verify">+13125550111</Dial>', "- dial_outcome: busy\n- push: deny"),
        (SENT, "- hear: we have\n- hear: sent\n- push: deny"),
        (SENT, "- hear: we have sent\n- wait: 0.1\n- push: deny"),
        (SENT, "- push: deny\n- hear: we have sent"),
    ],
)
async def test_it_is_answered_during_the_webhook_whatever_has_led_to_that(
    play: Play, settings: Settings, voice: str, steps: str
) -> None:
    mobile = Mobile()
    mobile.line = line = Waiting({"/voice": voice}, sends=lambda: mobile.prompt("sign in"))

    result = await played(play, f"{steps}\n- hear: in time", open_line(line, mobile), settings)

    assert result.message() is None
    assert mobile.answered == [("sign in", False, None)]


async def test_the_first_webhook_of_a_call_may_wait_too(play: Play, settings: Settings) -> None:
    mobile = Mobile()
    mobile.line = line = Waiting({}, sends=lambda: mobile.prompt("sign in"))
    network = open_line(line, mobile, voice_url="http://app.example/verify")

    assert (await played(play, "- push: approve\n- hear: in time", network, settings)).message() is None


async def test_an_answer_reaches_what_the_application_does_behind_its_answer(play: Play, settings: Settings) -> None:
    """It answers at once, waits for the approval, and gives the call another document by the REST API."""
    mobile, networks = Mobile(), list[Network]()

    async def app(scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        await line(scope, receive, send)
        if scope.get("path") == "/voice":
            await mobile.was_looked_at.wait()
            mobile.prompt("sign in")
            await line.happened.wait()
            operator = networks[0].operator
            sid = operator.journal.entries[0].sid
            operator.receive(sid, Updated(twiml="<Response><Say>In time.</Say></Response>"))

    mobile.line = line = Waiting({"/voice": '<Say>We send a prompt.</Say><Pause length="60"/><Say>Too late.</Say>'})

    @asynccontextmanager
    async def network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_network(app, clock, seed=seed, mobile=mobile) as opened:
            networks.append(opened)
            yield opened

    result = await played(play, "- push: approve\n- hear: in time", network, settings)

    assert result.message() is None


async def test_a_prompt_that_comes_last_is_answered_before_everybody_hangs_up(play: Play) -> None:
    mobile = Mobile()
    mobile.line = line = Waiting({"/voice": SENT}, sends=lambda: mobile.prompt("sign in"))

    result = await played(play, "- hear: we have sent\n- push: approve", open_line(line, mobile), Settings())

    assert result.message() is None


@pytest.mark.parametrize("step", ["break: gone", "mend: gone", "mend: all"])
async def test_what_is_broken_or_mended_is_so_at_once(play: Play, settings: Settings, step: str) -> None:
    line = Waiting({"/voice": SENT})

    async def happen() -> None:
        line.happened.set()

    async def nothing() -> None:
        return

    begin, end = (happen, nothing) if step.startswith("break") else (nothing, happen)

    @asynccontextmanager
    async def network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_line(line)(clock, seed=seed) as opened:
            yield replace(opened, troubles=(Trouble("gone", "a service is gone", begin, end),))

    before = "- break: gone\n" if step.startswith("mend") else ""
    result = await played(play, f"{before}- hear: we have sent\n- {step}\n- hear: in time", network, settings)

    assert result.message() is None


async def test_what_is_broken_meets_the_next_webhook_and_not_the_one_that_is_out(play: Play) -> None:
    pages: Pages = {
        "/voice": "<Say>One moment.</Say><Redirect>/now</Redirect>",
        "/now": "<Say>This one came.</Say><Redirect>/next</Redirect>",
    }
    steps = """
        - hear: one moment
        - break: webhook-500
        - hear: this one came
        - expect_end: application-error
    """

    assert (await played(play, steps, open_line(Line(pages)), Settings())).message() is None


async def test_somebody_hangs_up_while_the_application_works(play: Play, settings: Settings) -> None:
    line = Waiting({"/voice": SENT})

    def over(_: object) -> str:
        line.happened.set()
        return ""

    line.pages["/over"] = over
    steps = "- hear: we have sent\n- hangup: true\n- expect_request: {path: /over}\n- expect_end: hangup"

    result = await played(play, steps, open_line(line, status_callback="http://app.example/over"), settings)

    assert result.message() is None
    assert line.happened.is_set()


async def test_over_http_it_is_the_same(play: Play, settings: Settings) -> None:
    mobile = Mobile()
    mobile.line = line = Waiting({"/voice": SENT}, sends=lambda: mobile.prompt("sign in"))

    async with served(line) as address:

        @asynccontextmanager
        async def network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
            async with open_network(f"{address}/voice", clock, seed=seed) as opened:
                yield replace(opened, mobile=mobile)

        steps = "- hear: we have sent\n- push: approve\n- hear: in time"
        assert (await played(play, steps, network, settings)).message() is None


async def test_words_are_heard_before_what_they_lead_to_is_asked_for(play: Play) -> None:
    """Who hangs up then has not let the application answer."""
    line = Line({"/voice": "<Say>One moment.</Say><Redirect>/next</Redirect>", "/next": "<Say>Welcome.</Say>"})
    clock = ManualClock()
    async with open_line(line)(clock) as network:
        phone = Handset(network.operator, clock, network.caller)
        await phone.dial(network.called)
        assert await phone.until(lambda: phone.has_heard("one moment"))
        assert line.asked == [("POST", "/voice")]
        await phone.settle()

        assert line.asked == [("POST", "/voice"), ("POST", "/next")]
