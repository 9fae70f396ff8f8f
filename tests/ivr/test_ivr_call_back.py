"""The pages of a call back and the client that orders it: who is rung, how often, and what a repeat gets."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

import aiohttp
import pytest

from fakes.doors import InProcessSession
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import API_URL, Twilio
from ivr.app import create_app
from ivr.callback import NotOrdered, Order, Ordered, TwilioDialler
from ivr.settings import SettingsError, read_settings
from tests.ivr.conftest import build_world
from tests.ivr.handset import JANE, STRANGER, Clock, Handset, World, parameters, sid
from tests.ivr.stand_ins import Canned, CannedSession

LINE, AGENT = "+12075551234", "+12075550100"
BACK = sid(900)


@dataclass
class Notepad:
    """A dialler that only notes what it is asked."""

    orders: list[Order] = field(default_factory=list)
    answer: Ordered | NotOrdered = Ordered(BACK)  # noqa: RUF009 - frozen

    async def ring(self, order: Order) -> Ordered | NotOrdered:
        self.orders.append(order)
        return self.answer

    def warm(self) -> None:
        """Nothing is slow here."""

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Desk:
    world: World
    notepad: Notepad

    def phone(self, number: str = JANE, call: int = 1) -> Handset:
        return self.world.handset(number, call)

    async def status(self, call_sid: str, phone: str, status: str = "completed") -> int:
        form = {**parameters(call_sid, phone), "CallStatus": status}
        response = await self.world.app.test_client().post("/ivr/call_status", form=form)
        return response.status_code


def desk_with(*, lists_call_backs: bool = True, **environ: str) -> Desk:
    world, notepad = build_world(IVR_AGENT_NUMBER=AGENT, **environ), Notepad()  # type: ignore[arg-type]  # environ alone
    line = replace(world.line, dialler=notepad, lists_call_backs=lists_call_backs)
    return Desk(replace(world, line=line, app=create_app(line)), notepad)


@pytest.fixture
def desk() -> Desk:
    return desk_with()


async def test_only_the_number_the_call_came_from_is_rung_and_sees_the_number_it_called(desk: Desk) -> None:
    await desk.phone().reach("2")

    assert desk.notepad.orders == [Order(JANE, LINE, "/ivr/call_back", "/ivr/call_status")]
    assert not desk.world.accounts.callbacks


async def test_a_repeat_of_any_webhook_orders_nothing_more(desk: Desk) -> None:
    phone = desk.phone()
    await phone.reach("2")

    for path in ("/ivr/menu", "/ivr/call_back_order", "/ivr/welcome"):
        assert "This call is over" in (await phone.post(path, Digits="2")).said
    assert await desk.status(phone.call_sid, JANE) == 204

    assert len(desk.notepad.orders) == 1


async def test_two_deliveries_at_the_same_time_are_one_order(desk: Desk) -> None:
    phone = desk.phone()
    await phone.dial()
    await phone.post("/ivr/menu", Digits="2")

    await asyncio.gather(*(phone.post("/ivr/call_back_order") for _ in range(3)), desk.status(phone.call_sid, JANE))

    assert len(desk.notepad.orders) == 1


async def test_the_end_of_a_call_that_wanted_nothing_orders_nothing(desk: Desk) -> None:
    phone = desk.phone()
    await phone.dial()

    assert await desk.status(phone.call_sid, JANE) == 204
    assert await desk.status(sid(77), JANE) == 204, "a call nobody knows"
    assert desk.notepad.orders == []


async def test_news_that_a_call_still_goes_on_orders_nothing(desk: Desk) -> None:
    phone = desk.phone()
    await phone.dial()
    await phone.post("/ivr/menu", Digits="2")

    await desk.status(phone.call_sid, JANE, "in-progress")

    assert desk.notepad.orders == []


async def test_a_status_with_another_caller_is_refused(desk: Desk) -> None:
    phone = desk.phone()
    await phone.dial()
    await phone.post("/ivr/menu", Digits="2")

    assert await desk.status(phone.call_sid, STRANGER) == 403
    assert desk.notepad.orders == []


async def test_an_unsigned_status_is_refused() -> None:
    desk = desk_with(TWILIO_AUTH_TOKEN="a token")

    assert await desk.status(sid(1), JANE) == 403


async def test_where_the_company_takes_no_requests_only_the_proven_are_rung() -> None:
    """Otherwise "I could not arrange it" would tell a forger which numbers are registered."""
    said = {}
    for number in (JANE, STRANGER):
        desk = desk_with(lists_call_backs=False)
        desk.world.accounts.faults.fail_next(503)
        phone = desk.phone(number)
        await phone.reach("2")
        said[number] = phone.said.replace("You are calling from Chicago, Illinois. ", "").split()
        assert desk.notepad.orders == []

    assert said[JANE] == said[STRANGER]


async def test_a_proven_caller_is_rung_even_there() -> None:
    desk = desk_with(lists_call_backs=False)
    phone = desk.phone()
    await phone.reach("1", "1")
    await phone.press(desk.world.code())
    await phone.press("2")

    assert [order.to for order in desk.notepad.orders] == [JANE]


async def test_a_call_back_page_knows_nobody_s_call_but_the_line_s_own(desk: Desk) -> None:
    """The agent's number is told to no call that the line has not made."""
    for path in ("/ivr/call_back", "/ivr/call_back_join", "/ivr/call_back_over"):
        phone = desk.phone(STRANGER, call=55)
        reply = await phone.post(path, Digits="1")
        assert AGENT not in reply.text
        assert reply.is_over


async def test_a_caller_cannot_walk_into_the_agent_s_page(desk: Desk) -> None:
    phone = desk.phone()
    await phone.dial()

    assert AGENT not in (await phone.post("/ivr/call_back_join", Digits="1")).text


async def test_who_answers_learns_nothing_and_joins_with_1(desk: Desk) -> None:
    await desk.phone().reach("2")
    answered = Handset(desk.world.app, phone=LINE, call_sid=BACK)

    opening = await answered.post("/ivr/call_back")
    assert "Jane" not in opening.said
    assert "not one of the choices" in (await answered.press("7")).said
    dial = (await answered.press("1")).root.find("Dial")

    assert dial is not None
    assert dial.text == AGENT
    assert dial.attrib["callerId"] == LINE
    assert dial.attrib["action"] == "/ivr/call_back_over"


@pytest.mark.parametrize(
    ("status", "said"), [("completed", ""), ("busy", "agents are busy"), ("no-answer", "agents are busy"), ("", "busy")]
)
async def test_how_the_agent_s_leg_ended_is_said(desk: Desk, status: str, said: str) -> None:
    await desk.phone().reach("2")
    answered = Handset(desk.world.app, phone=LINE, call_sid=BACK)
    await answered.post("/ivr/call_back")

    reply = await answered.post("/ivr/call_back_over", DialCallStatus=status)

    assert reply.is_over
    assert said in reply.said
    assert ("agents" in reply.said) == bool(said)


async def test_limits_are_those_of_the_settings_and_a_day_long() -> None:
    desk = desk_with(IVR_CALL_BACKS_PER_DAY="1")

    assert "will call you back" in (await reached(desk, 1)).said
    assert "cannot arrange any more calls" in (await reached(desk, 2)).said
    desk.world.clock.at += 86_401
    assert "will call you back" in (await reached(desk, 3)).said
    assert len(desk.notepad.orders) == 2


async def reached(desk: Desk, call: int) -> Handset:
    phone = desk.phone(call=call)
    await phone.reach("2")
    return phone


# ------------------------------------------------------------ the client

ENVIRON = {
    "TWILIO_AUTH_TOKEN": "fake0secret0of0the0dialler000000",
    "IVR_PUBLIC_URL": "https://line.example/phone",
    "IVR_AGENT_NUMBER": AGENT,
}
WISH = Order(JANE, LINE, "/ivr/call_back", "/ivr/call_status")


def account() -> Twilio:
    twilio = Twilio(now=Clock(), auth_token=ENVIRON["TWILIO_AUTH_TOKEN"])
    twilio.add_number(LINE)
    return twilio


def dialler(twilio: Twilio, **environ: str) -> TwilioDialler:
    settings = read_settings({**ENVIRON, "TWILIO_ACCOUNT_SID": twilio.account.sid, **environ})
    return TwilioDialler(settings, session=InProcessSession({API_URL: twilio_app(twilio)}))


async def test_the_order_is_a_call_of_the_account() -> None:
    twilio = account()

    answer = await dialler(twilio).ring(WISH)

    (call,) = twilio.account.tables.calls.values()
    assert answer == Ordered(call.sid)
    assert (call.to, call.caller, call.direction, call.status) == (JANE, LINE, "outbound-api", "queued")


async def test_what_twilio_is_told_to_ask() -> None:
    """The line may live below a prefix, which is part of the public address already."""
    session = CannedSession(Canned(201, '{"sid": "CA1"}'))
    settings = read_settings({**ENVIRON, "TWILIO_ACCOUNT_SID": "AC" + "0" * 32})

    await TwilioDialler(settings, session=session).ring(WISH)

    ((method, url, options),) = session.asked
    assert (method, url) == ("POST", f"{API_URL}/2010-04-01/Accounts/AC{'0' * 32}/Calls.json")
    assert "Url=https%3A%2F%2Fline.example%2Fphone%2Fivr%2Fcall_back&" in options["data"]
    assert "StatusCallback=https%3A%2F%2Fline.example%2Fphone%2Fivr%2Fcall_status" in options["data"]
    assert "Timeout=30" in options["data"]
    assert options["headers"]["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Canned(401, '{"code": 20003, "message": "Authenticate"}'), "refuses the credentials"),
        (Canned(400, '{"code": 21219, "message": "+17735551234 is not verified"}'), "21219"),
        (Canned(500, "{}"), "in trouble itself"),
        (Canned(201, "<html>a proxy's page</html>"), "makes no sense"),
        (aiohttp.ClientConnectionError("no route"), "cannot be reached"),
        (TimeoutError(), "cannot be reached"),
    ],
)
async def test_whatever_goes_wrong_is_an_answer_without_secrets(
    answer: Canned | Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    session = CannedSession(answer)
    settings = read_settings({**ENVIRON, "TWILIO_ACCOUNT_SID": "AC" + "0" * 32})

    with caplog.at_level(logging.DEBUG):
        result = await TwilioDialler(settings, session=session).ring(WISH)

    assert isinstance(result, NotOrdered)
    assert why in result.why
    assert len(session.asked) == 1, "a second request could be a second call"
    assert JANE not in result.why + caplog.text
    assert ENVIRON["TWILIO_AUTH_TOKEN"] not in result.why + caplog.text


async def test_an_api_key_is_used_when_there_is_one() -> None:
    twilio = account()
    (key,) = twilio.account.api_keys.values()

    client = dialler(twilio, TWILIO_API_KEY=key.sid, TWILIO_API_SECRET=key.secret, TWILIO_AUTH_TOKEN="other")

    assert isinstance(await client.ring(WISH), Ordered)


def test_a_live_line_that_calls_needs_its_account_and_its_address() -> None:
    live = {
        "IVR_BACKEND": "live",
        "OKTA_ORG_URL": "https://o.okta.com",
        "OKTA_API_TOKEN": "x",
        "TWILIO_AUTH_TOKEN": "y",
    }

    with pytest.raises(SettingsError, match="TWILIO_ACCOUNT_SID and IVR_PUBLIC_URL are not set"):
        read_settings({**live, "IVR_AGENT_NUMBER": AGENT})
    with pytest.raises(SettingsError, match="IVR_AGENT_NUMBER is malformed"):
        read_settings({"IVR_AGENT_NUMBER": "5550100"})
