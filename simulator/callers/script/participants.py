"""Everybody who is on the phone in one script: who it is about, those they dial, other callers. Plays no steps itself.

They share the network, its time and its application; each has a handset, an ear and a device of their own.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

from simulator.callers.handset import Handset
from simulator.callers.script.caller import Caller
from simulator.callers.script.device import Device
from simulator.callers.script.misses import MissedError
from simulator.callers.script.script import Placed
from simulator.callers.time_driver import Pace
from simulator.exchange.urls import resolve
from simulator.mobile import pace_of
from simulator.network import Network
from simulator.operator.clock import Clock
from simulator.timeline.record import CallRecord, DialledLeg
from simulator.troubles import Troubles
from simulator.url_characters import malformed
from simulator.vocabulary import Heard, Ring
from simulator.wires.wire import WireError, WireReply, WireRequest

Perform = Callable[[Placed, Caller], Awaitable[None]]
Tell = Callable[[str, str], None]
_LARGEST_PAGE = 1_000_000


class Participants:
    """The people of one script, in the order they came; the first is the one it is about.

    `perform` plays one step; `tell` is told what somebody (by number) did that no journal knows of.
    """

    def __init__(
        self, network: Network, clock: Clock, called: str, *, pace: Pace | None, perform: Perform, tell: Tell
    ) -> None:
        self.people: list[Caller] = []
        self.called = called
        self.current: Placed | None = None
        self.troubles = Troubles(network.operator, network.troubles)
        self._network = network
        self._clock = clock
        self._pace = pace or pace_of(network.mobile)
        self._perform = perform
        self._tell = tell

    @property
    def main(self) -> Caller:
        """The person that the script is about."""
        return self.people[0]

    @property
    def others(self) -> list[Caller]:
        """Everybody else who has been on the phone."""
        return [each for each in self.people[1:] if each.handset.has_dialled]

    def caller(self, number: str, *, again: bool = False) -> Caller:
        """Return the newest caller from that number; a new one, yet to dial, if there is none or with `again`."""
        for person in () if again else reversed(self.people):
            if person.handset.number == number and person.has_called:
                return person
        return self._enter(number, has_called=True)

    def called_party(self, leg: DialledLeg) -> Caller:
        """The person who is rung on that leg."""
        return self._on(leg.sid) or self.rung(leg.called)

    def rung(self, number: str) -> Caller:
        """Somebody with that number who is being rung, and has not answered yet."""
        return self._enter(number, has_called=False)

    def is_rung(self, number: str) -> bool:
        """The line has called that number on a call of its own."""
        return self._newest_ring(number) is not None

    async def called_back(self, number: str) -> Caller | None:
        """Return the person who answers, or has answered, the newest such call; None when nobody can."""
        sid = self._newest_ring(number)
        if sid is None:
            return None
        person = self._on(sid)
        if person is None and self._network.operator.exchange.call(sid) is not None:
            person = self._enter(number, has_called=False)
            await person.answer(sid)
        return person

    def _on(self, sid: str) -> Caller | None:
        """Return the person who is or was on that leg."""
        return next((each for each in self.people if each.handset.has_dialled and each.record.sid == sid), None)

    def _newest_ring(self, number: str) -> str | None:
        for entry in reversed(self._network.operator.journal.entries):
            if isinstance(entry.item, Ring) and entry.item.parent is None and entry.item.called == number:
                return entry.item.sid
        return None

    def _enter(self, number: str, *, has_called: bool) -> Caller:
        handset = Handset(
            self._network.operator,
            self._clock,
            number,
            pace=self._pace,
            notice=self._look,
            is_watching=self._is_watching,
            is_quick=True,
        )
        device = Device(
            self._network.mobile,
            number,
            spoken=lambda: _spoken(person.record),
            tell=lambda text: self._tell(number, text),
            note=handset.note,
            hesitate=handset.hesitate,
        )
        person = Caller(handset, device, self._network.mobile, self._get_page, self, has_called=has_called)
        self.people.append(person)
        return person

    async def play(self, steps: Sequence[Placed], person: Caller) -> None:
        """Their steps, one after the other; raises MissedError with the step that did not hold."""
        for placed in steps:
            person.current = self.current = placed
            await self._perform(placed, person)

    async def hang_up(self) -> None:
        """Everybody who is still on the phone hangs up, in the order they came."""
        for person in self.people:
            await person.handset.hang_up()
        await self.main.handset.settle()

    async def break_off(self) -> None:
        """The same where the script ends too early: prompts that come now are nobody's business."""
        for person in self.people:
            person.device.forget()
        await self.hang_up()

    def names(self) -> Mapping[str, str]:
        """The people on the other legs, by sid."""
        names = {
            leg.sid: leg.called for person in self.people if person.handset.has_dialled for leg in person.record.dialled
        }
        return names | {person.record.sid: person.handset.number for person in self.others}

    def _is_watching(self) -> bool:
        return any(person.device.is_waiting for person in self.people)

    async def _look(self) -> None:
        for person in self.people:
            await person.device.look()

    async def _get_page(self, path: str) -> WireReply:
        """A plain GET to where the call's first document came from; no signature, no parameters."""
        url = resolve(self.main.record.answers[0][0].url, path)
        if url is None:
            raise MissedError(f"GET {path} is not possible: {malformed(path)}")
        headers = (("Host", urlsplit(url).netloc.rpartition("@")[2]), ("Accept", "*/*"))
        try:
            return await self._network.operator.wire.send(WireRequest("GET", url, headers, b"", _LARGEST_PAGE))
        except WireError as error:
            raise MissedError(f"GET {path} was not answered: {error.reason}") from error


def _spoken(record: CallRecord) -> list[str]:
    heard = [entry.item for entry in record.heard]
    return [each.text for each in heard if isinstance(each, Heard) and each.text]
