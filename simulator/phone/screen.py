"""The terminal phone: a Textual application over an `OpenNetwork`, from start to finish. Calls and drawing: `main.py`.

    run(open_demo)

What a person can do stands in `actions.py`, what the phone knows in `model/`, what to draw in `drawing/`.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from functools import partial

import textual
from textual.app import App, SystemCommand
from textual.binding import Binding
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
from simulator.phone.model.desk import Desk
from simulator.phone.model.preferences import factor_name
from simulator.phone.sound.sound import Sound
from simulator.phone.terminal import is_terminal_gone
from simulator.phone.themes import DARK, LIGHT
from simulator.phone.watching import Watch

LAST_WORDS = 2.0
"""Seconds that status callbacks may take after the phone was hung up to leave."""
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
    make_clock: MakeClock | None = None,
) -> int:
    """Show the phone until the person leaves; returns the exit code: 0, or 1 when the network could not be opened.

    `keep` is how many calls are remembered once they are over. An application that is watched is called anew when it
    has restarted. Without `make_clock` time is real.
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
    )
    asyncio.run(_run(app))
    if app.failure is not None:
        sys.stderr.write(f"phone: {app.failure}\n")
    return app.return_code or 0


def wall_clock() -> WallClock:
    """Real time at its usual pace."""
    return WallClock(time.monotonic, time.time())


async def _run(app: "PhoneApp") -> None:
    """Whatever ends the process from outside hangs up first, and the terminal is put back as it was."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):  # not on every system
            loop.add_signal_handler(getattr(signal, name), lambda: app.call_later(_leave, app))
    await app.run_async()


async def _leave(app: "PhoneApp") -> None:
    """Leave; when the window was closed, without Textual's own end, which waits for ever for that terminal."""
    if not is_terminal_gone():
        await app.action_quit()
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
    BINDINGS = [Binding("ctrl+q,ctrl+c", "quit", "Quit", show=False, priority=True)]  # noqa: RUF012 - Textual's way

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
        has_beat: bool = True,
        sound: MakeSound = Sound,
    ) -> None:
        super().__init__()
        self.failure: str | None = None
        """Why the network could not be opened, in one sentence."""
        self.desk: Desk | None = None
        """None until the network is open."""
        self.phone = PhoneScreen(has_beat=has_beat)
        self.sound = sound(self._say_of_sound)
        self._has_voice = voice
        self._open_network, self._make_clock, self._seed = open_network, make_clock, seed
        self._caller, self._called, self._keep = caller, called, keep
        self._watch = watch
        self._life: Worker[None] | None = None
        self._callbacks_done = asyncio.Event()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        if light:
            self.theme = LIGHT.name
        else:
            self._begin_dark()

    def _begin_dark(self) -> None:
        """As setting `theme` would, without having Textual read all styles again after it has read them."""
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
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Only now that something can be seen are the heavy parts imported, by whoever opens the network."""
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
            self.desk = Desk(network, clock, self._take, keep=self._keep)
            self.desk.caller = self._caller or self.desk.caller
            self.desk.called = self._called or self.desk.called
            self.phone.open(self.desk)
            if self._has_voice:
                self.sound.turn_on()
            async with asyncio.TaskGroup() as tasks:
                if self._watch is not None:
                    tasks.create_task(self._watch.run(self.phone.hear_of))
                tasks.create_task((network.playback or network.operator).run(clock))

    def _fail(self, error: Exception) -> None:
        kind = "" if isinstance(error, SimulatorError | OSError) else f"{type(error).__name__}: "
        self.failure = f"the line could not be opened: {kind}{error}"
        self.phone.fail(self.failure)

    def _take(self, entry: Entry) -> None:
        if self.desk is not None and not self.desk.traffic.has_callbacks_out:
            self._callbacks_done.set()
        self.phone.take(entry)
        self._hear(entry)

    def _hear(self, entry: Entry) -> None:
        if self.sound.is_on and self.desk is not None:
            shown, second = self.desk.shown, self.desk.second
            self.sound.set_rate(self.desk.clock.rate)
            self.sound.take(entry, shown=_sid_of(shown), second=_sid_of(second))

    def _say_of_sound(self, sentence: str) -> None:
        self.notify(sentence, title="Sound", markup=False)

    async def action_sound(self) -> None:
        """On or off."""
        if self.sound.is_on:
            await self.sound.turn_off()
            self._say_of_sound("off")
        else:
            self.sound.turn_on()

    async def action_quit(self) -> None:
        """Put the phone away and leave."""
        await self.put_away()
        self.exit(return_code=0 if self.failure is None else 1)

    async def on_exit_app(self) -> None:
        """Also whoever closes the page of `phone --web` hangs up first."""
        await self.put_away()

    async def put_away(self) -> None:
        """Mend what was broken, hang up, let the application hear of it, close the network."""
        if self.desk is not None:
            with suppress(SimulatorError, OSError, TimeoutError):  # whoever cannot be told is not there any more
                await asyncio.wait_for(self.desk.troubles.end_all(), LAST_WORDS)
            self.desk.hang_up_all()
            self._callbacks_done.clear()
            if self.desk.traffic.has_callbacks_out and not self.desk.is_recorded:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._callbacks_done.wait(), LAST_WORDS)
        await self.sound.turn_off()
        if self._life is not None:
            self._life.cancel()
            with suppress(WorkerCancelled, TimeoutError):
                await asyncio.wait_for(self._life.wait(), LAST_WORDS)

    def _fatal_error(self) -> None:
        """Textual's own way of showing an unexpected error prints local variables, and those hold what was typed."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        traceback = Traceback(show_locals=False, suppress=[textual])
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()

    def action_toggle_light(self) -> None:
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette offers whatever can be done now, and Textual's own."""
        for act in ACTS:
            if self.desk is not None and act.is_possible(self.desk):
                yield SystemCommand(act.label, act.help, partial(self.phone.run_action, act.action))
        if self.desk is not None and not self.desk.is_recorded:
            yield from self._trouble_commands(self.desk)
            yield from self._preference_commands(self.desk)
        for command in super().get_system_commands(screen):
            if command.title not in ("Quit", "Keys", "Screenshot"):  # ours masks what it shows
                yield command

    def _trouble_commands(self, desk: Desk) -> Iterable[SystemCommand]:
        """One for each trouble that can be made here, or mended."""
        for offer in desk.troubles.offers:
            if not offer.why_not:
                title = f"{'Mend' if offer.is_on else 'Break'}: {offer.label}"
                yield SystemCommand(title, offer.meaning, partial(self.phone.action_switch_trouble, offer.name))

    def _preference_commands(self, desk: Desk) -> Iterable[SystemCommand]:
        """One for each factor that whoever calls next can be asked for first."""
        if desk.wishes is None:
            return
        name = desk.person_of(desk.caller).name or desk.caller
        for factor in desk.wishes.choices:
            title = f"Prefer: {factor_name(factor)}"
            words = f"Ask {name} for this factor first, from the next call on"
            yield SystemCommand(title, words, partial(self.phone.action_prefer, desk.caller, factor))


def _sid_of(call: PhoneCall | None) -> str | None:
    return None if call is None else call.sid
