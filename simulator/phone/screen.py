"""The terminal phone: a Textual application over an `OpenNetwork`, from start to finish. Calls and drawing: `main.py`.

    run(open_demo)

What a person can do stands in `actions.py`, what the phone knows in `model/`, what to draw in `drawing/`.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from functools import partial

import textual
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled

from simulator.errors import SimulatorError
from simulator.network import OpenNetwork
from simulator.operator.clock import WallClock
from simulator.operator.journal import Entry
from simulator.phone.actions import ACTS
from simulator.phone.main import PhoneScreen
from simulator.phone.model.calls import MOST as MOST_CALLS
from simulator.phone.model.calls import PhoneCall
from simulator.phone.model.mobile import factor_name
from simulator.phone.model.session import PhoneSession
from simulator.phone.recorder import Recorder
from simulator.phone.sound.sound import Sound
from simulator.phone.terminal import is_terminal_gone, restoring_terminal
from simulator.phone.themes import DARK, LIGHT
from simulator.phone.watching import Watch
from simulator.printable import one_line, printable
from simulator.stopping import LAST_WORDS, SECONDS, Stop

CLOSING = 0.3
"""Seconds that the network may take to close."""
_HUNG_UP = 129
"""What a shell reports of a program that ended with its terminal."""
MakeClock = Callable[[], WallClock]
MakeSound = Callable[[Callable[[str], None]], Sound]


def run(
    open_network: OpenNetwork,
    *,
    seed: int = 0,
    caller: str | None = None,
    called: str | None = None,
    light: bool = False,
    voice: bool = False,
    keep: int = MOST_CALLS,
    watch: Watch | None = None,
    recorder: Recorder | None = None,
    make_clock: MakeClock | None = None,
    leave_within: float = SECONDS,
) -> int:
    """Show the phone until the person leaves; returns the exit code: 0, or 1 when the network could not be opened.

    `keep` is how many calls are remembered once they are over. An application that is watched is called anew when it
    has restarted. A recorder writes down all that happens. Without `make_clock` time is real. However people leave,
    it takes no longer than `leave_within`.
    """
    app = PhoneApp(
        open_network,
        make_clock or wall_clock,
        seed=seed,
        caller=caller,
        called=called,
        light=light,
        voice=voice,
        keep=keep,
        watch=watch,
        recorder=recorder,
    )
    asking = _Asking(app)
    with Stop(asking.ask, restore=restoring_terminal(), within=leave_within) as stop:
        app.on_quit, app.last_words = stop.begin, leave_within * LAST_WORDS
        asyncio.run(asking.run())
    if app.failure is not None:
        sys.stderr.write(one_line(f"phone: {app.failure}") + "\n")
    return app.return_code or 0


def wall_clock() -> WallClock:
    """Real time at its usual pace."""
    return WallClock(time.monotonic, time.time())


class _Asking:
    """Hang up first when the process is ended from outside, and restore the terminal."""

    def __init__(self, app: "PhoneApp") -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._app.run_async()

    def ask(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._app.call_later, _leave, self._app)


async def _leave(app: "PhoneApp") -> None:
    """Leave; when the window was closed, without Textual's own end, which waits for ever for that terminal."""
    if not is_terminal_gone():
        await app.quit()
        return
    app.phone.go_dark()
    await app.put_away()
    os._exit(_HUNG_UP)


class PhoneApp(App[None]):
    """The phone. `make_clock` is asked once, when the network is opened; `caller` and `called` are chosen first.

    Without a beat nothing is redrawn by itself, for tests that move the clock by hand and call `phone.draw`.
    """

    TITLE = "phone"
    CSS_PATH = "phone.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (118, "-wide")]  # noqa: RUF012 - Textual's way
    VERTICAL_BREAKPOINTS = [(0, "-short"), (38, "-tall")]  # noqa: RUF012 - Textual's way
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("ctrl+q,ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(
        self,
        open_network: OpenNetwork,
        make_clock: MakeClock,
        *,
        seed: int = 0,
        caller: str | None = None,
        called: str | None = None,
        light: bool = False,
        voice: bool = False,
        keep: int = MOST_CALLS,
        watch: Watch | None = None,
        recorder: Recorder | None = None,
        has_beat: bool = True,
        sound: MakeSound = Sound,
    ) -> None:
        super().__init__()
        self.failure: str | None = None
        """Why the network could not be opened, in one sentence."""
        self.session: PhoneSession | None = None
        """None until the network is open."""
        self.phone = PhoneScreen(has_beat=has_beat, written=set() if watch is None else watch.written)
        self.sound = sound(self._say_of_sound)
        self._has_voice = voice
        self._open_network, self._make_clock, self._seed = open_network, make_clock, seed
        self._caller, self._called, self._keep = caller, called, keep
        self._watch = watch
        self._recorder = recorder
        self._life: Worker[None] | None = None
        self._quitting: Worker[None] | None = None
        self._is_away = False
        self.last_words = SECONDS * LAST_WORDS
        """Seconds in which the application may hear that everybody has hung up."""
        self.on_quit: Callable[[], None] = lambda: None
        """Told each time that the person wants to leave."""
        self._callbacks_done = asyncio.Event()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        if light:
            self.theme = LIGHT.name
        else:
            self._begin_dark()

    def _begin_dark(self) -> None:
        """Set the theme as `theme` would, without having Textual read all styles again."""
        self.set_reactive(App.theme, DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.update_classes({f"-theme-{DARK.name}": True, "-dark-mode": True}, update=False)

    def get_default_screen(self) -> Screen[object]:
        """Already in the shape that the terminal's size asks for; Textual would draw another one first."""
        width, height = self.size
        for size, shapes in ((width, self.HORIZONTAL_BREAKPOINTS), (height, self.VERTICAL_BREAKPOINTS)):
            self.phone.add_class(next(shape for least, shape in reversed(shapes) if size >= least), update=False)
        return self.phone

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())  # after Ctrl-Z and fg the terminal is empty
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Open the network only now that something can be seen: its heavy parts take time to import."""
        self._life = self.run_worker(self._live(), name="network")

    async def _live(self) -> None:
        """Open the network and let its operator work until the phone is put away."""
        clock = self._make_clock()
        async with AsyncExitStack() as stack:
            try:
                network = await stack.enter_async_context(self._open_network(clock, seed=self._seed))
            except Exception as error:  # noqa: BLE001 - whatever it is, the person is told in one sentence
                self._fail(error)
                return
            if self._recorder is not None:
                stack.enter_context(self._recorder.following(network.operator.journal, self._say_of_recording))
            session = PhoneSession(network, clock, self._take, keep=self._keep)
            session.caller = self._caller or session.caller
            session.called = self._called or session.called
            if session.preferences is not None:
                with suppress(SimulatorError, OSError):  # whoever chooses a caller is told
                    await session.preferences.read(())  # the palette offers what can be preferred
            self.session = session
            self.phone.open(session)
            if self._has_voice:
                self.sound.turn_on()
            try:
                async with asyncio.TaskGroup() as tasks:
                    if self._watch is not None:
                        tasks.create_task(self._watch.run(self.phone.hear_of))
                    tasks.create_task((network.playback or network.operator).run(clock))
            except* SimulatorError as errors:  # a network elsewhere is gone, and the phone with it
                self.failure = str(_first(errors))
                self.exit(return_code=1)

    def _fail(self, error: Exception) -> None:
        kind = "" if isinstance(error, SimulatorError | OSError) else f"{type(error).__name__}: "
        self.failure = f"the line could not be opened: {kind}{error}"
        self.phone.fail(self.failure)

    def _take(self, entry: Entry) -> None:
        if self.session is not None and not self.session.traffic.has_callbacks_out:
            self._callbacks_done.set()
        self.phone.take(entry)
        self._hear(entry)

    def _hear(self, entry: Entry) -> None:
        if self.sound.is_on and self.session is not None:
            shown, second = self.session.shown, self.session.second
            self.sound.set_rate(self.session.clock.rate)
            self.sound.take(entry, shown=_sid_of(shown), second=_sid_of(second))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notification; whatever it says is plain text."""
        del markup
        super().notify(printable(message), title=title, severity=severity, timeout=timeout, markup=False)

    def _say_of_sound(self, sentence: str) -> None:
        self.notify(sentence, title="Sound")

    def _say_of_recording(self, sentence: str) -> None:
        self.notify(sentence, title="Recording", severity="warning", timeout=30)

    async def action_sound(self) -> None:
        """Switch the sound on or off."""
        if self.sound.is_on:
            await self.sound.turn_off()
            self._say_of_sound("off")
        else:
            self.sound.turn_on()

    async def action_quit(self) -> None:
        """Put the phone away and leave; keys are taken meanwhile, for whoever asks twice."""
        self.on_quit()
        if self._quitting is None:
            self._quitting = self.run_worker(self.quit(), name="quitting")

    async def quit(self) -> None:
        """Put the phone away and leave."""
        await self.put_away()
        self.exit(return_code=0 if self.failure is None else 1)

    async def on_exit_app(self) -> None:
        """Hang up first, also where somebody closes the page of `phone --web`."""
        await self.put_away()

    async def put_away(self) -> None:
        """Hang up, mend what was broken, let the application hear of it as long as there is time, close the network."""
        if self._is_away:
            return
        self._is_away = True
        if self.session is not None:
            self.session.hang_up_all()
            with suppress(SimulatorError, OSError, TimeoutError):  # whoever cannot be told is not there any more
                await asyncio.wait_for(self._say_goodbye(self.session), self.last_words)
        await self.sound.turn_off()
        if self._life is not None:
            self._life.cancel()
            with suppress(WorkerCancelled, TimeoutError):
                await asyncio.wait_for(self._life.wait(), CLOSING)

    async def _say_goodbye(self, session: PhoneSession) -> None:
        await session.troubles.end_all()
        self._callbacks_done.clear()
        if session.traffic.has_callbacks_out and not session.is_recorded:
            await self._callbacks_done.wait()

    def _fatal_error(self) -> None:
        """Textual's own way of showing an unexpected error prints local variables, and those hold what was typed."""
        from rich.segment import Segment, Segments
        from rich.traceback import Traceback

        drawn = self.console.render(Traceback(show_locals=False, suppress=[textual]), self.console.options)
        plain = [Segment(printable(each.text), each.style, each.control) for each in drawn]
        self._exit_renderables.append(Segments(plain))
        self._close_messages_no_wait()

    def action_toggle_light(self) -> None:
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer whatever can be done now in the command palette, and Textual's own."""
        for act in ACTS:
            if self.session is not None and act.is_possible(self.session):
                yield SystemCommand(act.label, act.help, partial(self.phone.run_action, act.action))
        if self.session is not None and not self.session.is_recorded:
            yield from self._trouble_commands(self.session)
            yield from self._preference_commands(self.session)
        for command in super().get_system_commands(screen):
            if command.title not in ("Quit", "Keys", "Screenshot"):  # ours masks what it shows
                yield command

    def _trouble_commands(self, session: PhoneSession) -> Iterable[SystemCommand]:
        """Offer one for each trouble that can be made here, or mended."""
        for offer in session.troubles.offers:
            if not offer.why_not:
                title = f"{'Mend' if offer.is_on else 'Break'}: {offer.label}"
                yield SystemCommand(title, offer.meaning, partial(self.phone.action_switch_trouble, offer.name))

    def _preference_commands(self, session: PhoneSession) -> Iterable[SystemCommand]:
        """Offer one for each factor that whoever calls next can be asked for first."""
        if session.preferences is None:
            return
        name = session.person_of(session.caller).name or session.caller
        for factor in session.preferences.choices:
            title = f"Prefer: {factor_name(factor)}"
            words = f"Ask {name} for this factor first, from the next call on"
            yield SystemCommand(title, words, partial(self.phone.action_prefer, session.caller, factor))


def _sid_of(call: PhoneCall | None) -> str | None:
    return None if call is None else call.sid


def _first(error: BaseException) -> BaseException:
    """The first of the errors in a group, however deep it lies."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
