"""The live sequence diagram: arrows drawn only where they are seen, and everything about the selected one below."""

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from simulator.operator.masking import Mask
from simulator.phone.drawing.sequence import Lanes, draw_arrow, draw_arrow_detail, draw_heads
from simulator.phone.drawing.traffic import draw_request
from simulator.phone.model.sequence import Arrow, Sequence
from simulator.phone.model.traffic import Request, Traffic
from simulator.phone.widgets.drawn import Drawn

_NOTHING = Content.assemble(("Who tells whom what will be drawn here as the call goes on.", "$foreground-muted"))


class Diagram(ScrollView, can_focus=True):
    """Arrows from top to bottom; the newest is selected until somebody selects another."""

    COMPONENT_CLASSES = {"diagram--row", "diagram--selected"}  # noqa: RUF012 - Textual's way
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("up", "move(-1)", "Earlier arrow", show=False),
        Binding("down", "move(1)", "Later arrow", show=False),
        Binding("home", "move(-1000000)", "First arrow", show=False),
        Binding("end", "move(1000000)", "Newest arrow", show=False),
    ]
    selected = reactive(-1)
    """Position of the selected arrow; -1 while there is none."""

    class Selected(Message):
        """Another arrow was selected."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sequence = Sequence()
        self._seen: tuple[int, int] = (0, 0)
        self._first = 0
        self._mask = Mask()

    @property
    def arrow(self) -> Arrow | None:
        """The selected one."""
        arrows = self._sequence.arrows
        return arrows[self.selected] if 0 <= self.selected < len(arrows) else None

    @property
    def lanes(self) -> Lanes:
        return Lanes(self._sequence.parties, self.scrollable_content_region.width)

    def draw(self, sequence: Sequence, mask: Mask) -> None:
        """Show this call's arrows; the same again costs nothing."""
        self._mask = mask
        seen = (id(sequence), sequence.revision)
        if seen == self._seen:
            return
        is_other_call = sequence is not self._sequence
        was_newest = self.virtual_size.height <= self.selected + 1
        first = sequence.arrows[0].number if sequence.arrows else 0
        gone = 0 if is_other_call else max(0, first - self._first)
        self._sequence, self._seen, self._first = sequence, seen, first
        self.virtual_size = Size(self.scrollable_content_region.width, len(sequence.arrows))
        follow = is_other_call or was_newest or self.selected < 0
        self.selected = len(sequence.arrows) - 1 if follow else max(0, self.selected - gone)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        position, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base = self._style("diagram--row")
        arrows = self._sequence.arrows
        if position >= len(arrows):
            return Strip.blank(width, base.rich_style)
        style = base + self._style("diagram--selected") if position == self.selected else base
        content = draw_arrow(arrows[position], self.lanes, self._mask)
        strips = Visual.to_strips(self, content, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def watch_selected(self) -> None:
        self.post_message(self.Selected())
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if self.selected < top:
            self.scroll_to(y=max(0, self.selected), animate=False)
        elif height and self.selected >= top + height:
            self.scroll_to(y=self.selected - height + 1, animate=False)
        self.refresh()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._sequence.arrows))
        self.call_after_refresh(self.watch_selected)  # only then does it know how far it can be scrolled

    def on_click(self, event: events.Click) -> None:
        position = event.y + self.scroll_offset.y
        if 0 <= position < len(self._sequence.arrows):
            self.selected = position

    def action_move(self, by: int) -> None:
        if self._sequence.arrows:
            self.selected = max(0, min(len(self._sequence.arrows) - 1, self.selected + by))

    def _style(self, name: str) -> Style:
        return Style.from_styles(self.get_component_styles(name))


class SequencePane(Vertical):
    """Names, diagram, and the detail of the selected arrow."""

    BORDER_TITLE = "Sequence"
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("pageup", "scroll_detail(-1)", "Up in the detail", show=False),
        Binding("pagedown", "scroll_detail(1)", "Down in the detail", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._traffic = Traffic()
        self._mask = Mask()
        self._detailed: tuple[Arrow | None, Request | None, int] | None = None

    def compose(self) -> ComposeResult:
        yield Drawn(id="heads")
        yield Diagram(id="diagram")
        with VerticalScroll(id="arrow-detail"):
            yield Drawn(_NOTHING, id="arrow")

    def draw(self, sequence: Sequence | None, traffic: Traffic, mask: Mask) -> None:
        """Show this call; nothing while the pane itself is not shown."""
        if sequence is None or not self.display:
            return
        self._traffic, self._mask = traffic, mask
        diagram = self.query_one(Diagram)
        diagram.draw(sequence, mask)
        if diagram.size.width:
            self.query_one("#heads", Drawn).draw(draw_heads(diagram.lanes))
        self._draw_detail()

    def action_scroll_detail(self, pages: int) -> None:
        detail = self.query_one("#arrow-detail")
        detail.scroll_relative(y=pages * max(1, detail.scrollable_content_region.height - 1), animate=False)

    @on(Diagram.Selected)
    def _draw_detail(self) -> None:
        arrow = self.query_one(Diagram).arrow
        detail = self.query_one("#arrow-detail")
        width = detail.scrollable_content_region.width
        request = None if arrow is None or arrow.kind == "outside" else self._traffic.answering(arrow.request)
        shown = (arrow, request, width)
        if shown == self._detailed:
            return
        if self._detailed is None or arrow is not self._detailed[0]:
            detail.scroll_home(animate=False)
        self._detailed = shown
        if arrow is None:
            drawn = _NOTHING
        elif request is None:
            drawn = draw_arrow_detail(arrow, self._mask)
        else:
            drawn = draw_request(request, self._mask, width)
        self.query_one("#arrow", Drawn).draw(drawn)
