"""The line at the bottom: the keys that can be pressed now; a click on one presses it. One text, not a widget a key."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content, Span
from textual.style import Style

from simulator.phone.actions import Act, readable
from simulator.phone.widgets.drawn import Cap, Drawn


class Keys(Horizontal):
    """What can be done now, and the way to everything else."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="keys-now")
        yield Cap(_face("^p", "palette")[1:], "app.command_palette", id="keys-palette")

    def draw(self, acts: Iterable[Act]) -> None:
        """Show these; nothing is made anew but the text."""
        self.query_one("#keys-now", Drawn).draw(Content("").join(map(_clickable, acts)))


def _clickable(act: Act) -> Content:
    name = act.action if act.action.startswith("app.") else f"screen.{act.action}"
    face = _face(readable(act.keys.partition(",")[0]), act.label)
    return Content(face.plain, spans=[*face.spans, Span(0, len(face.plain), Style.from_meta({"@click": name}))])


def _face(key: str, label: str) -> Content:
    return Content.assemble((f" {key} ", "$footer-key-foreground bold"), f"{label} ")
