"""The handset: display, keypad, call and hang up. Draws what it is given; every click is an action of the phone."""

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content

from simulator.phone.drawing.handset import Display, draw_display
from simulator.phone.widgets.drawn import Cap

LETTERS = {
    "1": "", "2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO",
    "7": "PQRS", "8": "TUV", "9": "WXYZ", "*": "", "0": "+", "#": "",
}  # fmt: skip
_NAMES = {"*": "star", "#": "hash"}


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
        """The key was pressed, by whatever means."""
        if key not in LETTERS:
            return  # a recording does not tell which key of a code it was
        for cap in self.query(f"#key-{_NAMES.get(key, key)}").results(Cap):
            cap.light_up()
