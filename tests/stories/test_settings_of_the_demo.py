"""The demo heeds the settings that decide what Okta is asked."""

import pytest

from okta_twilio_ivr.world import open_demo
from simulator import Handset, ManualClock
from simulator.errors import WrongUseError
from simulator.operator.beside import OutsideCall


async def test_the_demo_proves_callers_by_the_api_that_is_named() -> None:
    clock = ManualClock()
    async with open_demo(clock, environ={"OKTA_MFA_API": "direct"}) as network:
        phone = Handset(network.operator, clock, "+17735551234")
        await phone.dial(network.called)
        await phone.press("1")
        await phone.press("1")
        (text,) = await network.mobile.texts(phone.number)
        await phone.press(f"{text.code}#")
        items = [entry.item for entry in network.operator.journal.entries]
        asked = [item.path for item in items if isinstance(item, OutsideCall)]

    assert "/oauth2/v1/token" in asked


async def test_a_wrong_setting_is_one_sentence() -> None:
    with pytest.raises(WrongUseError, match="OKTA_MFA_API is malformed"):
        async with open_demo(ManualClock(), environ={"OKTA_MFA_API": "sms"}):
            pass
