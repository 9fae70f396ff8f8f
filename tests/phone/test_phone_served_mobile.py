"""A mobile with a clock of its own, as `--okta` gives the phone: what the person skips, it is told to skip too."""

from simulator.mobile import NoMobile
from simulator.phone.model.mobile import DeviceState


class ServedMobile(NoMobile):
    """Only remembers how far its clock was moved."""

    def __init__(self) -> None:
        self.moved: list[float] = []

    async def let_pass(self, seconds: float) -> None:
        self.moved.append(seconds)


async def test_skipped_time_reaches_the_mobile_with_the_next_look() -> None:
    mobile = ServedMobile()
    device = DeviceState(mobile)

    device.skip(290.0)
    device.skip(11.0)
    await device.look("+17735551234")
    await device.look("+17735551234")

    assert mobile.moved == [301.0]


async def test_a_mobile_without_a_clock_is_left_alone() -> None:
    device = DeviceState(NoMobile())

    device.skip(301.0)
    await device.look("+17735551234")

    assert device.trouble is None
