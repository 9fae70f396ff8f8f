"""What an item of the conversation looks like at a given moment. Pure: the same item and time give the same text."""

from typing import assert_never

from textual.content import Content

from simulator.phone.drawing.plain import milliseconds, printable
from simulator.phone.model.talk import Item, Note, NoteKind, Said, Typed, Utterance, shown
from simulator.speech import said_after
from simulator.vocabulary import Prompt

_SIGNS: dict[NoteKind, tuple[str, str]] = {
    "ringing": ("◌", "$foreground-muted"),
    "answered": ("●", "$text-success"),
    "ended": ("○", "$foreground-muted"),
    "silence": ("…", "$foreground-muted"),
    "ignored": ("·", "$foreground-muted"),
    "text": ("✉", "$text-accent"),
    "prompt": ("◆", "$text-accent"),
    "warning": ("▲", "$text-warning"),
    "error": ("✖", "$text-error"),
    "trouble": ("↯", "$text-error"),
    "recording": ("◉", "$text-secondary"),
    "restart": ("↻", "$text-accent"),
    "difference": ("≠", "$text-secondary"),
}


def draw_item(item: Item, now: float) -> Content:
    """Any item of the conversation."""
    match item:
        case Utterance():
            return draw_utterance(item, now)
        case Typed():
            return draw_typed(item)
        case Said():
            return Content.assemble(("you ", "$foreground-muted"), (f"“{printable(item.words)}”", "$text-primary bold"))
        case Note():
            sign, style = _SIGNS[item.kind]
            return Content.assemble((f"{sign} ", style), (printable(item.text), style))
        case _:
            assert_never(item)


def draw_utterance(item: Utterance, now: float) -> Content:
    """Words as they are said: whole when over, up to now while they are spoken, the part cut off struck out.

    Not every terminal can strike out, so a stroke stands where the voice broke off.
    """
    prompt = item.prompt
    if prompt.text is None:
        return _draw_sound(item, now)
    style = "$text-error" if prompt.verb == "announcement" else "$foreground"
    words = [printable(word) for word in prompt.text.split()]
    if item.heard is not None and not item.heard.is_cut:
        return Content.assemble((" ".join(words), style))
    seconds = now - item.at if item.heard is None else item.heard.seconds
    said = len(said_after(prompt.text, seconds).split())
    parts: list[tuple[str, str]] = [(" ".join(words[:said]), style)]
    gap = " " if said else ""
    if item.heard is not None:
        parts.append((f"{gap}╱ ", "$foreground-disabled"))
        parts.append((" ".join(words[said:]), "$foreground-disabled strike"))
    elif said < len(words):
        parts.append((f"{gap}{words[said]}", "$foreground-muted"))
        parts.append((" ▌", "$primary"))
    return Content.assemble(*parts)


def draw_typed(item: Typed) -> Content:
    """The keys, or as many dots once they may be a code; keys that nobody waited for are crossed out."""
    style = "$foreground-disabled strike" if item.is_ignored else "$text-primary bold"
    keys = Content.assemble((" ".join(shown_keys(item)), style))
    return Content.assemble(keys, ("  nobody was listening", "$foreground-muted")) if item.is_ignored else keys


def shown_keys(item: Typed) -> str:
    """The keys, or dots where they may be a code."""
    return shown(item.keys, is_long=item.is_long)


def _draw_sound(item: Utterance, now: float) -> Content:
    prompt, heard = item.prompt, item.heard
    seconds = min(prompt.seconds, now - item.at) if heard is None else heard.seconds
    share = 1.0 if prompt.seconds <= 0 else max(0.0, min(1.0, seconds / prompt.seconds))
    filled = round(share * 10)
    cut = ("  cut off", "$foreground-disabled") if heard is not None and heard.is_cut else ("", "")
    return Content.assemble(
        ("♪ ", "$text-secondary"),
        (_name(prompt), "$foreground"),
        ("  " + "━" * filled, "$text-secondary"),
        ("─" * (10 - filled), "$foreground-disabled"),
        (f"  {milliseconds(prompt.seconds)}", "$foreground-muted"),
        cut,
    )


def _name(prompt: Prompt) -> str:
    if prompt.digits is not None:
        return f"tones {printable(prompt.digits)}"
    if prompt.verb == "beep":
        return "beep"
    return printable(prompt.url or "sound")
