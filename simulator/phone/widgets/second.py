"""The phone of somebody else whom the line calls: it rings, is answered or declined, talks, hangs up. One line."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from simulator.network import Person
from simulator.phone.drawing.handset import draw_second
from simulator.phone.model.calls import PhoneCall
from simulator.phone.widgets.drawn import Cap, Drawn


class Second(Horizontal):
    """Shown while there is such a phone."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="second-state")
        yield Cap(_face("y", "Answer"), "screen.answer", id="answer", classes="small -go")
        yield Cap(_face("n", "Decline"), "screen.decline", id="decline", classes="small -stop")
        yield Cap(_face("k", "Hang up"), "screen.hang_up_second", id="hang-up-second", classes="small -stop")

    def draw(self, call: PhoneCall | None, person_of: Callable[[str], Person], now: float) -> None:
        """Show this leg at this moment, or nothing."""
        self.display = call is not None
        if call is None:
            return
        self.query_one("#second-state", Drawn).draw(draw_second(call, person_of(call.called), now))
        self.query_one("#answer").display = call.is_ringing
        self.query_one("#decline").display = call.is_ringing
        self.query_one("#hang-up-second").display = not call.is_ringing


def _face(key: str, label: str) -> Content:
    return Content.assemble((f" {key}  {label} ", "bold"))
