"""The line on top: whose line it is, and the panes to turn to, with a mark on those that hold something new."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from simulator.phone.widgets.drawn import Cap, Drawn

PANES = {"conversation": "v", "mobile": "m", "inspector": "i", "sequence": "s"}
_NAMES = {"conversation": "Conversation", "mobile": "Mobile", "inspector": "Inspector", "sequence": "Sequence"}


class Bar(Horizontal):
    """Title and tabs."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="title")
        for pane in PANES:
            yield Cap(_face(pane, ""), f"screen.pane('{pane}')", id=f"tab-{pane}", classes="tab")

    def draw(self, title: str, pane: str, marks: dict[str, str]) -> None:
        """Show the title, which pane is turned to, and a mark for each pane that has news."""
        self.query_one("#title", Drawn).draw(Content.assemble(("☎ ", "$primary"), (title, "bold")))
        for name in PANES:
            tab = self.query_one(f"#tab-{name}", Cap)
            tab.set_class(name == pane, "-shown")
            tab.draw(_face(name, marks.get(name, "")))


def _face(pane: str, mark: str) -> Content:
    return Content.assemble(
        (PANES[pane], "$footer-key-foreground bold"), f" {_NAMES[pane]}", (f" {mark}" if mark else "", "$accent bold")
    )
