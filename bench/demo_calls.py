"""A full call through the line and the fakes, in process: greeting, code by text, balance."""

from bench.measure import Row, best_seconds
from okta_twilio_ivr.world import open_world
from simulator import Handset, ManualClock


async def rows() -> list[Row]:
    clock = ManualClock()
    async with open_world(clock) as world:
        phone = Handset(world.network.operator, clock, world.network.caller)

        async def one_call() -> None:
            await phone.dial(world.network.called)
            await phone.press("1")
            await phone.press("1")
            text = (await world.network.mobile.texts(phone.number))[-1]
            await phone.press(f"{text.code}#")
            await phone.press("1")
            await phone.until(lambda: not phone.is_up)
            assert phone.has_heard("your balance is")
            clock.move_to(clock.now() + 3600)  # the line sends only so many texts an hour

        seconds = await best_seconds(one_call, rounds=20)
    return [
        Row(
            "a full call with a code by SMS, line and fakes included",
            f"{seconds * 1000:.1f} ms",
            "≤ 15 ms",
            seconds <= 0.015,
            seconds * 1000,
        )
    ]
