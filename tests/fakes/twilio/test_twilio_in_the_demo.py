"""The demo's world has an account that owns its number: what `ivr setup twilio` will change, and its callers' texts."""

from fakes.doors import InProcessSession
from fakes.twilio.app import create_app
from fakes.twilio.state import API_URL
from okta_twilio_ivr.world import LINE_NUMBER, LINE_URL, open_world
from simulator.callers.handset import Handset
from simulator.operator.clock import ManualClock
from tests.fakes.door import Clock
from tests.fakes.twilio.account_door import THEIRS, AccountDoor


async def test_the_number_is_set_up_anew_and_the_next_call_follows() -> None:
    clock = ManualClock()
    async with open_world(clock) as world:
        door = AccountDoor(world.twilio, Clock(), API_URL, InProcessSession({API_URL: create_app(world.twilio)}))
        (number,) = await door.client().incoming_phone_numbers.list_async(phone_number=LINE_NUMBER)
        away = Handset(world.network.operator, clock, THEIRS)
        home = Handset(world.network.operator, clock, THEIRS)

        await number.update_async(voice_url=LINE_URL.replace("/welcome", "/nowhere"))
        await away.dial(LINE_NUMBER)
        await away.until(lambda: not away.is_up)
        await number.update_async(voice_url=LINE_URL)
        await home.dial(LINE_NUMBER)
        greeted = await home.until(lambda: home.has_heard("calling"))

    assert number.voice_url == LINE_URL
    assert away.record.ended is not None
    assert away.record.ended.ending == "application-error"
    assert greeted


async def test_a_message_of_the_account_is_on_the_callers_screen() -> None:
    async with open_world(ManualClock()) as world:
        door = AccountDoor(world.twilio, Clock(), API_URL, InProcessSession({API_URL: create_app(world.twilio)}))

        await door.client().messages.create_async(to=THEIRS, from_=LINE_NUMBER, body="We call you back.")

        assert [text.body for text in await world.network.mobile.texts(THEIRS)] == ["We call you back."]


async def test_a_call_back_rings_the_caller() -> None:
    """The line's support call-back: the account calls the customer and says what the line wants to say."""
    clock = ManualClock()
    async with open_world(clock) as world:
        door = AccountDoor(world.twilio, Clock(), API_URL, InProcessSession({API_URL: create_app(world.twilio)}))
        twiml = "<Response><Say>This is your call-back.</Say><Dial>+13125550100</Dial></Response>"

        call = await door.client().calls.create_async(to=THEIRS, from_=LINE_NUMBER, twiml=twiml)
        world.twilio.answer(call.sid)
        await world.network.operator.advance(clock, 10)
        agent, customer = await door.client().calls.list_async()

    assert (customer.sid, customer.status) == (call.sid, "in-progress")
    assert (agent.to, agent.parent_call_sid, agent.status) == ("+13125550100", call.sid, "ringing")
