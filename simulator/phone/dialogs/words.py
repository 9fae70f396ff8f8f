"""What the caller says, for lines that listen to speech."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from simulator.phone.dialogs.frame import Dialog


class SayWords(Dialog[str]):
    """Gives the words."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Say into the call", classes="dialog-title")
            yield Input(placeholder="words, then Enter")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)
