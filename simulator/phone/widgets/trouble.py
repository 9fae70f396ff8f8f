"""The line that says what is broken on purpose, as long as anything is. Draws, switches nothing."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from simulator.phone.drawing.trouble import draw_on
from simulator.phone.widgets.drawn import Cap, Drawn


class TroubleLine(Horizontal):
    """Shown while there is trouble."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="trouble-on")
        yield Cap(Content.assemble((" B  Mend all ", "bold")), "screen.mend", id="mend", classes="small -go")

    def draw(self, names: Sequence[str], *, can_mend: bool) -> None:
        """Name these; in a recording nobody can mend them."""
        self.display = bool(names)
        if names:
            mend = self.query_one("#mend")
            mend.display = can_mend
            self.query_one("#trouble-on", Drawn).draw(draw_on(names, self.size.width - (16 if can_mend else 0) or 60))
