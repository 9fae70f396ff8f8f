"""The list of faults as the phone offers it: what is on, and what cannot be had here, and why."""

from dataclasses import dataclass

from simulator.mobile import NoMobile
from simulator.network import Network, Trouble
from simulator.phone.model.mobile import DeviceState
from simulator.troubles import FAULTS, LOST_PUSH, Troubles, label_of, trouble_of


@dataclass(frozen=True, slots=True)
class Offer:
    """One fault on the list; `why_not` says why it cannot be made here."""

    name: str
    label: str
    meaning: str
    is_on: bool = False
    why_not: str = ""


class TroubleList:
    """Switches trouble on and off. Raises SimulatorError or OSError when a party cannot be told."""

    def __init__(self, network: Network, device: DeviceState) -> None:
        self._troubles = Troubles(network.operator, (*network.troubles, *_on_the_mobile(network, device)))

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that could go wrong, also what cannot be made here."""
        others = (name for name in self._troubles.known if name not in FAULTS)
        return tuple(self._offer(name) for name in (*FAULTS, *others))

    async def switch(self, name: str) -> None:
        """Switch it on, or off again, from the next request on, also of calls that are up."""
        if any(trouble.name == name for trouble in self._troubles.on):
            await self._troubles.end(name)
        else:
            await self._troubles.begin(name)

    async def end_all(self) -> None:
        """End all that is on: everything works again."""
        await self._troubles.end_all()

    def _offer(self, name: str) -> Offer:
        if name not in self._troubles.known:
            return Offer(name, label_of(name), "", why_not=FAULTS[name].needs)
        trouble = self._troubles.known[name]
        short = FAULTS[name].short if name in FAULTS else trouble.meaning
        return Offer(name, label_of(name), short, is_on=trouble in self._troubles.on)


def _on_the_mobile(network: Network, device: DeviceState) -> tuple[Trouble, ...]:
    if isinstance(network.mobile, NoMobile):
        return ()

    async def begin() -> None:
        device.is_losing_prompts = True

    async def end() -> None:
        device.is_losing_prompts = False

    return (trouble_of(LOST_PUSH, begin, end),)
