"""The handset, the phone that the line rings, and the status bar. Every click is an action of the phone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content

from simulator.network import Person
from simulator.phone.model.calls import PhoneCall
from simulator.phone.panes.conversation import shown_keys
from simulator.phone.panes.pieces import Cap, Drawn
from simulator.phone.plain import for_reading, minutes
from simulator.printable import printable
from simulator.timeline.conversation import Typed
from simulator.vocabulary import Listening

Phase = Literal["starting", "ready", "ringing", "in-call", "ended"]
_PHASES: dict[Phase, tuple[str, str]] = {
    "starting": ("…", "$foreground-muted"),
    "ready": ("○", "$foreground-muted"),
    "ringing": ("◌", "$text-warning"),
    "in-call": ("●", "$text-success"),
    "ended": ("○", "$foreground-muted"),
}
LETTERS = {
    "1": "", "2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO",
    "7": "PQRS", "8": "TUV", "9": "WXYZ", "*": "", "0": "+", "#": "",
}  # fmt: skip
_NAMES = {"*": "star", "#": "hash"}


@dataclass(frozen=True, slots=True)
class Display:
    """The four lines of the display, and the phase that colours it."""

    phase: Phase
    who: str
    number: str
    status: str
    keys: str


class Handset(Vertical):
    """A telephone in the hand."""

    def compose(self) -> ComposeResult:
        yield Cap("", "screen.choose_caller", id="display", tooltip="Choose who is calling (p)")
        with Grid(id="keypad"):
            for key, letters in LETTERS.items():
                face = Content.assemble((key, "bold"), (f"\n{letters}", "$foreground-muted"))
                yield Cap(face, f"screen.press('{key}')", id=f"key-{_NAMES.get(key, key)}", classes="key")
        with Horizontal(id="hooks"):
            yield Cap("✆ Call", "screen.call", id="call", classes="button -go", tooltip="Call (c)")
            yield Cap("✕ Hang up", "screen.hang_up", id="hang-up", classes="button -stop", tooltip="Hang up (h)")

    def draw(self, shown: Display) -> None:
        """Show this on the display; the hook that can be used lights up."""
        self.query_one("#display", Cap).draw(draw_display(shown))
        is_up = shown.phase in ("ringing", "in-call")
        self.set_class(shown.phase == "in-call", "-in-call")
        self.query_one("#call").set_class(is_up or shown.phase == "starting", "-off")
        self.query_one("#hang-up").set_class(not is_up, "-off")

    def light_up(self, key: str) -> None:
        """Show that the key was pressed, by whatever means."""
        if key not in LETTERS:
            return  # a recording does not tell which key of a code it was
        for cap in self.query(f"#key-{_NAMES.get(key, key)}").results(Cap):
            cap.light_up()


class OtherPhone(Horizontal):
    """Shown while there is such a phone."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="second-state")
        yield Cap(_hook("y", "Answer"), "screen.answer", id="answer", classes="small -go")
        yield Cap(_hook("n", "Decline"), "screen.decline", id="decline", classes="small -stop")
        yield Cap(_hook("k", "Hang up"), "screen.hang_up_second", id="hang-up-second", classes="small -stop")

    def draw(self, call: PhoneCall | None, person_of: Callable[[str], Person], now: float) -> None:
        """Show this leg at this moment, or nothing."""
        self.display = call is not None
        if call is None:
            return
        self.query_one("#second-state", Drawn).draw(draw_second(call, person_of(call.called), now))
        self.query_one("#answer").display = call.is_ringing
        self.query_one("#decline").display = call.is_ringing
        self.query_one("#hang-up-second").display = not call.is_ringing


def display_of(call: PhoneCall | None, caller: Person, called: str, typed: str, now: float) -> Display:
    """Fill the display: of the shown call, or of the number about to be dialled."""
    who = printable(caller.name or for_reading(caller.number))
    is_left = call is not None and not call.is_up and call.caller != caller.number
    if typed and (call is None or not call.is_up):
        return Display("ready", who, typed, "not called yet", "")
    if call is None or is_left:
        return Display("ready", who, for_reading(called), "ready to call", "")
    keys = "".join(shown_keys(item) for item in call.talk.items if isinstance(item, Typed))[-24:]
    if not call.is_up:
        return Display("ended", who, for_reading(call.called), _ended(call), keys)
    if call.connected_at is None:
        return Display("ringing", who, for_reading(call.called), "ringing", keys)
    return Display("in-call", who, for_reading(call.called), f"in call {minutes(call.seconds(now))}", keys)


def draw_display(shown: Display) -> Content:
    """Four lines: who calls, the number, where the call stands, the keys typed."""
    sign, style = _PHASES[shown.phase]
    return Content.assemble(
        (f"{shown.who}\n", "$foreground-muted"),
        (f"{shown.number}\n", "bold $foreground"),
        (f"{sign} {shown.status}\n", style),
        (shown.keys, "$text-primary"),
    )


def draw_second(call: PhoneCall, person: Person, now: float) -> Content:
    """Draw the other phone: whose it is, and whether it rings or talks."""
    name = f"{printable(person.name)}  " if person.name else ""
    sign, style, what = (
        ("◌", "$text-warning", "rings")
        if call.is_ringing
        else ("●", "$text-success", f"on the line {minutes(call.seconds(now))}")
    )
    return Content.assemble(
        (f" {sign} ", style), (name, "bold"), (printable(for_reading(call.called)), "bold"), (f"  {what}", style)
    )


def draw_status(
    call: PhoneCall | None,
    caller: Person,
    called: str,
    now: float,
    rate: float,
    *,
    is_recorded: bool = False,
    is_awaiting: bool = False,
    others: int = 0,
) -> Content:
    """Draw the status bar: who calls whom, where the call stands, how time runs, warnings, what the call waits for.

    The last parts are the first to be cut off where it is narrow.
    """
    to = call.called if call is not None else called
    parts: list[Content] = [
        Content.assemble((f" {printable(caller.name)}" if caller.name else "", "bold")),
        Content.assemble((f"{for_reading(caller.number)} → {for_reading(to)}", "$foreground-muted")),
        _state(call, now) if call is not None or not others else Content(""),
    ]
    if others:
        parts.append(Content.assemble((f"● {others} other{'s' if others != 1 else ''} up [ ]", "$text-success")))
    if is_awaiting:
        parts.append(Content.assemble(("↻ waiting for the application", "$text-accent")))
    if is_recorded:
        parts.append(Content.assemble(("recording", "$text-accent")))
    if rate != 1:
        parts.append(Content.assemble(("⏸ paused" if rate == 0 else f"⏩ {rate:g}×", "$text-accent")))
    if call is not None and call.warnings:
        parts.append(Content.assemble((f"▲ {call.warnings}", "$text-warning")))
    if call is not None and call.listening is not None:
        parts.append(Content.assemble((_awaits(call.listening), "$foreground-muted")))
    return Content("  ").join(part for part in parts if part)


def _state(call: PhoneCall | None, now: float) -> Content:
    if call is None:
        return Content.assemble(("no call yet", "$foreground-muted"))
    if not call.is_up:
        return Content.assemble(("○ ", "$foreground-muted"), (_ended(call), "$foreground-muted"))
    if call.connected_at is None:
        return Content.assemble(("◌ ringing", "$text-warning"))
    return Content.assemble((f"● {minutes(call.seconds(now))}", "$text-success"))


def _awaits(listening: Listening) -> str:
    if listening.verb == "Record":
        return f"records until {_ends_with(listening.finish_on_key)}"
    keys = f"{listening.num_digits} key{'s' if listening.num_digits != 1 else ''}" if listening.num_digits else "keys"
    end = f" and {listening.finish_on_key}" if listening.finish_on_key and not listening.num_digits else ""
    wanted = " or ".join((*((f"{keys}{end}",) if listening.keys else ()), *(("speech",) if listening.speech else ())))
    return f"waits for {wanted}"


def _ends_with(keys: str) -> str:
    if not keys:
        return "silence"
    return "a key" if set("0123456789*#") <= set(keys) else keys


def _ended(call: PhoneCall) -> str:
    assert call.ended is not None
    status = "not answered" if call.ended.status == "no-answer" else call.ended.status
    return f"{status} {minutes(call.ended.seconds)}"


def _hook(key: str, label: str) -> Content:
    return Content.assemble((f" {key}  {label} ", "bold"))
