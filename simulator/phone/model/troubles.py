"""The list of what can be broken from the phone: names and words for people, and what cannot be had here, and why."""

from dataclasses import dataclass

from simulator.mobile import NoMobile
from simulator.network import Network, Trouble
from simulator.phone.model.pocket import Pocket
from simulator.troubles import ELSEWHERE, NEEDS_OKTA, Troubles

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


@dataclass(frozen=True, slots=True)
class Offer:
    """One trouble on the list; `why_not` says why it cannot be made here."""

    name: str
    label: str
    meaning: str
    is_on: bool = False
    why_not: str = ""


class TroubleList:
    """Switches trouble on and off. Raises SimulatorError or OSError when a party cannot be told."""

    def __init__(self, network: Network, pocket: Pocket) -> None:
        self._troubles = Troubles(network.operator, (*network.troubles, *_on_the_mobile(network, pocket)))

    @property
    def on(self) -> tuple[Offer, ...]:
        """Those that are on, in the order they began."""
        return tuple(_offer(trouble, is_on=True) for trouble in self._troubles.on)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that could go wrong, also what cannot be made here."""
        known, on = self._troubles.known, {trouble.name for trouble in self._troubles.on}
        lacking = {name: why for name, why in ELSEWHERE.items() if name not in known}
        if LOST_PUSH not in known:
            lacking[LOST_PUSH] = NEEDS_OKTA
        names = [*(name for name in _WORDS if name in known or name in lacking)]
        names += [name for name in known if name not in _WORDS]
        return tuple(
            Offer(name, label_of(name), "", why_not=lacking[name])
            if name in lacking
            else _offer(known[name], is_on=name in on)
            for name in names
        )

    async def switch(self, name: str) -> None:
        """On, or off again; takes effect with the next request, also of calls that are up."""
        if any(trouble.name == name for trouble in self._troubles.on):
            await self._troubles.end(name)
        else:
            await self._troubles.begin(name)

    async def end_all(self) -> None:
        """Everything works again."""
        await self._troubles.end_all()


def _offer(trouble: Trouble, *, is_on: bool) -> Offer:
    words = _WORDS[trouble.name][1] if trouble.name in _WORDS else trouble.meaning
    return Offer(trouble.name, label_of(trouble.name), words, is_on)


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
