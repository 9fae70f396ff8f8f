"""What can be broken on purpose from the phone, and what is at the moment. Every switch is in the journal.

Webhooks meet trouble on the wire, prompts on their way to the mobile; what is behind the application can only be broken
by whoever opened the network (`Network.troubles`). What is still on when the phone is put away is mended first.
"""

from dataclasses import dataclass

from simulator.mobile import NoMobile
from simulator.network import Network, Trouble
from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.phone.model.pocket import Pocket
from simulator.wires.trouble import WEBHOOK_TROUBLES, TroubledWire
from simulator.wires.wire import Wire

LOST_PUSH = "lost-push"
_WORDS = {
    "okta-down": ("Okta down", "it answers 503"),
    "okta-slow": ("Okta slow", "it takes a minute to answer"),
    "okta-429": ("Okta rate limited", "its limit is used up"),
    "accounts-down": ("Accounts down", "the accounts API answers 503"),
    "webhook-slow": ("Webhook slow", "it answers when Twilio has given up"),
    "webhook-500": ("Webhook 500", "it answers with status 500"),
    "webhook-refused": ("Webhook refused", "no connection comes about"),
    "webhook-broken": ("Broken TwiML", "the document breaks off"),
    "wrong-signature": ("Wrong signature", "webhooks are signed by somebody else"),
    LOST_PUSH: ("Lost push", "prompts never reach the mobile"),
}
"""What a trouble is called, and what it does in the few words that a small screen has room for."""
_NEEDS_OKTA = "needs the demo, or --okta"
_ELSEWHERE = {
    "okta-down": _NEEDS_OKTA,
    "okta-slow": _NEEDS_OKTA,
    "okta-429": _NEEDS_OKTA,
    "accounts-down": "needs the demo",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One trouble on the list; `why_not` says why it cannot be made here."""

    name: str
    label: str
    meaning: str
    is_on: bool = False
    why_not: str = ""


class Troubles:
    """Switches trouble on and off. Raises SimulatorError or OSError when a party cannot be told."""

    def __init__(self, network: Network, pocket: Pocket) -> None:
        self._network = network
        self._wire: TroubledWire | None = None
        troubles = (*network.troubles, *self._on_the_wire(), *_on_the_mobile(network, pocket))
        self._by_name = {trouble.name: trouble for trouble in troubles}
        self._on: list[str] = []

    @property
    def on(self) -> tuple[Offer, ...]:
        """Those that are on, in the order they began."""
        return tuple(self._offer(self._by_name[name]) for name in self._on)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that could go wrong, also what cannot be made here."""
        lacking = {name: why for name, why in _ELSEWHERE.items() if name not in self._by_name}
        if LOST_PUSH not in self._by_name:
            lacking[LOST_PUSH] = _NEEDS_OKTA
        names = [*(name for name in _WORDS if name in self._by_name or name in lacking)]
        names += [name for name in self._by_name if name not in _WORDS]
        return tuple(
            Offer(name, label_of(name), "", why_not=lacking[name])
            if name in lacking
            else self._offer(self._by_name[name])
            for name in names
        )

    async def switch(self, name: str) -> None:
        """On, or off again; takes effect with the next request, also of calls that are up."""
        trouble = self._by_name[name]
        if name in self._on:
            await self._end(trouble)
        else:
            await trouble.begin()
            self._on.append(name)
            self._network.operator.note("", TroubleBegan(name, trouble.meaning, trouble.party))

    async def end_all(self) -> None:
        """Everything works again."""
        for name in reversed(tuple(self._on)):
            await self._end(self._by_name[name])

    async def _end(self, trouble: Trouble) -> None:
        """A party may mend everything at once: what else is to stay broken there is begun anew."""
        await trouble.end()
        self._on.remove(trouble.name)
        for other in (self._by_name[name] for name in self._on):
            if other.party == trouble.party:
                await other.begin()
        self._network.operator.note("", TroubleEnded(trouble.name, trouble.meaning, trouble.party))

    def _offer(self, trouble: Trouble) -> Offer:
        words = _WORDS[trouble.name][1] if trouble.name in _WORDS else trouble.meaning
        return Offer(trouble.name, label_of(trouble.name), words, trouble.name in self._on)

    # ------------------------------------------------------------ the wire

    def _on_the_wire(self) -> tuple[Trouble, ...]:
        return tuple(self._webhook_trouble(name, meaning) for name, meaning in WEBHOOK_TROUBLES.items())

    def _webhook_trouble(self, name: str, meaning: str) -> Trouble:
        async def begin() -> None:
            if self._wire is None:  # a network without trouble is left as it is
                self._network.operator.intercept(self._through)
            assert self._wire is not None
            self._wire.on.add(name)

        async def end() -> None:
            if self._wire is not None:
                self._wire.on.discard(name)

        return Trouble(name, meaning, begin, end, "application")

    def _through(self, wire: Wire) -> Wire:
        self._wire = TroubledWire(wire)
        return self._wire


def label_of(name: str) -> str:
    """The trouble's name as people say it."""
    return _WORDS[name][0] if name in _WORDS else name.replace("-", " ").capitalize()


def _on_the_mobile(network: Network, pocket: Pocket) -> tuple[Trouble, ...]:
    if isinstance(network.mobile, NoMobile):
        return ()

    async def begin() -> None:
        pocket.is_losing_prompts = True

    async def end() -> None:
        pocket.is_losing_prompts = False

    return (Trouble(LOST_PUSH, "Okta Verify prompts never reach the mobile", begin, end, "mobile"),)
