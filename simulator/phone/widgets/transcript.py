"""The conversation as it happens; follows the newest line unless somebody scrolled up. Draws items, nothing else."""

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size

from simulator.phone.drawing.talk import draw_item
from simulator.phone.model.talk import Item, Note, Said, Talk, Typed
from simulator.phone.widgets.drawn import Drawn


class Transcript(VerticalScroll):
    """One call's conversation."""

    BORDER_TITLE = "Conversation"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._talk: Talk | None = None
        self._lines: list[tuple[Item, Drawn]] = []
        self._dropped = 0

    def draw(self, talk: Talk | None, now: float, hint: Content) -> None:
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
        """The conversation has grown: whoever was at its end stays there."""
        page = self.scrollable_content_region.height
        if after.height > page and self.scroll_y >= before.height - page - 1:
            self.scroll_end(animate=False)

    def _begin(self, talk: Talk | None, hint: Content) -> None:
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
