"""The phone's one screen: takes keys and clicks, forwards them to the session, draws the panes. Holds no rules."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from simulator.errors import SimulatorError, UnknownNumberError
from simulator.operator.journal import Entry
from simulator.phone.actions import ACTS, KEYPAD, NEEDS
from simulator.phone.model.mobile import factor_name
from simulator.phone.model.session import PhoneSession
from simulator.phone.panes.conversation import Transcript
from simulator.phone.panes.frame import Bar, Keys, TroubleLine, draw_failure, draw_starting, draw_welcome
from simulator.phone.panes.handset import Display, Handset, OtherPhone, display_of, draw_status
from simulator.phone.panes.inspector import Inspector, Timeline
from simulator.phone.panes.mobile import Mobile
from simulator.phone.panes.pieces import Drawn
from simulator.phone.panes.sequence import Diagram, SequencePane
from simulator.phone.watching import AppStatus
from simulator.vocabulary import Pressed, Replied, Sent, Told

if TYPE_CHECKING:
    from simulator.phone.dialogs import Kept

FRAME = 1 / 15
"""Seconds between two drawings of what moves by itself: words, timers, countdowns."""
LOOK = 0.5
"""Seconds between two looks at the mobile."""


class PhoneScreen(Screen[object]):
    """Handset, conversation, mobile, inspector; tabs where there is no room for all."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        *(Binding(act.keys, act.action, act.label, show=act.is_in_footer) for act in ACTS),
        *(Binding(name, f"press('{key}')", key, show=False) for key, name in KEYPAD.items()),
    ]

    def __init__(self, *, has_beat: bool, written: set[Path]) -> None:
        """Without a beat nothing moves by itself: whoever lets time pass draws. Files it writes go into `written`."""
        super().__init__()
        self._has_beat = has_beat
        self.pane = "conversation"
        self._beside = "inspector"
        self._session: PhoneSession | None = None
        self._failure: str | None = None
        self._bar, self._handset, self._transcript = Bar(id="bar"), Handset(id="handset"), Transcript(id="conversation")
        self._inspector, self._mobile = Inspector(id="inspector"), Mobile(id="mobile")
        self._sequence = SequencePane(id="sequence")
        self._second, self._trouble = OtherPhone(id="second"), TroubleLine(id="trouble")
        self._body, self._status = Container(id="body", classes=self._panes), Drawn(id="status")
        self._keys = Keys(id="keys")
        self._is_stale = self._is_looking = self._is_dark = False
        self._pressed: list[str] = []
        self._has_mobile_news = False
        self._possible: tuple[object, ...] = ()
        self._written = written

    def compose(self) -> ComposeResult:
        yield self._bar
        with self._body:
            yield self._handset
            yield self._transcript
            yield self._inspector
            yield self._sequence
            yield self._mobile
        yield self._second
        yield self._trouble
        yield self._status
        yield self._keys

    @property
    def _panes(self) -> str:
        """The classes of the body: which pane is turned to, and which one stands beside the conversation."""
        return f"-{self.pane} -{self._beside}-beside"

    def on_mount(self) -> None:
        self.action_pane(self.pane)
        if self._has_beat:
            self.set_interval(FRAME, self.draw)
            self.set_interval(LOOK, self.look)

    # ------------------------------------------------------------ what it is told

    @property
    def session(self) -> PhoneSession:
        """The open session; only asked by actions that need one."""
        assert self._session is not None
        return self._session

    def open(self, session: PhoneSession) -> None:
        """Take the open network: from now on there is something to call with."""
        self._session = session
        self.draw()

    def fail(self, reason: str) -> None:
        """Show that the network could not be opened."""
        self._failure = reason
        self.draw()

    def go_dark(self) -> None:
        """Draw no more: nobody is looking."""
        self._is_dark = True

    def hear_of(self, news: AppStatus, is_waiting: bool) -> None:
        """Say that the application was changed or restarted; before the first call beside the conversation."""
        words = self.session.hear_of(news, is_waiting=is_waiting)
        if self.session.shown is None:
            self.notify(words, title="Application")
        self.draw()

    def take(self, entry: Entry) -> None:
        """Draw what happened on a call at the next opportunity, once for all that happened together."""
        if isinstance(entry.item, Pressed):
            self._pressed.append(entry.item.key)
        if isinstance(entry.item, Replied | Told | Sent):
            self.call_later(self.look)  # what an application sends to the mobile, it has sent before it answers
        if not self._is_stale:
            self._is_stale = True
            self.call_later(self.draw)

    # ------------------------------------------------------------ drawing

    def draw(self) -> None:
        """Show everything as it is at this moment."""
        self._is_stale = False
        if self._is_dark:
            return
        if self._session is None:
            self._draw_closed()
        else:
            self._draw_session(self._session)
            self._draw_keys(self._session)

    def _draw_closed(self) -> None:
        self._bar.draw("phone", self.pane, {})
        self._handset.draw(Display("starting", "", "", "no line" if self._failure else "starting", ""))
        self._transcript.draw(None, 0.0, draw_failure(self._failure) if self._failure else draw_starting())

    def _draw_session(self, session: PhoneSession) -> None:
        call, now, caller = session.shown, session.now, session.person_of(session.holder)
        self._handset.draw(display_of(call, caller, session.called, session.typed, now))
        self._transcript.draw(None if call is None else call.talk, now, draw_welcome())
        self._inspector.draw(session.traffic, session.mask, now)
        self._sequence.draw(None if call is None else call.sequence, session.traffic, session.mask)
        self._mobile.draw(caller.name, session.device, now, can_type=NEEDS["type_code"](session))
        self._bar.draw(session.network.title or "phone", self.pane, self._marks(session))
        self._status.draw(
            draw_status(
                *(call, caller, session.called, now, session.clock.rate),
                is_recorded=session.is_recorded,
                is_awaiting=session.is_awaiting,
                others=session.others_up,
            )
        )
        self._second.draw(session.second, session.person_of, now)
        self._trouble.draw(session.calls.troubles, can_mend=not session.is_recorded)
        self.set_class(session.second is not None, "-second")
        self.set_class(bool(session.calls.troubles), "-trouble")
        while self._pressed:
            self._handset.light_up(self._pressed.pop())

    def _draw_keys(self, session: PhoneSession) -> None:
        """Draw the keys anew only when what can be done has changed."""
        possible = tuple(needs(session) for needs in NEEDS.values())
        if possible != self._possible:
            self._possible = possible
            self.refresh_bindings()
            self._keys.draw(act for act in ACTS if act.is_in_footer and act.is_possible(session))

    def _marks(self, session: PhoneSession) -> dict[str, str]:
        self._has_mobile_news = self._has_mobile_news and self.pane != "mobile"
        warnings = 0 if session.shown is None else session.shown.warnings
        return {"mobile": "●" if self._has_mobile_news else "", "inspector": f"▲{warnings}" if warnings else ""}

    # ------------------------------------------------------------ the mobile

    def look(self) -> None:
        """Look at the mobile, unless the last look is not over yet."""
        if self._session is not None and not self._is_looking:
            self._is_looking = True
            self.run_worker(self._look(self._session), name="mobile")

    async def _look(self, session: PhoneSession) -> None:
        try:
            self._has_mobile_news |= await session.look_at_mobile()
        finally:
            self._is_looking = False
        self.draw()

    # ------------------------------------------------------------ what a person does

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        needs: Callable[[PhoneSession], bool] | None = NEEDS.get(action)
        if needs is None:
            return super().check_action(action, parameters)
        return self._session is not None and needs(self._session)

    def action_press(self, key: str) -> None:
        if self.session.call_up is not None:
            self.session.press(key)  # what comes of it is drawn when it has happened: the line hears of it first
            return
        self._pressed.append(key)
        self.session.press(key)
        self.draw()

    def action_erase(self) -> None:
        self.session.erase()
        self.draw()

    def action_call(self) -> None:
        try:
            self.session.dial()
        except UnknownNumberError as error:
            self.notify(str(error), title="Not in service", severity="error")
        self.draw()

    def action_redial(self) -> None:
        self.session.redial()
        self.draw()

    def action_put_aside(self) -> None:
        self.session.put_aside()
        self.draw()

    def action_hang_up(self) -> None:
        self.session.hang_up()

    def action_answer(self) -> None:
        self.session.answer()

    def action_decline(self) -> None:
        self.session.decline()

    def action_hang_up_second(self) -> None:
        self.session.hang_up_second()

    def action_turn_call(self, step: int) -> None:
        self.session.show(step)
        self.draw()

    async def action_choose_caller(self) -> None:
        from simulator.phone.caller_dialog import ChooseCaller

        session = self.session
        if session.preferences is not None:
            await self._tell(session.preferences.read(person.number for person in session.network.people))
        dialog = ChooseCaller(
            *(session.network.people, session.caller, session.preferences, self._tell),
            stir=session.caller_stir,
            change_stir=session.change_stir,
        )
        self.app.push_screen(dialog, self._set_caller)

    async def action_prefer(self, number: str, factor: str) -> None:
        """Have a person be asked for this factor first."""
        if self.session.preferences is not None and await self._tell(self.session.preferences.prefer(number, factor)):
            who = self.session.person_of(number).name or number
            self.notify(f"{who}: {factor_name(factor)} first", title="From the next call on")

    def _set_caller(self, number: str | None) -> None:
        if number is not None:
            self.session.caller = number
            self.look()
            self.draw()

    def action_speak(self) -> None:
        from simulator.phone.dialogs import SayWords

        self.app.push_screen(SayWords(), self._speak)

    def _speak(self, words: str | None) -> None:
        if words is not None:
            self.session.speak(words)

    def action_type_code(self) -> None:
        self._has_mobile_news = False
        self.session.type_code()

    async def action_approve(self) -> None:
        from simulator.phone.dialogs import ChooseNumber

        prompt = self.session.device.newest_prompt
        if prompt is not None and prompt.choices:
            self.app.push_screen(ChooseNumber(prompt.choices), self.action_approve_number)
        else:
            await self._answer(approve=True)

    async def action_approve_number(self, number: int | None) -> None:
        if number is not None:
            await self._answer(approve=True, choice=number)

    async def action_deny(self) -> None:
        await self._answer(approve=False)

    async def _answer(self, *, approve: bool, choice: int | None = None) -> None:
        self._has_mobile_news = False
        await self.session.answer_prompt(approve=approve, choice=choice)
        if self.session.device.trouble is not None:
            self.notify(self.session.device.trouble, title="The mobile", severity="warning")
        self.draw()

    def action_expire(self) -> None:
        self.session.let_expire()

    def action_trouble(self) -> None:
        from simulator.phone.dialogs import MakeTrouble

        troubles = self.session.troubles
        self.app.push_screen(MakeTrouble(lambda: troubles.offers, self.action_switch_trouble, self.action_mend))

    async def action_switch_trouble(self, name: str) -> None:
        """Switch it on, or off again."""
        await self._tell(self.session.troubles.switch(name))

    async def action_mend(self) -> None:
        await self._tell(self.session.troubles.end_all())

    async def _tell(self, order: Awaitable[None]) -> bool:
        """Have a party behind the application do something; that it does not is a sentence. Returns whether it did."""
        try:
            await order
        except (SimulatorError, OSError, LookupError) as error:
            self.notify(str(error), title="Not done", severity="error")
            return False
        finally:
            self.draw()
        return True

    def action_pause(self) -> None:
        self.session.set_rate(1 if self.session.clock.rate == 0 else 0)

    def action_faster(self) -> None:
        self.session.set_rate(1 if self.session.clock.rate == 4 else 4)

    def action_jump(self) -> None:
        self.session.jump()

    def action_pane(self, pane: str) -> None:
        """Turn to a pane: it is shown where there is no room for all, and takes the keys that scroll."""
        self.pane = pane
        if pane != "conversation":
            self._beside = pane
        if self._body.classes != set(self._panes.split()):
            self._body.set_classes(self._panes)  # one change of classes, one new layout
        scrolls: dict[str, Widget] = {
            "conversation": self._transcript,
            "mobile": self._mobile.query_one("#texts"),
            "inspector": self._inspector.query_one(Timeline),
            "sequence": self._sequence.query_one(Diagram),
        }
        self.set_focus(scrolls[pane])
        self.draw()

    def action_keep(self) -> None:
        from simulator.phone.dialogs import KeepCall

        session = self.session
        began = min((entry.at for entry in session.story()), default=session.now)
        self.app.push_screen(KeepCall(began), self._keep)

    def _keep(self, kept: "Kept | None") -> None:
        """Write what was asked for; only now that the dialog is gone can the screen itself be drawn."""
        from simulator.phone.sharing.keeping import keep, screenshot

        if kept is None:
            return
        self._written.add(kept.path.resolve())
        try:
            if kept.form is None:
                screenshot(self.app.export_screenshot(title="phone"), self.session.story(), kept.path)
            else:
                keep(self.session.story(), kept.form, kept.path)
        except SimulatorError as error:
            self.notify(str(error), title="Not written", severity="error")
            return
        self.notify(f"{kept.path}", title="Written")

    def action_help(self) -> None:
        from simulator.phone.dialogs import Help

        self.app.push_screen(Help())
