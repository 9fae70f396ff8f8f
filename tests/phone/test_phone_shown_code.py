"""A caller with an authenticator app: their mobile shows its code and how long it is good, and a key types it."""

import re

from okta_twilio_ivr.world import open_demo
from tests.phone.visitor import visiting

TOM, VIC = "+13055550182", "+16175550164"


async def test_the_code_rolls_on_with_its_remaining_life_and_t_types_it() -> None:
    async with visiting(open_demo, caller=TOM) as visitor:
        await visitor.press("m")
        await visitor.wait(1)
        first = shown(visitor.screen())
        await visitor.wait(31)
        second = shown(visitor.screen())
        await visitor.press("c", "1", "1", "t", "v")
        await visitor.wait(2)

        assert first[0] != second[0]
        assert 0 < second[1] <= 30
        assert visitor.sees("Thank you, Tom")


async def test_a_code_that_was_spoken_is_on_the_mobile_and_t_types_it() -> None:
    async with visiting(open_demo, caller=VIC) as visitor:
        await visitor.press("c", "1", "1", "m")
        assert visitor.sees("A voice calls: Your verification code is")
        await visitor.press("t", "v")
        await visitor.wait(2)

        assert visitor.sees("Thank you, Vic")


async def test_a_mobile_without_such_an_app_shows_none() -> None:
    async with visiting(open_demo, caller="+17735551234") as visitor:
        await visitor.press("m")
        await visitor.wait(1)

        assert not visitor.sees("Authenticator")


def shown(screen: str) -> tuple[str, int]:
    """The code, and the seconds that are left."""
    found = re.search(r"Authenticator (\d{6})\s+0:(\d\d) left", screen)
    assert found is not None, screen
    return found[1], int(found[2])
