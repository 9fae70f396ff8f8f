"""The inspector: the list of requests above, everything about the selected one below. Draws, decides nothing."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from simulator.operator.masking import Mask
from simulator.phone.panes.pieces import Drawn, Rows, scroll_page
from simulator.phone.panes.request import draw_request, draw_row
from simulator.timeline.traffic import Request, Traffic

_NOTHING = Content.assemble(("Every request to the application will be listed here.", "$foreground-muted"))


class Timeline(Rows):
    """Requests from top to bottom, one line each."""

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
        self.resize()
        if was_newest or chosen is None:
            self.selected = len(requests) - 1
        else:
            self.selected = next((at for at, each in enumerate(requests) if each.number == chosen.number), 0)
        self.refresh()

    def count(self) -> int:
        return len(self._requests)

    def draw_one(self, position: int, width: int) -> Content:
        return draw_row(self._requests[position], self._mask, self._now, width)


class Inspector(Vertical):
    """What went over the wire."""

    BORDER_TITLE = "Inspector"
    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("pageup", "scroll_detail(-1)", "Up in the request", show=False),
        Binding("pagedown", "scroll_detail(1)", "Down in the request", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._mask = Mask()
        self._detailed: Request | None = None
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Timeline(id="timeline")
        with VerticalScroll(id="detail"):
            yield Drawn(_NOTHING, id="request")

    def draw(self, traffic: Traffic, mask: Mask, now: float) -> None:
        """Show these requests at this moment."""
        self._mask = mask
        count = len(traffic.requests)
        subtitle = f"{count} request{'s' if count != 1 else ''}" if count else ""
        if subtitle != self.border_subtitle:  # setting it repaints, even when it is the same
            self.border_subtitle = subtitle
        self.query_one(Timeline).draw(traffic, mask, now)
        self._draw_detail()

    def action_scroll_detail(self, pages: int) -> None:
        scroll_page(self.query_one("#detail"), pages)

    @on(Timeline.Selected)
    def _draw_detail(self) -> None:
        request = self.query_one(Timeline).request
        detail = self.query_one("#detail")
        width = detail.scrollable_content_region.width
        if request is self._detailed and width == self._width:
            return
        if self._detailed is None or request is None or request.number != self._detailed.number:
            detail.scroll_home(animate=False)
        self._detailed, self._width = request, width
        drawn = _NOTHING if request is None else draw_request(request, self._mask, width)
        self.query_one("#request", Drawn).draw(drawn)
