"""What a person can do with the phone, and what they know: one network, its calls, its requests, one mobile.

The screen forwards to it and draws from it. It performs nothing itself: the operator does.
"""

from collections.abc import Callable
from typing import get_args

from simulator.mobile import Text, code_shown, prompt_arrived, text_arrived
from simulator.network import Network, Person
from simulator.numbers import Stir
from simulator.operator.beside import PromptAnswered, TroubleBegan, TroubleEnded
from simulator.operator.clock import WallClock
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.phone.model.calls import MOST as MOST_CALLS
from simulator.phone.model.calls import Calls, PhoneCall
from simulator.phone.model.differences import Moment, differences
from simulator.phone.model.mobile import DeviceState, FactorPreferences
from simulator.phone.model.troubles import TroubleList
from simulator.phone.plain import as_dialled
from simulator.phone.watching import AppStatus
from simulator.timeline.grouping import by_call
from simulator.timeline.traffic import Traffic
from simulator.vocabulary import (
    Answered,
    Ask,
    CallerId,
    Connected,
    Declined,
    HungUp,
    Pressed,
    Rang,
    Ring,
    Sent,
    Spoke,
    Told,
)

FORGET_AT_ONCE = 10
"""Calls whose entries are dropped in one go: to go through the journal for each would cost time at every call."""


class PhoneSession:
    """Holds an open network. `changed` is called after every entry of the journal; it must be quick.

    `keep` is how many calls are remembered; the oldest that are over go first.
    """

    def __init__(
        self, network: Network, clock: WallClock, changed: Callable[[Entry], None], *, keep: int = MOST_CALLS
    ) -> None:
        self.network = network
        self.clock = clock
        self.caller = network.caller
        self.called = network.called
        self.caller_stir = network.operator.exchange.usual_stir
        """How the caller's number is vouched for; None: as is usual for it."""
        self.typed = ""
        """Digits typed while no call is up: the number to be dialled instead."""
        self.calls = Calls(most=keep)
        self.traffic = Traffic()
        self.device = DeviceState(network.mobile)
        self.troubles = TroubleList(network, self.device)
        self.preferences = None if network.preferences is None else FactorPreferences(network.preferences)
        self.mask = Mask()
        """Learns what was typed as it is sent, so that it is unreadable wherever it turns up later."""
        self.shown: PhoneCall | None = None
        """The call on the screen: the newest, unless another one was chosen."""
        self.is_awaiting = False
        """The application is being restarted, as far as anybody watches it."""
        self._is_aside = False
        self._changed = changed
        network.operator.journal.listen(self._take)

    # ------------------------------------------------------------ what a person does

    @property
    def is_recorded(self) -> bool:
        """What is seen is a recording: it can be looked at, and time can be changed, but nobody can call."""
        return self.network.playback is not None

    def dial(self) -> str:
        """Call the typed number, or the one called last; returns the call's sid. Raises UnknownNumberError."""
        number, self.typed = as_dialled(self.typed) or self.called, ""
        sid = self.network.operator.place(caller=self.caller, called=number, caller_id=CallerId(self.caller_stir))
        self.called = number
        return sid

    def redial(self) -> str | None:
        """End the call that was made last and make it anew; returns the new one's sid, None when none was made."""
        last = self.calls.made
        if last is None:
            return None
        if last.is_up:
            self.network.operator.receive(last.sid, HungUp())
        return self.network.operator.place(caller=last.caller, called=last.called, caller_id=last.caller_id)

    def change_stir(self) -> Stir | None:
        """Choose the next way in which the caller's number may be vouched for; return it."""
        ways: tuple[Stir | None, ...] = (None, *get_args(Stir))
        self.caller_stir = ways[(ways.index(self.caller_stir) + 1) % len(ways)]
        return self.caller_stir

    def hear_of(self, news: AppStatus, *, is_waiting: bool) -> str:
        """Make the last call anew once an application that was changed or restarted is ready; return what to say.

        It also stands in the conversation, if there is one.
        """
        self.is_awaiting = is_waiting
        is_dialled = news.is_ready and self.redial() is not None
        words = f"{news.words}: dialled again" if is_dialled else news.words
        if self.shown is not None:
            self.shown.talk.note(self.now, "restart", words)
        return words

    def put_aside(self) -> None:
        """Leave the shown call as it is; the phone is as if there was none, ready for another."""
        self.shown, self._is_aside = None, True

    def press(self, key: str) -> None:
        """Press one key: into the call that is up, else into the number to dial."""
        if self.call_up is None:
            self.typed += key
        elif key != "+":
            self.network.operator.receive(self.call_up.sid, Pressed(key))

    def erase(self) -> None:
        """Take back the last digit of the number to dial."""
        self.typed = self.typed[:-1]

    def speak(self, words: str) -> None:
        """Say something on the shown call."""
        if self.call_up is not None:
            self.network.operator.receive(self.call_up.sid, Spoke(words))

    def hang_up(self) -> None:
        """End the shown call."""
        if self.call_up is not None:
            self.network.operator.receive(self.call_up.sid, HungUp())

    def answer(self) -> None:
        """Pick up the phone that the line rings."""
        if self.second is not None:
            self.network.operator.receive(self.second.sid, Answered())

    def decline(self) -> None:
        """Do not take the call on the phone that the line rings."""
        if self.second is not None:
            self.network.operator.receive(self.second.sid, Declined("declined"))

    def hang_up_second(self) -> None:
        """Hang up the phone that the line has rung."""
        if self.second is not None:
            self.network.operator.receive(self.second.sid, HungUp())

    def hang_up_all(self) -> None:
        """End every call, before the phone is put away."""
        for call in () if self.is_recorded else self.calls.up:
            self.network.operator.receive(call.sid, HungUp())

    def type_code(self) -> bool:
        """Press the newest code of the caller's mobile, and # if the line still waits for the end of it then.

        False when there is no code or no call.
        """
        code, call = self.device.code_to_type, self.call_up
        if code is None or call is None:
            return False
        if self.device.newest_code is None and self.device.shown is not None and not self.is_recorded:
            self.network.operator.note(call.sid, code_shown(self.holder, self.device.shown))
        for key in code:
            self.press(key)
        if call.listening is not None:
            self.press("#")
        return True

    def show(self, step: int) -> None:
        """Look at an earlier (-1) or later (1) call; while none is shown, at the newest."""
        calls = list(self.calls.by_sid.values())
        if self.shown is None and calls:
            self.shown = calls[-1]
        elif self.shown in calls:
            self.shown = calls[max(0, min(len(calls) - 1, calls.index(self.shown) + step))]

    async def look_at_mobile(self) -> bool:
        """Read the mobile; what is new is noted in the conversation. Returns whether there was anything."""
        news = await self.device.look(self.holder)
        if self.call_up is not None and not self.is_recorded:  # a recording has noted it already
            for text in news.texts:
                self.network.operator.note(self.call_up.sid, text_arrived(text))
            for prompt in news.prompts:
                self.network.operator.note(self.call_up.sid, prompt_arrived(self.holder, prompt))
        return bool(news.texts or news.prompts)

    async def answer_prompt(self, *, approve: bool, choice: int | None = None) -> None:
        """Answer the newest prompt."""
        prompt = self.device.newest_prompt
        if prompt is not None:
            await self.device.answer(prompt, approve=approve, choice=choice)
            if self.call_up is not None:
                answered = PromptAnswered(self.holder, prompt.id, approve, choice)
                self.network.operator.note(self.call_up.sid, answered)

    # ------------------------------------------------------------ time

    def set_rate(self, rate: float) -> None:
        """Let time run that fast; 0 stands still."""
        self.clock.set_rate(rate)
        self.stir()

    def jump(self, moment: float | None = None) -> None:
        """Go to the next thing that happens by itself, or to a moment."""
        to = self.due if moment is None else moment
        if to is not None:
            self.device.skip(max(0.0, to - self.clock.now()))
            self.clock.move_to(to)
            self.stir()

    def let_expire(self) -> None:
        """Let time pass until the newest prompt can no longer be answered, or else the newest code has expired."""
        end = self.device.expiring(self.now)
        if end is not None:
            self.jump(end + 1)

    @property
    def due(self) -> float | None:
        """When the next thing that is waited for happens by itself."""
        playback = self.network.playback
        return self.network.operator.next_wait if playback is None else playback.due

    def stir(self) -> None:
        """Have the clock looked at again, after it was changed."""
        (self.network.playback or self.network.operator).stir()

    # ------------------------------------------------------------ what a person knows

    @property
    def now(self) -> float:
        return self.clock.now()

    @property
    def call_up(self) -> PhoneCall | None:
        """The shown call, while it lasts."""
        return self.shown if self.shown is not None and self.shown.is_up else None

    @property
    def others_up(self) -> int:
        """Calls made from this phone that go on without being looked at."""
        return sum(not call.is_rung and call is not self.shown for call in self.calls.up)

    @property
    def second(self) -> PhoneCall | None:
        """The phone of somebody else that the line rings or has rung."""
        return self.calls.rung

    @property
    def holder(self) -> str:
        """Whose mobile is shown: that of the person in the shown call, or of whoever calls next."""
        return self.caller if self.call_up is None else self.call_up.holder

    def person_of(self, number: str) -> Person:
        """Return the person with this number; a stranger has no name."""
        return next((person for person in self.network.people if person.number == number), Person("", number))

    def story(self) -> list[Entry]:
        """Return all that has happened on the shown call and on the phones it has rung, and the trouble that was on."""
        if self.shown is None:
            return []
        first = self.shown.parent or self.shown.sid
        return by_call(self.network.operator.journal.entries).get(first, [])

    def _take(self, entry: Entry) -> None:
        if isinstance(entry.item, Ask):
            self.mask.params(entry.item.params)
            self.device.use(entry.item.params.get("Digits", ""))
        if isinstance(entry.item, Sent):
            self.device.deliver(Text(entry.item.to, entry.item.body, None, entry.at))
        call = self.calls.take(entry)
        if self.is_recorded and isinstance(entry.item, Rang):
            self.caller, self.called = entry.item.caller, entry.item.called
        is_free = self.call_up is None and not (self._is_aside and self.shown is None)
        if isinstance(entry.item, Rang) or (isinstance(entry.item, Ring) and is_free):
            self.shown = call
        if isinstance(entry.item, Connected) and is_free:
            self.shown = call  # it rang while another call was up, such as a call back that was just asked for
        if call is not None:
            self.traffic.take(entry, call.began)
        elif isinstance(entry.item, Told | TroubleBegan | TroubleEnded):
            self.traffic.take(entry, entry.at)
        if call is not None:
            self._say_what_differs(entry, call)
        if isinstance(entry.item, Rang) and len(self.calls.forgotten) >= FORGET_AT_ONCE:
            self._forget()
        self._changed(entry)

    def _say_what_differs(self, entry: Entry, leg: PhoneCall) -> None:
        """Say where a real line would be different; once a call, whichever of its legs it happens to."""
        call = self.calls.by_sid.get(leg.parent or "", leg)
        for difference in differences(Moment(entry.item, leg, self.network.is_token_known)):
            if difference.name not in call.differences:
                call.differences.add(difference.name)
                leg.talk.note(entry.at, "difference", difference.sentence)

    def _forget(self) -> None:
        """Drop what nobody can look at any more; the mask learns anew from what is left."""
        journal = self.network.operator.journal
        journal.forget(self.calls.forgotten)
        self.traffic.forget(self.calls.forgotten)
        self.calls.forgotten.clear()
        self.mask = Mask()
        for entry in journal.entries:
            if isinstance(entry.item, Ask):
                self.mask.params(entry.item.params)
