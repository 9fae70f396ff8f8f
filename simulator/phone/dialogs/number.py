"""Which number did the line say: Okta Verify's number challenge, answered by key or click."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label

from simulator.phone.dialogs.frame import Dialog
from simulator.phone.widgets.drawn import Cap


class ChooseNumber(Dialog[int]):
    """Gives the number that was tapped."""

    def __init__(self, choices: tuple[int, ...]) -> None:
        super().__init__()
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Okta Verify: which number do you hear?", classes="dialog-title")
            with Horizontal(id="choices"):
                for position, number in enumerate(self._choices, 1):
                    face = Content.assemble((f"{position}  ", "$footer-key-foreground bold"), (f"{number}", "bold"))
                    yield Cap(face, f"screen.choose({position})", classes="button -go")

    def on_key(self, event: events.Key) -> None:
        if event.character is not None and event.character in "123456789":
            event.stop()
            self.action_choose(int(event.character))

    def action_choose(self, position: int) -> None:
        if position <= len(self._choices):
            self.dismiss(self._choices[position - 1])
