"""The lines around the panes: title and tabs, what is broken, the keys that can be pressed, the first hint."""

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content, Span
from textual.style import Style

from simulator.phone.actions import Act, readable
from simulator.phone.panes.pieces import Cap, Drawn, key_face
from simulator.phone.plain import TROUBLE_SIGN
from simulator.printable import printable
from simulator.troubles import label_of

PANES = {"conversation": "v", "mobile": "m", "inspector": "i", "sequence": "s"}
"""The panes and the keys that turn to them; on its tab each is called what it is called here."""
_KEY = "bold $footer-key-foreground"
_SOFT = "$foreground-muted"


class Bar(Horizontal):
    """Title and tabs."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="title")
        for pane in PANES:
            yield Cap(_tab(pane, ""), f"screen.pane('{pane}')", id=f"tab-{pane}", classes="tab")

    def draw(self, title: str, pane: str, marks: dict[str, str]) -> None:
        """Show the title, which pane is turned to, and a mark for each pane that has news."""
        self.query_one("#title", Drawn).draw(Content.assemble(("☎ ", "$primary"), (title, "bold")))
        for name in PANES:
            tab = self.query_one(f"#tab-{name}", Cap)
            tab.set_class(name == pane, "-shown")
            tab.draw(_tab(name, marks.get(name, "")))


def _tab(pane: str, mark: str) -> Content:
    return Content.assemble(
        (PANES[pane], "$footer-key-foreground bold"),
        f" {pane.capitalize()}",
        (f" {mark}" if mark else "", "$accent bold"),
    )


class TroubleLine(Horizontal):
    """Shown while there is trouble."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="trouble-on")
        yield Cap(Content.assemble((" B  Fix all ", "bold")), "screen.mend", id="mend", classes="small -go")

    def draw(self, names: Sequence[str], *, can_mend: bool) -> None:
        """Name these; in a recording nobody can mend them."""
        self.display = bool(names)
        if names:
            mend = self.query_one("#mend")
            mend.display = can_mend
            self.query_one("#trouble-on", Drawn).draw(
                draw_troubles(names, self.size.width - (16 if can_mend else 0) or 60)
            )


def draw_troubles(names: Sequence[str], width: int) -> Content:
    """Draw what is broken, in one line; with little room how many more there are."""
    labels = [printable(label_of(name)) for name in names]
    shown = len(labels)
    while shown > 1 and len(_words(labels, shown)) > width:
        shown -= 1
    return Content.assemble((_words(labels, shown), "bold $text-error"))


def _words(labels: Sequence[str], shown: int) -> str:
    more = f" and {len(labels) - shown} more" if shown < len(labels) else ""
    return f" {TROUBLE_SIGN} {', '.join(labels[:shown])}{more}"


class Keys(Horizontal):
    """What can be done now, and the way to everything else."""

    def compose(self) -> ComposeResult:
        yield Drawn(id="keys-now")
        yield Cap(key_face("^p", "palette")[1:], "app.command_palette", id="keys-palette")

    def draw(self, acts: Iterable[Act]) -> None:
        """Show these; nothing is made anew but the text."""
        self.query_one("#keys-now", Drawn).draw(Content("").join(map(_clickable, acts)))


def _clickable(act: Act) -> Content:
    name = act.action if act.action.startswith("app.") else f"screen.{act.action}"
    face = key_face(readable(act.keys.partition(",")[0]), act.label)
    return Content(face.plain, spans=[*face.spans, Span(0, len(face.plain), Style.from_meta({"@click": name}))])


def draw_welcome() -> Content:
    """Draw the one thing a visitor has to know."""
    return Content.assemble(
        *(("Press ", _SOFT), ("c", _KEY), (" or click ", _SOFT), ("Call", "bold"), (" to call this line.\n\n", _SOFT)),
        *(("p", _KEY), (" chooses who is calling, ", _SOFT), ("?", _KEY), (" shows all keys.", _SOFT)),
    )


def draw_starting() -> Content:
    """Say that the network is being opened."""
    return Content.assemble(("Starting the line…", _SOFT))


def draw_failure(reason: str) -> Content:
    """Say that the network could not be opened."""
    return Content.assemble((printable(reason), "$text-error"), ("\n\nCtrl+Q leaves.", _SOFT))
