"""Somebody in front of the phone: presses keys, clicks, waits, looks. Time passes only when they wait."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from simulator.network import OpenNetwork
from simulator.operator.clock import START, WallClock
from simulator.phone.model.session import PhoneSession
from simulator.phone.recorder import Recorder
from simulator.phone.screen import MakeSound, PhoneApp
from simulator.phone.sound.sound import Sound
from simulator.phone.watching import Watch
from tests.phone.bank import Bank, Branch

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "PHONE_GOLDEN_UPDATE"
"""Set this variable to write the golden screens anew, then read the difference."""

ROUNDS = 10
MOST_STEPS = 10_000
BORDERS = str.maketrans(dict.fromkeys("│╭╮╰╯─▌▐▁▂▃▄▅▆▇█", " "))
CHARACTERS = {"enter": "\r", "tab": "\t", "backspace": "\x7f", "space": " ", "escape": "\x1b"}


@dataclass
class Tick:
    """A tick source that stands still until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Visitor:
    """Acts on the phone as a person does."""

    app: PhoneApp
    pilot: Pilot[None]
    tick: Tick
    network: OpenNetwork

    @property
    def session(self) -> PhoneSession:
        assert self.app.session is not None
        return self.app.session

    @property
    def branch(self) -> Branch:
        assert isinstance(self.network, Branch)
        return self.network

    @property
    def bank(self) -> Bank:
        assert self.branch.bank is not None
        return self.branch.bank

    async def press(self, *keys: str) -> None:
        """Press keys of the keyboard, then let everything settle that needs no time."""
        for key in keys:
            named = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            event = events.Key(named, key if len(key) == 1 else CHARACTERS.get(key))
            event.set_sender(self.app)
            assert self.app._driver is not None
            self.app._driver.send_message(event)
            await self.settle()

    async def click(self, selector: str) -> None:
        """Click on what the selector names."""
        await self.pilot.click(selector)
        await self.settle()

    async def settle(self) -> None:
        """Let the application answer and the screen be laid out until nobody has anything to do; no sleep."""
        for _ in range(ROUNDS):
            await self._fall_silent()
            if self.app._exception is not None:
                raise self.app._exception
            if not self.app.is_running or not self._has_news():
                return
            self.app.screen._on_timer_update()

    async def _fall_silent(self) -> None:
        """Until nothing in this thread can go on but by time, or by what comes from outside."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # nobody tells it otherwise
        for _ in range(MOST_STEPS):
            await asyncio.sleep(0)
            if not ready:
                return
        raise RuntimeError("the phone does not come to rest")

    def _has_news(self) -> bool:
        """Whether the screen is to be laid out or painted anew; Textual does it sixty times a second."""
        screen = self.app.screen
        return bool(
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._recompose_required
            or screen._dirty_widgets
            or screen._callbacks
        )

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let everything go on that needs no time on the phone, such as another program's, until it is so."""
        async with asyncio.timeout(30):
            while not is_so():
                await self.settle()

    async def wait(self, seconds: float) -> None:
        """Let that much time pass, with everything that falls into it, one moment after the other."""
        end = self.tick.at + seconds
        while (due := self._due()) is not None and due <= end + 1e-9:
            await self._go_to(due)
        await self._go_to(end)

    def _due(self) -> float | None:
        """The tick at which the next thing happens by itself; None when nothing does, or time stands still."""
        clock, due = self.session.clock, self.session.due
        return None if due is None or not clock.rate else self.tick.at + max(0.0, due - clock.now()) / clock.rate

    async def _go_to(self, moment: float) -> None:
        self.tick.at = max(self.tick.at, moment)
        self.session.stir()
        await self.settle()
        self.app.phone.look()
        self.app.phone.draw()
        await self.settle()

    def screen(self) -> str:
        """What the screen shows, as plain text."""
        size = self.app.size
        console = Console(width=size.width, height=size.height, file=io.StringIO(), record=True, color_system=None)
        render = self.app.screen._compositor.render_update(full=True, screen_stack=self.app._background_screens)
        console.print(render)
        lines = console.export_text(styles=False).splitlines()
        return "\n".join(line.rstrip() for line in lines[: size.height]) + "\n"

    def sees(self, words: str) -> bool:
        """The words stand on the screen, line breaks and borders aside."""
        columns: dict[int, list[str]] = {}
        for line in self.screen().splitlines():
            for number, part in enumerate(line.split("││")):
                columns.setdefault(number, []).append(part.translate(BORDERS))
        text = " ".join(word for column in columns.values() for line in column for word in line.split())
        return " ".join(words.split()) in text

    def compare(self, name: str) -> None:
        """Hold the screen against its golden file."""
        path = GOLDEN / f"{name}.txt"
        if os.environ.get(UPDATE):
            path.write_text(self.screen(), encoding="utf-8")

        assert self.screen() == path.read_text(encoding="utf-8"), f"set {UPDATE}=1 to write {path.name} anew"


def _unpainted(screen: Screen[object]) -> None:
    """In place of Textual's painting, which a terminal that is not there throws away: two fifths of a test's time.

    `Visitor.screen` paints all of it when somebody looks.
    """
    screen._dirty_widgets.clear()
    screen._compositor._dirty_regions.clear()


def clock_at_start(tick: Tick) -> WallClock:
    """A clock that begins where hand-moved ones do."""
    return WallClock(tick, START)


@asynccontextmanager
async def visiting(
    network: OpenNetwork | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    light: bool = False,
    caller: str | None = None,
    sound: MakeSound = Sound,
    make_clock: Callable[[Tick], WallClock] = clock_at_start,
    keep: int = 50,
    watch: Watch | None = None,
    recorder: Recorder | None = None,
) -> AsyncIterator[Visitor]:
    """The phone, started and open (or failed to open)."""
    network, tick = network or Branch(), Tick()
    app = PhoneApp(
        *(network, lambda: make_clock(tick)),
        seed=1,
        light=light,
        caller=caller,
        keep=keep,
        watch=watch,
        recorder=recorder,
        has_beat=False,
        sound=sound,
    )
    with patch.object(Screen, "_compositor_refresh", _unpainted):
        async with app.run_test(size=size, notifications=True) as pilot:
            visitor = Visitor(app, pilot, tick, network)
            while app.session is None and app.failure is None:
                await pilot.pause()
            await visitor.settle()
            yield visitor
