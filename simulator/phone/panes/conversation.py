"""The conversation as it happens; follows the newest line unless somebody has scrolled up.

The same item and time always give the same text.
"""

from typing import assert_never

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size

from simulator.durations import said_after
from simulator.phone.panes.pieces import Drawn
from simulator.phone.plain import TROUBLE_SIGN, milliseconds
from simulator.printable import printable
from simulator.timeline.conversation import Conversation, Item, Note, NoteKind, Said, Typed, Utterance, shown
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
    "trouble": (TROUBLE_SIGN, "$text-error"),
    "recording": ("◉", "$text-secondary"),
    "restart": ("↻", "$text-accent"),
    "difference": ("≠", "$text-secondary"),
}


class Transcript(VerticalScroll):
    """One call's conversation."""

    BORDER_TITLE = "Conversation"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._talk: Conversation | None = None
        self._lines: list[tuple[Item, Drawn]] = []
        self._dropped = 0

    def draw(self, talk: Conversation | None, now: float, hint: Content) -> None:
        """Show the conversation at this moment; `hint` stands there while there is none."""
        if talk is not self._talk or talk is None:
            self._begin(talk, hint)
        if talk is None:
            return
        for _, line in self._lines[: talk.dropped - self._dropped]:
            line.remove()
        del self._lines[: talk.dropped - self._dropped]
        self._dropped = talk.dropped
        for position, item in enumerate(talk.items):
            if position == len(self._lines):
                self._add(item, now)
            elif self._lines[position][0] is not item or item is talk.running:
                line = self._lines[position][1]
                line.draw(draw_item(item, now))
                self._lines[position] = (item, line)

    def watch_virtual_size(self, before: Size, after: Size) -> None:
        """Stay at the end of the conversation where somebody was there when it grew."""
        page = self.scrollable_content_region.height
        if after.height > page and self.scroll_y >= before.height - page - 1:
            self.scroll_end(animate=False)

    def _begin(self, talk: Conversation | None, hint: Content) -> None:
        if talk is None and self._talk is None and self.children:
            self.query_one("#hint", Drawn).draw(hint)
            return
        self.remove_children()
        self._talk, self._lines, self._dropped = talk, [], 0 if talk is None else talk.dropped
        if talk is None:
            self.mount(Drawn(hint, id="hint"))

    def _add(self, item: Item, now: float) -> None:
        line = Drawn(draw_item(item, now), classes=_kind(item))
        self._lines.append((item, line))
        self.mount(line)


def _kind(item: Item) -> str:
    match item:
        case Typed() | Said():
            return "from-caller"
        case Note():
            return f"note -{item.kind}"
        case _:
            return "from-line"


def draw_item(item: Item, now: float) -> Content:
    """Draw any item of the conversation."""
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
    """Draw the keys, or as many dots once they may be a code; keys that nobody waited for are crossed out."""
    style = "$foreground-disabled strike" if item.is_ignored else "$text-primary bold"
    keys = Content.assemble((" ".join(shown_keys(item)), style))
    return Content.assemble(keys, ("  nobody was listening", "$foreground-muted")) if item.is_ignored else keys


def shown_keys(item: Typed) -> str:
    """Return the keys, or dots where they may be a code."""
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
