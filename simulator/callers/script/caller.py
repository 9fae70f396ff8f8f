"""What the steps of a script act on: a person with a phone, and how far they have got in what happened."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from simulator.callers.handset import Handset
from simulator.callers.script.device import Device
from simulator.callers.script.misses import MissedError
from simulator.callers.script.script import Placed
from simulator.callers.script.variables import SPOKEN_CODE, TOTP_CODE, codes_in, replaced
from simulator.mobile import Mobile, NoMobile, OtherCodes, code_shown, text_arrived
from simulator.operator.journal import Entry
from simulator.timeline.record import CallRecord, DialledLeg, Request
from simulator.troubles import Troubles
from simulator.vocabulary import UNREMARKABLE, Answered, CallerId, Heard
from simulator.wires.wire import WireReply

GetPage = Callable[[str], Awaitable[WireReply]]


class Ear:
    """How far the caller has listened: what comes next starts after what was found last, in the same prompt too."""

    def __init__(self) -> None:
        self._index = 0
        self._offset = 0

    def listen(self, heard: list[Entry], find: Callable[[Heard, int], int | None]) -> Callable[[], bool]:
        """Holds once `find` has found something: given a prompt and where to start in it, it says where that ends."""
        index, offset = self._index, self._offset

        def has_found() -> bool:
            nonlocal index, offset
            while index < len(heard):
                prompt = heard[index].item
                end = find(prompt, offset) if isinstance(prompt, Heard) else None
                if end is not None:
                    self._index, self._offset = index, end
                    return True
                index, offset = index + 1, 0
            return False

        return has_found

    def has_passed(self, index: int) -> bool:
        """The prompt with that index lies before what was found last."""
        return index < self._index


class OtherPeople(Protocol):
    """The other people of the script."""

    @property
    def called(self) -> str:
        """The line's number."""

    @property
    def troubles(self) -> Troubles:
        """What can be broken around them."""

    def caller(self, number: str, *, again: bool) -> "Caller":
        """Return the newest caller from that number; a new one, yet to dial, if there is none or with `again`."""

    def called_party(self, leg: DialledLeg) -> "Caller":
        """Return the person whose phone rings on that leg."""

    def is_rung(self, number: str) -> bool:
        """The line has called that number on a call of its own."""

    async def called_back(self, number: str) -> "Caller | None":
        """Return the person who answers, or has answered, the newest such call; None when nobody can."""

    async def play(self, steps: Sequence[Placed], person: "Caller") -> None:
        """Have somebody play steps."""


@dataclass(slots=True)
class Caller:
    """A person on the phone, playing a script."""

    handset: Handset
    device: Device
    mobile: Mobile
    get_page: GetPage
    company: OtherPeople
    has_called: bool = True
    """They called themselves, rather than being called."""
    ear: Ear = field(default_factory=Ear)
    requests_seen: int = 0
    legs_seen: int = 0
    leg_in_hand: DialledLeg | None = None
    """The dialled leg that was found or dealt with last."""
    expected_warnings: set[int] = field(default_factory=set)
    expects_failure: bool = False
    """A step has said that the application fails this call."""
    current: Placed | None = None

    @property
    def record(self) -> CallRecord:
        """What became of the call so far."""
        return self.handset.record

    async def dial(self, called: str, caller_id: CallerId = UNREMARKABLE) -> None:
        """Call that number."""
        await self.device.begin()
        await self.handset.dial(called, caller_id)

    async def answer(
        self, sid: str, sip_headers: Mapping[str, str] | None = None, *, answered: Answered | None = None
    ) -> None:
        """Take the call that rings on that leg; `answered` says it otherwise than a person does."""
        await self.device.begin()
        await self.handset.answer(sid, sip_headers, answered=answered)

    async def fill(self, text: str) -> str:
        """The text with the codes of this handset in their places."""
        codes = {name: await self._code(name) for name in sorted(codes_in(text))}
        return replaced(text, lambda name: codes.get(name, f"${{{name}}}")) if codes else text

    async def _code(self, name: str) -> str:
        """Noted in the journal, so that it is masked there. Raises MissedError when there is none."""
        number = self.handset.number
        if name == TOTP_CODE:
            shown = await self.mobile.shown(number) if isinstance(self.mobile, OtherCodes) else None
            if shown is None:
                raise MissedError(f"no authenticator app of {number} shows a code", "")
            self.handset.note(code_shown(number, shown))
            return shown.code
        if name == SPOKEN_CODE:
            found = await self.mobile.spoken(number) if isinstance(self.mobile, OtherCodes) else ()
        else:
            found = await self.mobile.texts(number)
        with_code = [each for each in found if each.code]
        if not with_code:
            how = "spoken in a call to" if name == SPOKEN_CODE else "delivered to"
            raise MissedError(f"no code has been {how} {number}", self._texts_so_far(len(found)))
        self.handset.note(text_arrived(with_code[-1]))
        return with_code[-1].code or ""

    def later_requests(self, fits: Callable[[Request], bool]) -> Callable[[], bool]:
        """Holds once a request after the one found last fits; moves on to it."""
        position = self.requests_seen

        def has_found() -> bool:
            nonlocal position
            requests = self.record.requests
            while position < len(requests):
                position += 1
                if fits(requests[position - 1]):
                    self.requests_seen = position
                    return True
            return False

        return has_found

    def later_legs(self, fits: Callable[[DialledLeg], bool]) -> Callable[[], bool]:
        """Holds once somebody dialled after the one found last fits; takes that leg in hand."""
        position = self.legs_seen

        def has_found() -> bool:
            nonlocal position
            dialled = self.record.dialled
            while position < len(dialled):
                position += 1
                if fits(dialled[position - 1]):
                    self.legs_seen, self.leg_in_hand = position, dialled[position - 1]
                    return True
            return False

        return has_found

    async def open_leg(self) -> DialledLeg | None:
        """The leg in hand unless it is over, then the first that is not; the call runs until there is one."""

        def find() -> DialledLeg | None:
            if self.leg_in_hand is not None and self.leg_in_hand.ended is None:
                return self.leg_in_hand
            return next((leg for leg in self.record.dialled if leg.ended is None), None)

        if not await self.handset.until(lambda: find() is not None):
            return None
        self.leg_in_hand = find()
        return self.leg_in_hand

    async def give_way(self, other: "Caller") -> None:
        """The steps inside of this person's current one are played by the other, in the same count of seconds."""
        other.record.began = self.record.began
        if self.current is not None:
            await self.company.play(self.current.inner, other)

    def _texts_so_far(self, count: int) -> str:
        if isinstance(self.mobile, NoMobile):
            return "the texts of this application's identity provider cannot be seen from here"
        return f"{count} text{'' if count == 1 else 's'} without a code arrived" if count else "no text message arrived"
