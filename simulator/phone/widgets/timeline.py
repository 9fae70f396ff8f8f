"""The list of requests: one line each, drawn only where it is seen, so that a thousand cost no more than ten."""

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from simulator.operator.masking import Mask
from simulator.phone.drawing.traffic import draw_row
from simulator.phone.model.traffic import Request, Traffic


class Timeline(ScrollView, can_focus=True):
    """Requests from top to bottom; the last one is selected until somebody selects another."""

    COMPONENT_CLASSES = {"timeline--row", "timeline--selected"}  # noqa: RUF012 - Textual's way
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("up", "move(-1)", "Earlier request", show=False),
        Binding("down", "move(1)", "Later request", show=False),
        Binding("home", "move(-1000000)", "First request", show=False),
        Binding("end", "move(1000000)", "Newest request", show=False),
    ]

    selected = reactive(-1)
    """Position of the selected request; -1 while there is none."""

    class Selected(Message):
        """Another request was selected."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._requests: tuple[Request, ...] = ()
        self._mask = Mask()
        self._now = 0.0

    @property
    def request(self) -> Request | None:
        """The selected one."""
        return self._requests[self.selected] if 0 <= self.selected < len(self._requests) else None

    def draw(self, traffic: Traffic, mask: Mask, now: float) -> None:
        """Show these requests at this moment."""
        requests = tuple(traffic.requests.values())
        is_waiting = any(request.outcome == "out" for request in requests[-20:])
        self._mask, self._now = mask, now
        if requests == self._requests and not is_waiting:
            return
        was_newest = self.selected == len(self._requests) - 1
        chosen = self.request
        self._requests = requests
        self.virtual_size = Size(self.size.width, len(requests))
        if was_newest or chosen is None:
            self.selected = len(requests) - 1
        else:
            self.selected = next((at for at, each in enumerate(requests) if each.number == chosen.number), 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        position = y + self.scroll_offset.y
        base = self._style("timeline--row")
        if position >= len(self._requests):
            return Strip.blank(self.size.width, base.rich_style)
        style = base + self._style("timeline--selected") if position == self.selected else base
        width = self.size.width
        content = draw_row(self._requests[position], self._mask, self._now, width)
        strips = Visual.to_strips(self, content, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def watch_selected(self) -> None:
        self.post_message(self.Selected())
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if self.selected < top:
            self.scroll_to(y=self.selected, animate=False)
        elif height and self.selected >= top + height:
            self.scroll_to(y=self.selected - height + 1, animate=False)
        self.refresh()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._requests))
        self.watch_selected()

    def on_click(self, event: events.Click) -> None:
        position = event.y + self.scroll_offset.y
        if 0 <= position < len(self._requests):
            self.selected = position

    def action_move(self, by: int) -> None:
        if self._requests:
            self.selected = max(0, min(len(self._requests) - 1, self.selected + by))

    def _style(self, name: str) -> Style:
        return Style.from_styles(self.get_component_styles(name))
