"""All keys on one screen, from the one table of actions."""

from itertools import groupby

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Label

from simulator.phone.actions import ACTS, readable
from simulator.phone.dialogs.frame import Dialog
from simulator.phone.widgets.drawn import Drawn


class Help(Dialog[None]):
    """Closes with any of the keys that closes a dialog, and with ? again."""

    BINDINGS = [("question_mark", "close", "Close")]  # noqa: RUF012 - Textual's way

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="help"):
            yield Label("Keys", classes="dialog-title")
            yield Drawn(_draw())


def _draw() -> Content:
    lines = [_line("0-9 * #", "Press keys in a call, or type the number to dial"), _line("Ctrl+P", "Every command")]
    for group, acts in groupby(ACTS, key=lambda act: act.group):
        lines += [Content(""), Content.assemble((group, "bold $primary"))]
        lines += [_line(readable(act.keys), act.help) for act in acts]
    return Content("\n").join(lines)


def _line(keys: str, words: str) -> Content:
    return Content.assemble((f"{keys:<16} ", "$footer-key-foreground bold"), words)
