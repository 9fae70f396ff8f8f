"""What the handset's display and the status bar say. Pure; no widgets."""

from dataclasses import dataclass
from typing import Literal

from textual.content import Content

from simulator.network import Person
from simulator.phone.drawing.plain import minutes, printable
from simulator.phone.drawing.talk import shown_keys
from simulator.phone.model.calls import PhoneCall
from simulator.phone.model.numbers import for_reading
from simulator.phone.model.talk import Typed
from simulator.vocabulary import Listening

Phase = Literal["starting", "ready", "ringing", "in-call", "ended"]

_PHASES: dict[Phase, tuple[str, str]] = {
    "starting": ("…", "$foreground-muted"),
    "ready": ("○", "$foreground-muted"),
    "ringing": ("◌", "$text-warning"),
    "in-call": ("●", "$text-success"),
    "ended": ("○", "$foreground-muted"),
}


@dataclass(frozen=True, slots=True)
class Display:
    """The four lines of the display, and the phase that colours it."""

    phase: Phase
    who: str
    number: str
    status: str
    keys: str


def display(call: PhoneCall | None, caller: Person, called: str, typed: str, now: float) -> Display:
    """The display: of the shown call, or of the number about to be dialled."""
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
    """The status bar: who calls whom, where the call stands, how time runs, warnings, what the call waits for.

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


def draw_second(call: PhoneCall, person: Person, now: float) -> Content:
    """The other phone: whose it is, and whether it rings or talks."""
    name = f"{printable(person.name)}  " if person.name else ""
    sign, style, what = (
        ("◌", "$text-warning", "rings")
        if call.is_ringing
        else ("●", "$text-success", f"on the line {minutes(call.seconds(now))}")
    )
    return Content.assemble(
        (f" {sign} ", style), (name, "bold"), (printable(for_reading(call.called)), "bold"), (f"  {what}", style)
    )


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
